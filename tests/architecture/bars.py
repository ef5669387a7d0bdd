"""Which tests carry the number of which bar. ``python -m tests.architecture.bars`` lists them anew in ``bars.toml``."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILE = TESTS / "bars.toml"
NUMBERED = re.compile(r"test_bar_(\d+(?:_and_\d+)*)_")
LIST = re.compile(r"^(\[bar\.(\d+)\]\n.*?)^tests = \[.*?\]$", re.DOTALL | re.MULTILINE)


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """The source of every test, by ``file::name``."""
    return {
        f"{path.relative_to(TESTS).as_posix()}::{node.name}": node
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def numbers_of(name: str) -> set[str]:
    """``{"52", "53"}`` for ``test_bar_52_and_53_...``; a leading zero means nothing."""
    found = NUMBERED.match(name.partition("::")[2])
    return {str(int(number)) for number in found[1].split("_and_")} if found else set()


def carrying(number: str) -> list[str]:
    """The tests that carry a bar's number."""
    return [name for name in functions() if number in numbers_of(name)]


def listed(text: str) -> str:
    """The file with its lists as they should be; what people wrote in it stays as it is."""

    def rewrite(found: re.Match[str]) -> str:
        lines = "".join(f'  "{name}",\n' for name in carrying(found[2]))
        return f"{found[1]}tests = [\n{lines}]" if lines else f"{found[1]}tests = []"

    return LIST.sub(rewrite, text)


if __name__ == "__main__":
    FILE.write_text(listed(FILE.read_text()))
