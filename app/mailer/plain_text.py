"""Markdown as words on a plain page: for those whose mail program, or eyes, want no HTML."""

from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

# The same rules as those of the page, so that both versions of a mail say the same.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable("image")


def from_markdown(text: str) -> str:
    """Paragraphs parted by empty lines, "- " before points, addresses of links in brackets; no line is wrapped."""
    return _blocks(SyntaxTreeNode(_markdown.parse(text.replace("\x00", ""))).children)


def _blocks(nodes: Iterable[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(_block(node) for node in nodes)


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list":
            return "\n".join(_indented(_item(item), "- ") for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            numbered = enumerate(node.children, first)
            return "\n".join(_indented(_item(item), f"{number}. ") for number, item in numbered)
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"), "    ")
        case "hr":
            return "* * *"
        case _:
            return "".join(_inline(child) for child in node.children)


def _item(item: SyntaxTreeNode) -> str:
    return _blocks(item.children, "\n")


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            words, target = "".join(_inline(child) for child in node.children), str(node.attrs.get("href", ""))
            return words if words in {target, target.removeprefix("mailto:")} else f"{words} ({target})"
        case _:
            return "".join(_inline(child) for child in node.children) if node.children else node.content


def _indented(text: str, mark: str) -> str:
    margin = " " * len(mark)
    lines = text.split("\n")
    return "\n".join((mark if number == 0 else margin) + line if line else "" for number, line in enumerate(lines))
