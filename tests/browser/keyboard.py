"""Going through a page with the keyboard alone, and never losing where one is."""

from playwright.sync_api import Page

from tests.support.patience import eventually

# Whatever htmx puts in, the focus must still be somewhere: looked for once the browser has drawn the page again.
WATCH = """
window.lost = [];
const look = ({ target }) => {
  if (document.activeElement === document.body) window.lost.push(target.id || target.outerHTML.slice(0, 80));
};
document.addEventListener('htmx:afterSettle', event =>
  requestAnimationFrame(() => requestAnimationFrame(() => look(event))));
"""
# The control itself or the card, pill or box that holds it.
OUTLINED = """
() => {
  const isOutlined = one => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  };
  let one = document.activeElement;
  for (let up = 0; one && up < 3; up += 1, one = one.parentElement) if (isOutlined(one)) return true;
  return false;
}
"""
WHERE = """
() => {
  const one = document.activeElement;
  const words = (one.textContent || '').trim().slice(0, 60);
  return `${one.tagName} #${one.id} [${one.name || ''}=${one.value || ''}] ${words}`;
}
"""


def watch(page: Page) -> None:
    """From the next page on, note each time that htmx took the focus away."""
    page.add_init_script(WATCH)


def where(page: Page) -> str:
    """What has the focus, for people who read a failure."""
    return str(page.evaluate(WHERE))


def is_on(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def tab_to(page: Page, selector: str, key: str = "Tab", most: int = 80) -> None:
    """Press Tab until the focus is there; it is visible on each thing that it comes by."""
    for _ in range(most):
        page.keyboard.press(key)
        if is_on(page, "body"):
            continue  # behind the last and before the first there is nothing
        eventually(lambda: page.evaluate(OUTLINED), 10, f"to see where the focus is, on {where(page)},")
        if is_on(page, selector):
            return
    raise AssertionError(f"{most} times {key} do not lead to {selector}: it is at {where(page)}")


def assert_held(page: Page) -> None:
    """The focus was never lost."""
    assert page.evaluate("window.lost") == []
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
    assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
