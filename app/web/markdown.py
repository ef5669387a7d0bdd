"""What people write becomes HTML that can do nothing: no raw HTML in, and only known tags and attributes out."""

import re
from functools import partial
from urllib.parse import urljoin

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr", "h2", "h3", "h4"}
APART = re.compile(r"</?(?:p|br|ul|ol|li|blockquote|pre|hr|h[2-4])\b[^>]*>")
"""Tags between which words do not belong together, as "**wet**." does."""
SCHEMES = {"http", "https", "mailto", "tel"}

# html off: a tag in the text stays text. Images off: a picture from elsewhere would tell who has read.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable("image")


def to_html(text: str, base: str = "") -> Markup:
    """Safe HTML of a person's Markdown; headings begin at level 2, below the page's own.

    In a mail a path of ours leads nowhere without ``base``, the site's address.
    """
    html = _markdown.render(text.replace("\x00", ""))
    html = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    # nh3's default attributes only: a data- prefix would let data-hx-get through.
    clean = nh3.clean(
        html,
        tags=TAGS,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        attribute_filter=partial(_kept, base),
    )
    return Markup(clean)  # noqa: S704 - cleaned by the line above


def _kept(base: str, _tag: str, name: str, value: str) -> str | None:
    """``//host`` looks like a path of ours and leads elsewhere."""
    if name != "href":
        return value
    return None if value.lstrip().startswith(("//", "/\\", "\\")) else urljoin(base, value)


def to_words(html: Markup) -> str:
    """The words of such HTML in one line, for an excerpt."""
    apart = APART.sub(" ", html)
    return " ".join(Markup(apart).striptags().split())  # noqa: S704 - what was clean is so without some tags
