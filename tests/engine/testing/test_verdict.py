"""What each way for a test to end means, and that nothing a submission wrote is repeated from a hidden test."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.expect.expectation import ExpectationFailed, expect
from autograder.learner import LearnerError
from autograder.learner.sandboxed import _learner_error
from autograder.testing.verdict import NOT_STARTED, TOO_LARGE, judge, record_asked

ROOT = Path("/course")
WHERE = {"file": "exercises/step00_sums/sums.py", "line": 3, "function": "double"}
FILES = {"step00_sums/sums.py": "one\ntwo\nthree\n"}
SECRET = "sesame"

# error, outcome, message in a public test, message in a hidden one
CASES = {
    "nothing": (None, "passed", "", ""),
    "expectation": (
        ExpectationFailed("The result: 3 elements differ.", "got 1, expected 2", "The sign is wrong."),
        "failed",
        "The sign is wrong.\nThe result: 3 elements differ.\ngot 1, expected 2",
        "The sign is wrong.\nThe result: 3 elements differ.",
    ),
    "stub": (LearnerError("not_started", "Add", "NotImplementedError", "…", WHERE), "not_started", *[NOT_STARTED] * 2),
    "exception": (
        LearnerError("error", "sesame", "ValueError", "Traceback: sesame\n", WHERE),
        "error",
        "Raised an exception: ValueError, line 3 of sums.py.\nTraceback: sesame",
        "Raised an exception: ValueError.",
    ),
    "exception from nowhere": (
        LearnerError("error", "sesame", "ValueError", "Traceback: sesame"),
        "error",
        "Raised an exception: ValueError.\nTraceback: sesame",
        "Raised an exception: ValueError.",
    ),
    "import": (
        LearnerError("import", "sesame", "SyntaxError", "line 1\nsesame", None),
        "error",
        "Its module could not be imported: SyntaxError.\nline 1\nsesame",
        "Its module could not be imported: SyntaxError.",
    ),
    "timeout": (
        LearnerError("timeout", "it did not finish within 3 s"),
        "timeout",
        *["Took too long: it did not finish within 3 s."] * 2,
    ),
    "memory that we measured": (
        LearnerError("out_of_memory", "it used more than 500 MB of memory"),
        "out_of_memory",
        *["Ran out of memory: it used more than 500 MB of memory."] * 2,
    ),
    "memory that it ran out of": (
        LearnerError("out_of_memory", "sesame", "MemoryError"),
        "out_of_memory",
        "Ran out of memory: sesame.",
        "Ran out of memory: over the limit.",
    ),
    "missing": (
        LearnerError("missing", "sums.py has no `sesame`", "Exception"),
        "error",
        "Not found: sums.py has no `sesame`.",
        "Not found: a function or an object that this test asks for.",
    ),
    "module not handed in": (
        LearnerError("not_handed_in", "sums.py was not handed in"),
        "not_started",
        *["Not started: sums.py was not handed in."] * 2,
    ),
    "protocol": (
        LearnerError("protocol", "unknown dtype 'sesame'"),
        "error",
        "What the submission sent back is not a value: unknown dtype 'sesame'.",
        "What the submission sent back is not a value: it is too large or malformed.",
    ),
    "no data": (
        LearnerError("not_data", "an object of the class sesame"),
        "failed",
        "What came back is not data (numbers, tensors, lists, dictionaries, records of these): "
        "an object of the class sesame.",
        "What came back is not data (numbers, tensors, lists, dictionaries, records of these): "
        "an object of another kind.",
    ),
    "process ended": (
        LearnerError("error", "the process ended itself with exit status 42"),
        "error",
        "No answer: the process ended itself with exit status 42.",
        "No answer: its process ended, or was ended, before it answered.",
    ),
    "bare assertion": (AssertionError("1 == 2"), "failed", "1 == 2", "What the test claims is not so."),
    "what came back could not be used": (
        TypeError("sesame"),
        "failed",
        "The test could not use what was returned (TypeError: sesame).",
        "The test could not use what was returned (TypeError).",
    ),
}
each_case = pytest.mark.parametrize(("error", "outcome", "public", "hidden"), CASES.values(), ids=CASES)


@each_case
def test_an_outcome_is_the_same_in_public_and_hidden_tests(error, outcome, public, hidden):
    assert [judge(error, ROOT, hidden=side).outcome for side in (False, True)] == [outcome] * 2


@each_case
def test_a_public_message_tells_all(error, outcome, public, hidden):
    assert judge(error, ROOT, hidden=False).message == public


@each_case
def test_a_hidden_message_tells_only_what_is_ours(error, outcome, public, hidden):
    assert judge(error, ROOT, hidden=True).message == hidden
    assert SECRET not in hidden


def test_a_function_of_a_module_that_was_not_handed_in_is_named_like_a_stub():
    error = LearnerError("not_handed_in", "sums.py was not handed in", where=WHERE | {"function": "double"})
    assert judge(error, ROOT, hidden=True).function == "sums.double"


def test_a_stub_is_named_with_its_module():
    assert judge(CASES["stub"][0], ROOT, hidden=False).function == "sums.double"


def test_an_exception_that_nobody_raises_by_mistake_is_not_named_in_a_hidden_test():
    error = LearnerError("error", "sesame", "ArithmeticError", where=WHERE)
    assert judge(error, ROOT, hidden=True).message == "Raised an exception."


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory")]
)
def test_memory_that_a_test_asks_for_in_vain_is_the_submissions(error):
    said = judge(error, ROOT, hidden=True, graded=True)
    assert (said.outcome, said.message) == ("out_of_memory", TOO_LARGE)


# ---------------------------------------------------------------- in process


def raised(tmp_path, source, name="ValueError"):
    """What `f()` of a module of the course's exercises raises, in this process."""
    file = tmp_path / "exercises" / "step00_sums" / "sums.py"
    file.parent.mkdir(parents=True)
    file.write_text(source)
    space = {}
    try:
        exec(compile(source, str(file), "exec"), space)
        space["f"]()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


