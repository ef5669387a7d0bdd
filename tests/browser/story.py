"""Somebody with a browser who looks at every page of a school, and the lookout beside them."""

from playwright.sync_api import Page

from tests.browser.everywhere import Everywhere
from tests.support.entering import enter
from tests.support.lookout import Lookout

ID = "[0-9a-f-]{36}"
MAY_ASK = [
    r"GET /static/.*",
    r"(GET|POST) /login(\?.*)?",
    r"GET /(inbox|account|account/preferences|account/sessions|admin|admin/unreachable)(\?.*)?",
    rf"GET /inbox/({ID}|latest|lines\?.*)",
    rf"POST /inbox/{ID}/(reading|acknowledgement)",
    r"POST /(live/receipts|account/preferences)",
    r"GET /live/since\?.*",
    r"SOCKET /live\?.*",
    rf"GET /notifications(/new|/drafts|/templates|/templates/new|/templates/{ID}|/{ID})?(\?.*)?",
    r"POST /notifications/(new|drafts|preview|preview/(inbox|page|alert|mail)|templates/new)",
    rf"(GET|POST) /notifications/{ID}/withdrawal",
    rf"GET /notifications/(planned|{ID}/edit|recurring/{ID}|recurring/{ID}/edit)",
    r"POST /notifications/preview/(timing|rule)",
    r"GET /notifications/audience\?.*",
]
"""No payload asks for any of these, but for what only a press on a button may do: and none is pressed by chance."""
SUBMIT = """([action, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action });
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"]
    || document.querySelector("[name=csrf_token]").value;
  for (const [name, value] of [["csrf_token", token], ...fields]) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


class Story:
    """One person at a time, in one browser."""

    def __init__(self, lookout: Lookout, school: Everywhere) -> None:
        self.lookout, self.school = lookout, school

    def enter(self, who: str) -> Page:
        """Sign in, in the place of whoever sat there."""
        for page in self.lookout.context.pages:
            page.close()
        self.lookout.context.clear_cookies()
        page = self.lookout.context.new_page()
        enter(page, who)
        return page

    def see(self, page: Page, path: str, *, whole: bool = False) -> None:
        """Go there, and on through the pages behind it when ``whole``."""
        page.goto(path)
        self.lookout.look(page)
        while whole and page.locator(".pager a").count():
            page.goto(str(page.locator(".pager a").get_attribute("href")))
            self.lookout.look(page)

    def submit(self, page: Page, action: str, *fields: tuple[str, str], looks: bool = True) -> None:
        """Send a form that holds anything, as one whose browser checks nothing."""
        with page.expect_navigation():
            page.evaluate(SUBMIT, [action, fields])
        if looks:
            self.lookout.look(page)

    def read(self, page: Page, paths: list[str]) -> None:
        """Pages in great number: what a browser makes of their HTML when it reads it, and reads it once more."""
        page.evaluate(
            """async (paths) => {
              for (const path of paths) __lookout.read(await (await fetch(path)).text());
            }""",
            paths,
        )
        self.lookout.look(page)
