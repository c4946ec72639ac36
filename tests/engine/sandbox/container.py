"""Runs a command as root has it in a container that forbids namespaces, such as Gradescope's.

In a mount namespace of its own, where everyone may use the interpreter wherever it is, and without the capabilities
that Docker takes away by default.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.engine.tools import ROOT

_ASK = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import own_user
with tempfile.TemporaryDirectory() as private:
    print(own_user.problem(Path(private)) or "")
"""
_ENTER = """
set -e
kept_rights="$1"; closed="$2"; shift 2
if [ -n "$closed" ]; then
  base="$1"; kept="$(mktemp -d)"; mount --bind "$base" "$kept"
  mount -t tmpfs -o mode=0755 none "$closed"; mkdir -p "$base"; mount --bind "$kept" "$base"
fi
shift
exec setpriv --bounding-set "$kept_rights" --inh-caps "$kept_rights" "$@"
"""
_KEPT = (  # the capabilities of a container of Docker's
    "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,"
    "+mknod,+audit_write,+setfcap"
)


def in_container(*command: str) -> list[str]:
    """The command line that runs `command` so."""
    base = Path(sys.base_prefix)
    closed = next((str(p) for p in reversed(base.parents) if not p.stat().st_mode & 0o001), "")
    return ["unshare", "--mount", "bash", "-c", _ENTER, "container", _KEPT, closed, str(base), *command]


@pytest.fixture
def container() -> None:
    """Skips the test where that cannot be done."""
    if problem := no_container():
        pytest.skip(problem)


@cache
def no_container() -> str | None:
    """Why that cannot be done here, or None."""
    if sys.platform != "linux" or os.getuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return "only root on Linux, with unshare and setpriv, can imitate a container that forbids namespaces"
    done = subprocess.run(in_container(sys.executable, "-c", _ASK, str(ROOT)), capture_output=True, text=True)
    return (done.stderr or "it does not work") if done.returncode else done.stdout.strip() or None
