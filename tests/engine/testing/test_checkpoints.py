"""Recorded numbers: read with every mistake named, verified, rewritten without touching what people wrote."""

import json
import sys

import pytest

from autograder.testing.checkpoints import (
    CheckpointError,
    UnknownCheckpoint,
    load_checkpoints,
    verify_checkpoints,
    write_checkpoints,
)

ENTRY = {"value": 0.5, "atol": 0.01, "rtol": 0.0, "source": "this project", "made_by": "by hand", "needs": None}


@pytest.fixture
def course(tmp_path):
    """Writes step 00's checkpoints: the JSON (entries or text) and the script that makes them."""

    def make(entries, script="def half():\n    return 0.5\n"):
        folder = tmp_path / "reference" / "checkpoints"
        folder.mkdir(parents=True, exist_ok=True)
        text = entries if isinstance(entries, str) else json.dumps(entries)
        (folder / "step00.json").write_text(text, encoding="utf-8")
        (folder / "step00.py").write_text(script, encoding="utf-8")
        return tmp_path

    return make


def statuses(results):
    return {result.name: result.status for result in results}


def recorded(root):
    return json.loads((root / "reference/checkpoints/step00.json").read_text(encoding="utf-8"))


# --- reading


def test_a_checkpoint_has_all_that_was_recorded(course):
    half = load_checkpoints(course({"half": ENTRY}), "00")["half"]
    assert half.model_dump() == {"name": "half", **ENTRY, "slow": False}


def test_a_step_without_a_file_has_no_checkpoints(tmp_path):
    assert len(load_checkpoints(tmp_path, "00")) == 0


def test_an_unknown_name_says_which_exist(course):
    checkpoints = load_checkpoints(course({"half": ENTRY, "third": ENTRY}), "00")
    with pytest.raises(UnknownCheckpoint) as error:
        checkpoints["haf"]
    assert "Did you mean 'half'? There are: half, third." in str(error.value)


def test_a_checkpoint_cannot_be_changed(course):
    half = load_checkpoints(course({"half": ENTRY}), "00")["half"]
    with pytest.raises(ValueError, match="frozen"):
        half.value = 1.0


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("{", "broken JSON"),
        ("[]", "must be an object"),
        ('{"half": {}, "half": {}}', "'half' is there twice"),
        ({"half": 0.5}, "half: must be an object"),
        ({"half": {**ENTRY, "atoll": 1}}, "half: atoll: Extra inputs"),
        ({"half": {k: v for k, v in ENTRY.items() if k != "source"}}, "half: source: Field required"),
        ({"half": {**ENTRY, "source": ""}}, "half: source: String should have at least 1"),
        ({"half": {**ENTRY, "atol": -1}}, "half: atol: Input should be greater"),
        ({"half": {**ENTRY, "value": "0.5"}}, "half: value"),
        ({"half": {**ENTRY, "value": True}}, "half: value"),
        ({"half": {**ENTRY, "value": float("nan")}}, "half: value: nan is not finite"),
        ({"half": {**ENTRY, "value": [[1], [2, 3]]}}, "half: value: lists must be rectangular"),
        ({"half": {**ENTRY, "value": []}}, "half: value: lists must be rectangular and not empty"),
        ({"half": {**ENTRY, "value": [1, "2"]}}, "half: value: '2' is not a number"),
    ],
)
def test_a_mistake_is_named_with_its_file(course, entries, said):
    with pytest.raises(CheckpointError) as error:
        load_checkpoints(course(entries), "00")
    assert "step00.json" in str(error.value) and said in str(error.value)


def test_every_mistake_is_named(course):
    with pytest.raises(CheckpointError) as error:
        load_checkpoints(course({"a": {**ENTRY, "atol": -1, "rtol": -1}, "b": 1}), "00")
    assert len(error.value.problems) == 3


# --- verifying


def test_a_number_that_reproduces_is_ok(course):
    assert statuses(verify_checkpoints(course({"half": ENTRY}), ["00"])) == {"step00.half": "ok"}


def test_a_number_within_tolerance_is_ok(course):
    assert statuses(verify_checkpoints(course({"half": {**ENTRY, "value": 0.509}}), ["00"])) == {"step00.half": "ok"}


@pytest.mark.parametrize("made", ["0.52", "[0.5]", "-0.5"])
def test_another_number_is_not_ok(course, made):
    root = course({"half": ENTRY}, f"def half():\n    return {made}\n")
    assert statuses(verify_checkpoints(root, ["00"])) == {"step00.half": "drifted"}


@pytest.mark.parametrize("made", ["nan", "inf"])
def test_what_is_not_finite_is_an_error(course, made):
    (result,) = verify_checkpoints(course({"half": ENTRY}, f"def half():\n    return float('{made}')\n"), ["00"])
    assert (result.status, result.message) == ("error", f"ValueError: value: {made} is not finite")


def test_drift_says_what_was_recorded_and_what_is_now(course):
    (result,) = verify_checkpoints(
        course({"half": {**ENTRY, "value": [0.5, 0.7]}}, "def half():\n    return [0.5, 0.75]\n"), ["00"]
    )
    assert "recorded 0.7, now 0.75 (element 1 of 2, the worst); tolerance atol=0.01" in result.message


