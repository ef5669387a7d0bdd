"""Runs the benchmarks: ``python -m tests.bench [NAME]``. Each module here with a ``measure`` function is one."""

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
    if unknown := set(wanted) - set(names()):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    for name in wanted or names():
        print(f"\n{name}: {(_module(name).__doc__ or '').splitlines()[0]}", flush=True)
        show(_module(name).measure())
    return 0


def _module(name: str):  # type: ignore[no-untyped-def]
    return importlib.import_module(f"tests.bench.{name}")


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
