"""Runs the benchmarks: ``python -m tests.bench [NAME] [SIZE=NUMBER]``. A module here with ``measure`` is one.

``make bench NAME="ledger rows=100000"`` runs one at another size: the names of sizes are those of its ``measure``.
"""

import importlib
import pkgutil
import sys

from tests import bench
from tests.bench.figures import show

NO_BENCHMARKS = frozenset({"__main__", "figures", "demonstration"})


def names() -> list[str]:
    found = {module.name for module in pkgutil.iter_modules(bench.__path__)}
    return sorted(name for name in found - NO_BENCHMARKS if hasattr(_module(name), "measure"))


def main(wanted: list[str]) -> int:
    sizes = {name: int(number) for name, _, number in (word.partition("=") for word in wanted if "=" in word)}
    wanted = [word for word in wanted if "=" not in word]
    if unknown := set(wanted) - set(names()):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    for name in wanted or names():
        print(f"\n{name}: {(_module(name).__doc__ or '').splitlines()[0]}", flush=True)
        show(_module(name).measure(**sizes))
    return 0


def _module(name: str):  # type: ignore[no-untyped-def]
    return importlib.import_module(f"tests.bench.{name}")


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
