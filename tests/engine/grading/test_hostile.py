"""Submissions that want the points without the work: none gains one, none harms the next, each is told apart."""

import hashlib
import re

import pytest

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.learner import Learner, Sandboxed
from autograder.sandbox.backends import bwrap_problem
from autograder.sandbox.host import Sandbox
from autograder.submission import defined, read_bank, replaced, stubs, submission
from tests.engine.tools import ROOT

COURSE = load_course(ROOT)
TIGHT = {
    "call_seconds": 6.0,
    "call_cpu_seconds": 2.0,
    "submission_seconds": 60.0,
    "memory_mb": 600,
    "processes": 16,
    "file_mb": 4,
    "tmp_mb": 8,
}
STEP = COURSE.step("00")
STEP = STEP.model_copy(update={"limits": STEP.limits.model_copy(update=TIGHT)})
HOSTILE = read_bank(COURSE, "hostile")
MOST = 2  # exercises on which each is tried
WAITS = ("time", "memory", "processes")  # families that end at a limit: all but the first of each are for the long run
SLOW = {"set_of_alike", "keys_that_are_alike"}  # others that do

pytestmark = pytest.mark.skipif(bwrap_problem() is not None, reason=str(bwrap_problem()))


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("bwrap", ROOT, COURSE.kit) as sandbox:
        yield sandbox


def fingerprint():
    """Everything that a submission must not change: the course's own files."""
    files = [p for top in ("exercises", "reference", "tests", "autograder") for p in sorted((ROOT / top).rglob("*.py"))]
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()


def tried(entry):
    """The first exercises that ask for what an entry defines."""
    return set([e.id for e in STEP.exercises if e.target in defined(entry.source)][:MOST])


def said(report):
    return "\n".join([*report.warnings, *(test.message for e in report.exercises for test in e.tests)])


def entries():
    """The bank, of which what waits for a limit takes long."""
    seen = set()
    for entry in HOSTILE:
        long = (entry.family in WAITS and entry.family in seen) or entry.path.stem in SLOW
        seen.add(entry.family)
        yield pytest.param(entry, id=entry.path.stem, marks=[pytest.mark.slow] if long else [])


@pytest.mark.parametrize("entry", list(entries()))
def test_it_gains_nothing_harms_nobody_and_is_told(entry, sandbox):
    before = fingerprint()
    handed_in = submission(entry.name, replaced(stubs(COURSE, STEP), entry))
    report = grade(handed_in, COURSE, sandbox, [STEP], "salt", only=tried(entry), pictures=False)
    assert report.score == 0, said(report)
    assert not [e.id for e in report.exercises if e.status in ("passed", "partial")]
    assert entry.is_told(said(report))
    assert sandbox.descendants() == []
    assert fingerprint() == before
    assert clean_guest(sandbox), "the next submission finds traces of this one"


def clean_guest(sandbox):
    """A guest started now works, and its temporary folder holds nothing but itself."""
    look = """
import os, tempfile
def look(): return os.listdir(tempfile.gettempdir()), os.listdir('/dev/shm'), os.getpid()
"""
    transport = Sandboxed(sandbox, {"step00/m.py": look}, STEP.limits.model_dump())
    try:
        tmp, shm, pid = Learner(transport, "step00").m.look()
    finally:
        transport.close()
    return len(tmp) == 1 and shm == [] and pid == 2


def test_what_a_submission_learns_in_hidden_tests_is_not_in_the_report(sandbox):
    entry = next(e for e in HOSTILE if e.path.stem == "tells_hidden_inputs")
    report = grade(submission(entry.name, replaced(stubs(COURSE, STEP), entry)), COURSE, sandbox, [STEP], "salt")
    hidden = [t.message for e in report.exercises for t in e.tests if t.visibility == "hidden"]
    assert len({message for message in hidden if message}) > 3
    assert not [message for message in hidden if re.search(r"leak|31337|\d\.\d\d\d\d", message, re.IGNORECASE)]


def test_hidden_inputs_change_with_the_submission_and_the_salt(sandbox):
    seeds = set()
    for text in ("one", "two"):
        for salt in ("a", "b"):
            one = submission("x", {f"{STEP.folder}/images.py": f"# {text}\n"})
            seeds.add(grade(one, COURSE, sandbox, [STEP], salt, only=tried(HOSTILE[0])).seed)
    assert len(seeds) == 4