def test_nested_lists_and_arrays_are_compared_by_element(course):
    script = "class Array:\n    def tolist(self): return [[1, 2], [3, 4]]\ndef half():\n    return (Array(), Array())\n"
    value = [[[1, 2], [3, 4]], [[1, 2], [3, 4]]]
    assert statuses(verify_checkpoints(course({"half": {**ENTRY, "value": value}}, script), ["00"])) == {
        "step00.half": "ok"
    }


def test_a_checkpoint_without_function_is_missing(course):
    results = statuses(verify_checkpoints(course({"half": ENTRY, "third": ENTRY}), ["00"]))
    assert results == {"step00.half": "ok", "step00.third": "missing"}


def test_a_function_without_checkpoint_is_missing(course):
    results = verify_checkpoints(course({"half": ENTRY}, "def half(): return 0.5\ndef third(): return 1/3\n"), ["00"])
    assert statuses(results) == {"step00.half": "ok", "step00.third": "missing"}


def test_helpers_and_imports_of_the_script_are_no_checkpoints(course):
    script = "from os.path import join\ndef _help(): return 0.5\ndef half(): return _help()\n"
    assert statuses(verify_checkpoints(course({"half": ENTRY}, script), ["00"])) == {"step00.half": "ok"}


def test_data_that_is_not_here_skips_with_the_reason(course):
    script = (
        "from autograder.testing.checkpoints import CheckpointUnavailable\n"
        "def half():\n    raise CheckpointUnavailable('LMI_DATA is not set')\n"
    )
    (result,) = verify_checkpoints(course({"half": {**ENTRY, "needs": "mnist"}}, script), ["00"])
    assert (result.status, result.message) == ("skipped", "needs mnist: LMI_DATA is not set")


def test_a_checkpoint_that_says_it_needs_nothing_may_not_be_unavailable(course):
    script = (
        "from autograder.testing.checkpoints import CheckpointUnavailable\n"
        "def half():\n    raise CheckpointUnavailable('no data')\n"
    )
    assert statuses(verify_checkpoints(course({"half": ENTRY}, script), ["00"])) == {"step00.half": "error"}


def test_a_function_that_raises_is_an_error_with_its_reason(course):
    (result,) = verify_checkpoints(course({"half": ENTRY}, "def half(): return 1 / 0\n"), ["00"])
    assert (result.status, result.message) == ("error", "ZeroDivisionError: division by zero")


def test_a_script_that_does_not_import_is_one_error(course):
    (result,) = verify_checkpoints(course({"half": ENTRY}, "import nothing_of_this_name\n"), ["00"])
    assert result.status == "error" and "step00.py cannot be imported" in result.message


def test_a_broken_file_is_an_error_and_not_an_exception(course):
    assert statuses(verify_checkpoints(course("{"), ["00"])) == {"step00": "error"}


def test_scripts_may_import_from_the_course(course):
    root = course({"half": ENTRY}, "from numbers_of_the_course import half as made\ndef half(): return made()\n")
    (root / "numbers_of_the_course.py").write_text("def half(): return 0.5\n", encoding="utf-8")
    assert statuses(verify_checkpoints(root, ["00"])) == {"step00.half": "ok"}


def test_verifying_leaves_the_import_path_alone(course):
    before = list(sys.path)
    verify_checkpoints(course({"half": ENTRY}), ["00"])
    assert sys.path == before


# --- rewriting

TWO = "def zeta(): return 2.0\ndef half(): return 0.5\n"


def test_writing_changes_a_drifted_value_and_nothing_else(course):
    root = course({"zeta": {**ENTRY, "value": 9, "source": "Nanda et al. — § 4"}, "half": ENTRY}, TWO)
    write_checkpoints(root, ["00"])
    expected = {"zeta": {**ENTRY, "value": 2.0, "source": "Nanda et al. — § 4"}, "half": ENTRY}
    assert list(recorded(root).items()) == list(expected.items())


def test_writing_keeps_a_value_within_its_tolerance(course):
    root = course({"half": {**ENTRY, "value": 0.501}})
    write_checkpoints(root, ["00"])
    assert recorded(root)["half"]["value"] == 0.501


def test_writing_says_what_it_wrote(course):
    results = write_checkpoints(course({"zeta": {**ENTRY, "value": 9}, "half": ENTRY}, TWO), ["00"])
    assert statuses(results) == {"step00.zeta": "written", "step00.half": "ok"}


def test_what_was_written_verifies(course):
    root = course({"zeta": {**ENTRY, "value": 9}, "half": ENTRY}, TWO)
    write_checkpoints(root, ["00"])
    assert set(statuses(verify_checkpoints(root, ["00"])).values()) == {"ok"}


@pytest.mark.parametrize("made", ["float('nan')", "'text'", "[[1], [1, 2]]", "None"])
def test_what_is_no_number_is_never_written(course, made):
    root = course({"half": ENTRY}, f"def half():\n    return {made}\n")
    results = write_checkpoints(root, ["00"])
    assert (statuses(results), recorded(root)) == ({"step00.half": "error"}, {"half": ENTRY})
