"""The alarm rules that are shipped speak of what is really told."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from app.kernel.jobs import Lane
from app.mailer.kinds import Outcome
from tests.support.pages import Client

RULES = (Path(__file__).parents[2] / "docs/deploy/alerts.yml").read_text()
LABELS = re.compile(r'(\w+)=~?"([\w|]+)"')
KNOWN: dict[str, set[str]] = {"lane": {*Lane}, "outcome": {*Outcome}, "job": {"belfry"}}


def test_bar_133_every_alarm_asks_for_a_figure_that_is_told(client: Client) -> None:
    families = text_string_to_metric_families(client.get("/metrics").text)
    told = {sample.name for family in families for sample in family.samples}
    asked = set(re.findall(r"\bbelfry_\w+", RULES))
    assert len(asked) >= 9
    assert asked <= told


def test_bar_133_an_alarm_is_raised_when_the_oldest_due_is_older_than_a_minute() -> None:
    lanes = re.findall(r'expr: belfry_oldest_due_seconds\{lane=~"([\w|]+)"\} > 60$', RULES, re.MULTILINE)
    assert {lane for some in lanes for lane in some.split("|")} == set(Lane)


def test_labels_that_alarms_choose_by_exist() -> None:
    for label, words in LABELS.findall(RULES):
        assert set(words.split("|")) <= KNOWN[label], f"{label} is never one of {words}"
    assert RULES.count("- alert: ") == len(set(re.findall(r"- alert: (\w+)", RULES))) == RULES.count("summary: ")
