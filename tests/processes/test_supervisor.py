"""What is started is kept alive, and ends with whoever started it. Real processes, real signals."""

import signal
import time
from pathlib import Path

import pytest

from app.processes.program import Program
from tests.processes.keeper import PYTHON, SLEEPS, eventually, is_gone, kept

IGNORES_SIGTERM = (
    PYTHON,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
)
HAS_A_CHILD = (PYTHON, "-c", "import os, time; os.fork(); time.sleep(600)")


def notes(path: Path, word: str) -> tuple[str, ...]:
    """A command that adds a line to ``path`` when it is asked to end."""
    code = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(path)!r}, 'a').write({word + chr(10)!r}); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)"
    )
    return (PYTHON, "-c", code)


def are_ready(directory: Path) -> bool:
    """Whether every program has set its signals and said so."""
    return all("ready" in log.read_text() for log in (directory / "log").glob("*.log"))


def test_what_is_killed_is_started_again_and_a_line_says_so(tmp_path: Path) -> None:
    with kept(tmp_path, [Program("bell", SLEEPS), Program("rope", SLEEPS)]) as supervisor:
        before = supervisor.children()
        before[0].kill()
        eventually(lambda: is_gone(before[0]))
        eventually(lambda: len([p for p in supervisor.children() if not is_gone(p)]) == 2)
        after = [process for process in supervisor.children() if not is_gone(process)]
    assert before[0] not in after
    assert before[1] in after
    assert supervisor.said().count("bell ended (killed by SIGKILL) and is started again") == 1


def test_what_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    dies = (PYTHON, "-S", "-c", f"open({str(starts)!r}, 'a').write('x'); raise SystemExit('no bell rope')")
    with kept(tmp_path, [Program("bell", dies)], up=False) as supervisor:
        eventually(lambda: starts.exists() and len(starts.read_text()) >= 3)
        time.sleep(0.5)
        assert len(starts.read_text()) <= 5
    assert "no bell rope" in supervisor.said()


def test_a_log_holds_what_a_program_prints_and_the_one_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log" / "bell.log"
    for word in ("first", "second"):
        prints = (PYTHON, "-c", f"print({word!r}, flush=True); import time; time.sleep(600)")
        with kept(tmp_path, [Program("bell", prints)]):
            eventually(log.read_text)
    assert log.read_text() == "second\n"
    assert log.with_name("bell.log.1").read_text() == "first\n"


def test_a_stage_starts_only_after_the_one_before_has_done_its_work(tmp_path: Path) -> None:
    done = tmp_path / "done"
    first = (PYTHON, "-c", f"import time; time.sleep(0.5); open({str(done)!r}, 'w')")
    second = (PYTHON, "-c", f"import os, time; print(os.path.exists({str(done)!r}), flush=True); time.sleep(600)")
    with kept(tmp_path, [Program("first", first, runs_once=True)], [Program("second", second)]):
        eventually((tmp_path / "log" / "second.log").read_text)
    assert (tmp_path / "log" / "second.log").read_text() == "True\n"


def test_a_first_step_that_fails_ends_it_all_with_its_last_words(tmp_path: Path) -> None:
    fails = (PYTHON, "-c", "raise SystemExit('the database is not there')")
    stages = [[Program("bell", SLEEPS), Program("prepare", fails, runs_once=True)], [Program("web", SLEEPS)]]
    with kept(tmp_path, *stages, up=False) as supervisor:
        assert supervisor.process.wait(10) == 1
    assert "prepare does not start" in supervisor.said()
    assert "the database is not there" in supervisor.said()
    assert not (tmp_path / "log" / "web.log").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_end_it_ends_the_later_stages_first(tmp_path: Path, how: int) -> None:
    order = tmp_path / "order"
    stages = [[Program(word, notes(order, word))] for word in ("valkey", "web", "worker")]
    with kept(tmp_path, *stages) as supervisor:
        eventually(lambda: are_ready(tmp_path))
        children = supervisor.children()
        assert supervisor.end(how) == 0
    assert order.read_text().split() == ["worker", "web", "valkey"]
    assert all(is_gone(child) for child in children)


@pytest.mark.alone
def test_what_will_not_end_is_ended_within_ten_seconds_in_all(tmp_path: Path) -> None:
    stages = [[Program(str(number), IGNORES_SIGTERM) for number in range(2)] for _ in range(4)]
    with kept(tmp_path, *stages) as supervisor:
        eventually(lambda: are_ready(tmp_path))
        children = supervisor.children()
        began = time.monotonic()
        supervisor.end()
        assert time.monotonic() - began < 10
    assert len(children) == 8
    assert all(is_gone(child) for child in children)


@pytest.mark.alone
def test_asked_twice_it_waits_for_nobody(tmp_path: Path) -> None:
    with kept(tmp_path, [Program("stubborn", IGNORES_SIGTERM)]) as supervisor:
        eventually(lambda: are_ready(tmp_path))
        began = time.monotonic()
        supervisor.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        supervisor.end(signal.SIGINT)
        assert time.monotonic() - began < 2


@pytest.mark.faults
def test_a_killed_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    with kept(tmp_path, [Program("bell", IGNORES_SIGTERM)], [Program("stubborn", IGNORES_SIGTERM)]) as supervisor:
        eventually(lambda: are_ready(tmp_path))
        children = supervisor.children()
        supervisor.end(signal.SIGKILL)
        eventually(lambda: all(is_gone(child) for child in children), within=5)
    assert len(children) == 2


def test_the_children_of_a_killed_program_go_before_it_is_started_again(tmp_path: Path) -> None:
    with kept(tmp_path, [Program("web", HAS_A_CHILD)]) as supervisor:
        eventually(lambda: len(supervisor.children()) == 2)
        leader, orphan = supervisor.children()
        leader.kill()
        eventually(lambda: is_gone(orphan))
        eventually(lambda: len(supervisor.children()) == 2)
