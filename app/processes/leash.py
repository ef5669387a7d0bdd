"""Runs a command that cannot outlive whoever started it: ``leash.py PARENT_PID SIGNAL COMMAND...``

Run by its path and not as a module, so that it costs 10 ms and no import of the app.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5


def die_with_parent(how: int = signal.SIGKILL) -> None:
    """Have the kernel send ``how`` to this process when the thread that forked it ends. Linux only, else nothing.

    The caller must then see for itself that the parent has not died already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)


def main(arguments: Sequence[str]) -> int:
    parent, how, command = int(arguments[0]), int(arguments[1]), list(arguments[2:])
    if sys.platform == "linux":
        die_with_parent(how)
        if os.getppid() == parent:  # else it died before the kernel was told
            os.execvp(command[0], command)  # noqa: S606 - the death signal outlives exec, and the process id stays
        return 1
    return watch(parent, how, command)


def watch(parent: int, how: int, command: Sequence[str]) -> int:
    """Stay beside the command, and look whether the parent is still ours, where no kernel does it."""
    child = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    while child.poll() is None:
        if os.getppid() != parent:
            if how == signal.SIGKILL:
                os.killpg(0, signal.SIGKILL)
            child.send_signal(how)
            return child.wait()
        time.sleep(LOOK_SECONDS)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
