"""What the person at the terminal is told once the first page answers."""

import json
from collections.abc import Mapping, Sequence

from app.settings import Settings

COLUMNS = ("email", "password", "role", "school", "name")


def welcome(settings: Settings) -> str:
    """The address, the demo's sign-ins, where mail lands and how to end it all."""
    parts = [f"\nBelfry answers at {settings.public_url}"]
    if accounts := demo_accounts(settings):
        parts.append(table(accounts))
    if settings.uses_embedded_mail:
        parts.append(f"Mail lands in {settings.data_dir / 'mail'} and leaves this machine never.")
        if accounts:
            parts.append(f"A signed-in admin reads it at {settings.public_url}/demo/mail")
    parts.append(f"Logs: {settings.data_dir / 'log'}\nCtrl-C ends it.")
    return "\n\n".join(parts)


def demo_accounts(settings: Settings) -> list[dict[str, str]]:
    """The demo's cast with their passwords; nobody when there is no demo here."""
    path = settings.data_dir / "demo-accounts.json"
    if settings.production or not path.exists():
        return []
    accounts: list[dict[str, str]] = json.loads(path.read_text())
    return accounts


def table(accounts: Sequence[Mapping[str, str | None]]) -> str:
    """One line a person, in columns as wide as they need to be."""
    rows = [{column: column for column in COLUMNS}, *accounts]
    widths = {column: max(len(row.get(column) or "") for row in rows) for column in COLUMNS}
    lines = ("  ".join((row.get(column) or "").ljust(widths[column]) for column in COLUMNS) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)
