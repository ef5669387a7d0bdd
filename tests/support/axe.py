"""Looks at a page in a real browser with axe-core, the rules by which accessibility is checked everywhere."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What fades in is half transparent on its way, and its contrast that of nothing that anybody reads. Waited for is what
# moves now: not what begins to leave in twelve seconds, nor what turns for ever.
COME_TO_REST = """async () => {
    const moving = () => document.getAnimations().filter(each =>
        each.playState === "running" && each.effect.getComputedTiming().progress !== null
        && Number.isFinite(each.effect.getComputedTiming().endTime));
    while (moving().length) await Promise.allSettled(moving().map(each => each.finished));
}"""


def findings(page: Page, *without: str) -> list[str]:
    """What is wrong with the page as it stands now; an empty list is the only good answer.

    ``without`` names rules that cannot hold in this state. Playwright evaluates past the page's CSP, so the page is
    looked at under the policy that people have.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(COME_TO_REST)
    # Off by default: axe knows it, as a rule of WCAG 2.2.
    rules = {"target-size": {"enabled": True}} | {name: {"enabled": False} for name in without}
    found = page.evaluate("rules => axe.run(document, rules)", {"resultTypes": ["violations"], "rules": rules})
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]} {_why(node)}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