RECORDS = """
class Losses(NamedTuple):
    \"\"\"Two losses.\"\"\"
    first: float
    second: float
def losses(x) -> Losses: ...
def pair(x) -> tuple[float, float]: ...
def unsaid(x): ...
"""


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("returned", "kind"), [((1.0, 2.0), "A plain tuple"), ([1.0], "A plain list"), ({"first": 1.0}, "A dictionary")]
)
def test_a_plain_tuple_where_a_record_is_asked_is_told_the_fields(returned, kind, hidden):
    with pytest.raises(AttributeError) as failed:
        returned.first  # noqa: B018
    verdict = judge(failed.value, ROOT, hidden, record_asked(RECORDS, "losses"))
    assert verdict.message == f"{kind} came back where Losses(first, second) is asked, fields by name."


@pytest.mark.parametrize("text", [RECORDS.replace("-> Losses", ""), "def losses(:", "class Losses: ..."])
def test_where_no_record_is_asked_nothing_is_said_of_one(text):
    assert record_asked(text, "losses") is None and record_asked(RECORDS, "pair") is None


def test_a_learners_exception_in_process_is_told_with_its_place(tmp_path):
    error = raised(tmp_path, "def f():\n    raise ValueError('no')\n")
    verdict = judge(error, tmp_path, hidden=False)
    assert (verdict.outcome, verdict.message) == ("error", "ValueError in sums.f, line 2: no")


def test_its_text_is_not_told_in_a_hidden_test(tmp_path):
    error = raised(tmp_path, "def f():\n    raise ValueError('sesame')\n")
    assert judge(error, tmp_path, hidden=True).message == "ValueError in sums.f, line 2"


def test_a_stub_in_process_is_not_started(tmp_path):
    verdict = judge(raised(tmp_path, "def f():\n    raise NotImplementedError\n"), tmp_path, hidden=False)
    assert (verdict.outcome, verdict.function) == ("not_started", "sums.f")


def test_what_torch_has_not_implemented_is_an_error(tmp_path):
    text = "import torch\ndef f():\n    return torch.zeros(2, dtype=torch.int64).log_softmax(0)\n"
    verdict = judge(raised(tmp_path, text), tmp_path, hidden=False)
    assert verdict.outcome == "error" and verdict.message.startswith("NotImplementedError in sums.f, line 3: ")


