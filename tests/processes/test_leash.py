"""Nothing outlives whoever started it, with the kernel's help or without."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from app.processes import leash
from tests.processes.keeper import SLEEPS, eventually, is_gone

LEASH = (sys.executable, "-I", "-S", leash.__file__)


def test_the_process_id_is_that_of_the_command() -> None:
    command = (*LEASH, str(os.getpid()), "9", sys.executable, "-c", "import os; print(os.getpid())")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        said = process.communicate()[0]
    assert int(said) == process.pid


def test_a_parent_that_died_too_early_for_the_kernel_to_notice_is_noticed() -> None:
    somebody_else = str(os.getpid() + 1)
    assert subprocess.run([*LEASH, somebody_else, "9", *SLEEPS], check=False, timeout=5).returncode == 1


def test_without_the_kernels_help_the_command_ends_with_the_parent_too(tmp_path: Path) -> None:
    """The way of other systems than Linux, walked here."""
    watches = f"import os; from app.processes.leash import watch; watch(os.getppid(), 9, {list(SLEEPS)!r})"
    parent_code = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {watches!r}], process_group=0)\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        watcher = psutil.Process(int(parent.stdout.readline()))
        eventually(watcher.children)
        (command,) = watcher.children()
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: is_gone(watcher) and is_gone(command), within=5)


def test_a_watched_command_gets_the_signals_and_gives_its_exit_code() -> None:
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print(1, flush=True); time.sleep(60)"
    watches = (
        "import os, sys; from app.processes.leash import watch;"
        f"sys.exit(watch(os.getppid(), 9, [sys.executable, '-c', {code!r}]))"
    )
    with subprocess.Popen([sys.executable, "-c", watches], stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout
        watcher.stdout.readline()
        time.sleep(0.1)
        watcher.terminate()
        assert watcher.wait(5) == 7
