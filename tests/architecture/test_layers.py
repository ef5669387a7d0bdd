"""Who may import whom is kept by import-linter; what may stand in one place only is kept here."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
SOURCES = {path.relative_to(APP).as_posix(): ast.parse(path.read_text()) for path in sorted(APP.rglob("*.py"))}
DRAWERS = ("utils.py", "helpers.py", "manager.py", "handler.py", "data.py", "info.py")


def test_the_layers_are_kept() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def calls(tree: ast.AST) -> Iterator[str]:
    """The last name of everything that is called: ``commit`` for ``db.session.commit()``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def names_from(tree: ast.AST, module: str) -> Iterator[str]:
    """What is imported from a module, as names; ``import module`` gives the module's own name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == module:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == module)


def attributes_of(tree: ast.AST, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            yield node.attr


def test_only_the_unit_of_work_commits() -> None:
    committing = {path for path, tree in SOURCES.items() if "commit" in calls(tree)}
    assert committing == {"kernel/unit_of_work.py"}


def test_only_jobs_enqueue() -> None:
    enqueuing = {path for path, tree in SOURCES.items() if {"enqueue", "enqueue_at", "enqueue_in"} & set(calls(tree))}
    assert {Path(path).name for path in enqueuing} == {"jobs.py"}


def test_only_settings_read_the_environment() -> None:
    reading = {
        path
        for path, tree in SOURCES.items()
        if {"environ", "getenv"} & ({*attributes_of(tree, "os")} | {*names_from(tree, "os")})
    }
    assert reading == {"settings.py"}


def test_only_live_modules_render_what_is_pushed() -> None:
    rendering = {path for path, tree in SOURCES.items() if "render_for" in calls(tree)}
    assert rendering
    assert {Path(path).name for path in rendering} == {"live.py"}


def test_only_the_mailer_speaks_to_relays() -> None:
    sending = {
        path
        for path, tree in SOURCES.items()
        if path != "extensions.py" and any([*names_from(tree, "flask_mail"), *names_from(tree, "smtplib")])
    }
    assert sending
    assert all(path.startswith("mailer/") for path in sending), sending


def test_people_are_passed_on_as_values() -> None:
    """``request`` and ``current_user`` stay where requests come in; below them, arguments say whom it is for."""
    asking = {
        path
        for path, tree in SOURCES.items()
        if {"request", "current_user"} & {*names_from(tree, "flask"), *names_from(tree, "flask_login")}
    }
    doors = {"errors.py", "frame.py", "admin/health.py", "identity/guard.py", "identity/devices.py"}
    elsewhere = {path for path in asking - doors if not path.endswith("views.py") and not path.startswith("web/")}
    assert not elsewhere


@pytest.mark.parametrize("module", ["kinds", "rules", "events", "errors"])
def test_rules_import_nothing_but_values(module: str) -> None:
    """import-linter forbids frameworks behind them; this forbids our own rows and use cases."""
    allowed = {"kinds", "rules", "events", "errors", "ids"}
    for path, tree in SOURCES.items():
        if Path(path).stem != module or "/" not in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app"):
                assert (node.module or "").rpartition(".")[2] in allowed, f"{path} imports {node.module}"
            if isinstance(node, ast.ImportFrom) and module == "kinds" and not (node.module or "").startswith("app"):
                assert (node.module or "").split(".")[0] in sys.stdlib_module_names, f"{path} imports {node.module}"


def test_no_drawer_is_called_anything_goes() -> None:
    assert not [path for path in SOURCES if Path(path).name in DRAWERS]


def test_only_doors_and_programs_know_the_whole_app() -> None:
    """``from app import create_app`` in a room would tie it to all others behind import-linter's back."""
    packages = {path.name for path in APP.iterdir() if path.is_dir()} | {path.stem for path in APP.glob("*.py")}
    knowing = {
        path
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "app"
        if {alias.name for alias in node.names} - packages
    }
    assert all(path.split("/")[0] in {"processes", "cli", "demo"} for path in knowing), knowing