def test_memory_that_runs_out_in_process_is_out_of_memory(tmp_path):
    error = raised(tmp_path, "def f():\n    raise MemoryError\n")
    assert judge(error, tmp_path, hidden=False).outcome == "out_of_memory"


def test_a_syntax_error_in_process_is_an_error_of_its_module(tmp_path):
    verdict = judge(raised(tmp_path, "x = 1\ndef f(:\n"), tmp_path, hidden=False)
    assert verdict.outcome == "error"
    assert verdict.message.startswith("Its module could not be imported: SyntaxError, line 2 of sums.py: ")


# ---------------------------------------------------------------- a guest that lies


def told(**answer):
    """The hidden message about an answer that a guest made up."""
    return judge(_learner_error({"kind": "error", "type": "ValueError", **answer}, FILES), ROOT, hidden=True).message


LIES = {
    "message": {"message": SECRET},
    "traceback": {"traceback": SECRET},
    "class": {"type": SECRET},
    "kind": {"kind": SECRET},
    "file": {"where": {"file": f"exercises/{SECRET}.py", "line": 1, "function": "f"}},
    "function": {"where": WHERE | {"function": SECRET}},
    "stub": {"kind": "not_started", "where": WHERE | {"function": SECRET}, "message": SECRET},
    "timeout": {"kind": "timeout", "message": SECRET},
    "memory": {"kind": "out_of_memory", "message": SECRET},
    "missing": {"kind": "missing", "message": SECRET},
    "import": {"kind": "import", "message": SECRET, "traceback": SECRET},
    "protocol": {"kind": "protocol", "message": SECRET, "type": ""},
    "our own words": {"message": SECRET, "type": ""},
    "our own timeout": {"kind": "timeout", "message": SECRET, "type": ""},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_hidden_message_repeats_nothing_that_a_guest_made_up(lie):
    assert SECRET not in told(**lie)


@pytest.mark.parametrize("line", [0, -5, 314159, 2.5, "3", None, [SECRET]])
def test_a_line_that_the_submission_does_not_have_is_not_repeated(line):
    assert told(where=WHERE | {"line": line}) == "Raised an exception: ValueError."


@pytest.mark.parametrize("error", [None, SECRET, [SECRET], 5])
def test_an_answer_of_no_shape_is_not_repeated(error):
    with pytest.raises(LearnerError) as refused:
        _learner_error(error, FILES)
    assert SECRET not in judge(refused.value, ROOT, hidden=True).message


@pytest.mark.parametrize("kind", [["error"], {}, None, "\ud800"])
def test_a_kind_of_no_shape_is_an_error(kind):
    assert told(kind=kind) == "Raised an exception: ValueError."


@pytest.mark.parametrize("type_name", ["print", "\ud800", "__name__", "copyright", "int.__class__", ["ValueError"], {}])
def test_only_names_of_built_in_classes_are_repeated(type_name):
    assert told(type=type_name) == "Raised an exception."


@pytest.mark.parametrize("returned", [torch.zeros(31, 41), torch.zeros(5926, 1), torch.zeros(53, 5, 8, 97)])
def test_shapes_with_sizes_of_its_own_are_not_repeated(returned):
    with pytest.raises(ExpectationFailed) as failed:
        expect(returned).to_equal(torch.zeros(2, 3))
    hidden = judge(failed.value, ROOT, hidden=True).message
    assert not [size for size in returned.shape if size > 8 and str(size) in hidden]


@pytest.mark.parametrize(
    "returned",
    [SECRET, [SECRET], {SECRET: 1}, torch.tensor([2.71828, 3.14159]), 3.14159, type(SECRET, (), {})(), b"sesame"],
    ids=["text", "list", "dict", "tensor", "number", "object", "bytes"],
)
def test_values_and_names_that_it_returned_are_not_repeated(returned):
    with pytest.raises(ExpectationFailed) as failed:
        expect(returned).to_equal(torch.zeros(2))
    hidden = judge(failed.value, ROOT, hidden=True).message
    assert not [secret for secret in (SECRET, "3.14", "2.71") if secret in hidden]
