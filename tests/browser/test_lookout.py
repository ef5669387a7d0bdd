"""The lookout sees what it must: pages that are unsafe on purpose, each in one way."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from playwright.sync_api import Browser, Route

from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.roster.models import School
from tests.support import factories
from tests.support.cast import Cast
from tests.support.lookout import Lookout, lookout_of
from tests.support.pages import Client
from tests.support.payloads import corpus

pytestmark = pytest.mark.browser
OWN = "http://belfry.test"
HARMLESS = "<p>Plain <a href='/inbox' title='words'>words</a></p>"
STRICT = {"Content-Security-Policy": "default-src 'self'"}


@pytest.fixture
def lookout(chromium: Browser) -> Iterator[Lookout]:
    watching = lookout_of(chromium, OWN, ["GET /page"])
    yield watching
    watching.context.close()


def serve(lookout: Lookout, html: str, headers: dict[str, str], told: str = "") -> list[str]:
    """What is found on a page that holds this beside what is harmless, once ``told`` is among it."""

    def answer(route: Route) -> None:
        body = f"<!doctype html><html><body><ul id=toasts></ul>{html}</body></html>"
        is_page = route.request.url == f"{OWN}/page"
        route.fulfill(status=200, content_type="text/html", headers=headers or {}, body=body if is_page else "")

    known = Lookout(lookout.context, OWN, [])
    known.held = {"html", "head", "body", "div", "div class", "ul", "ul id", "p", "a", "a href", "a title"}
    lookout.context.route("**/*", answer)
    page = lookout.context.new_page()
    page.goto(f"{OWN}/page")
    lookout.look(page)
    for _ in range(100):
        if any(told in each for each in lookout.findings(known)):
            break
        page.wait_for_timeout(50)
    return lookout.findings(known)


@pytest.mark.parametrize(
    ("html", "headers", "told"),
    [
        ("<script>alert('xss')</script>", {}, "a dialog"),
        ("<p tabindex=0 onfocus=alert('xss')>xss</p>", {}, "a dialog"),
        ("<p onfocus=1>words</p>", {}, "words made <p onfocus>"),
        ("<img src=/xss>", {}, "a request: GET http://belfry.test/xss"),
        ("<img src=//evil.example/x>", {}, "a request: GET http://evil.example/x"),
        ("<script>alert('xss')</script>", STRICT, "violation of the CSP"),
        ("<a href=/inbox onclick=alert(1)>words</a>", STRICT, "words made <a onclick>"),
        ("<p data-hx-get=/inbox>words</p>", STRICT, "words made <p data-hx-get>"),
        ("<template><p hx-get=/inbox>words</p></template>", STRICT, "words made <p hx-get>"),
        ("<p id=toasts>words</p>", STRICT, "the id 'toasts' stands twice"),
        ("<ul id=xss></ul>", STRICT, "words in ul id: 'xss'"),
        ("<a href='javascript:void(\"xss\")'>words</a>", STRICT, "words in a href"),
        ("<a href='//evil.example/xss'>words</a>", STRICT, "words in a href"),
        ("<div class=prose><svg></svg></div>", STRICT, "words made <prose/svg>"),
        ("<div class=prose><p id=a></p></div>", STRICT, "words made <prose/p id>"),
        ("<meta http-equiv=refresh content='0;url=/elsewhere'>", {}, "/elsewhere"),
        ("<script>new WebSocket('ws://evil.example/x')</script>", {}, "a request: SOCKET ws://evil.example"),
    ],
)
def test_an_unsafe_page_is_found(lookout: Lookout, html: str, headers: dict[str, str], told: str) -> None:
    found = serve(lookout, HARMLESS + html, headers, told)
    assert [each for each in found if told in each], found


def test_a_safe_page_is_not(lookout: Lookout) -> None:
    assert serve(lookout, HARMLESS, STRICT) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_92_a_page_of_ours_that_escaped_nothing_would_be_found(
    lookout: Lookout, app: Flask, cast: Cast, browser_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole corpus through a renderer that lets everything pass, and the page with all its headers."""
    body = "\n\n".join(payload for payload in corpus() if "<plaintext" not in payload and "</body" not in payload)
    with app.app_context(), unit_of_work() as session:
        words = factories.notification(session.get_one(School, cast.northfield.id))
        factories.copy(words, session.get_one(Account, cast.priya.id))
        id_, words.body = words.id, body
    monkeypatch.setitem(app.jinja_env.filters, "markdown", Markup)
    cookies = {"Cookie": browser_of("priya").cookie_header()}
    stranger = FlaskClient(app, app.response_class, use_cookies=False)  # one that does not nag
    answer = stranger.get(f"/inbox/{id_}", headers=cookies)
    found = serve(lookout, answer.text, {"Content-Security-Policy": answer.headers["Content-Security-Policy"]})
    assert len([each for each in found if each.startswith("words made")]) > 50
    assert [each for each in found if "violation of the CSP" in each]
    assert [each for each in found if "hx-get" in each]


CONTEXTS = """<!doctype html><html><head><title>{{ words }}</title></head><body>
  <p title="{{ words }}"><b>{{ words }}</b></p><input value="{{ words }}"><textarea>{{ words }}</textarea>
  <select><option value="{{ words }}">{{ words }}</option></select><div class="prose">{{ words|markdown }}</div>
</body></html>"""


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_92_each_payload_in_a_document_of_its_own_with_no_policy_to_save_it(lookout: Lookout, app: Flask) -> None:
    """By the templates' own escaping and the real renderer; read, touched, and read a second time as it was written."""
    with app.app_context():
        template = app.jinja_env.from_string(CONTEXTS)
        documents = [template.render(words=payload) for payload in corpus()]
    lookout.context.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><body>"))
    page = lookout.context.new_page()
    page.goto(f"{OWN}/page")
    page.evaluate(
        """(documents) => Promise.all(documents.map((html) => new Promise((loaded) => {
          const frame = document.createElement("iframe");
          frame.addEventListener("load", () => loaded(__lookout.read(html)));
          frame.srcdoc = html;
          document.body.append(frame);
        })))""",
        documents,
    )
    lookout.look(page)
    known = Lookout(lookout.context, OWN, [])
    known.held = {"html", "head", "body", "title", "p", "p title", "b", "input", "input value", "textarea", "select"}
    known.held |= {"option", "option value", "div", "div class", "iframe", "iframe srcdoc"}
    assert [each for each in lookout.findings(known) if "iframe srcdoc" not in each] == []
    assert len(page.frames) == len(corpus()) + 1
