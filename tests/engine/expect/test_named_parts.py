"""Wrong parts of a result, by the names that a test gives them."""

import pytest
import torch

from autograder.expect.expectation import ExpectationFailed, expect, mistake

NAMES = ("the start", "the middle", "the end")
T = torch.tensor
RIGHT = T([[0.3, 1.7, 2.2], [4.1, 5.9, 6.4]])
NOISE = T([[0.3], [-0.7]])


def failure(actual, expected, **options):
    with pytest.raises(ExpectationFailed) as caught:
        expect(actual, "the run").to_equal(expected, parts=NAMES, **options)
    return caught.value


@pytest.mark.parametrize(
    ("actual", "expected", "says"),
    [
        ((2, 3, 9), (2, 3, 7), "Wrong: the end. The others are right."),
        ((2, None, 9), (2, 3, 7), "Wrong: the middle and the end. The other is right."),
        ((2, None, 7), (2, 3, None), "Wrong: the middle and the end. The other is right."),
        ((None, None, None), (2, 3, 7), None),
        (RIGHT + T([0, 0, 1.0]), RIGHT, "Wrong: the end. The others are right."),
        (RIGHT * T([[1, 1, 1], [1, 2, 1]]), RIGHT, "Wrong: the middle. The others are right."),
        (
            [RIGHT, RIGHT, RIGHT + T([[0.3, -0.1, 0.2], [0.5, 0.9, -0.4]])],
            [RIGHT] * 3,
            "Wrong: the end. The others are right.",
        ),
        (T([True, True, True]), T([True, False, True]), "Wrong: the middle. The others are right."),
    ],
)
def test_what_is_wrong_is_told_by_name(actual, expected, says):
    assert failure(actual, expected).diagnosis == says


@pytest.mark.parametrize("actual", [3, (1, 2), RIGHT[0], RIGHT[:, :2], None, "text", RIGHT.int()])
@pytest.mark.parametrize("expected", [(2, 3, 7), RIGHT])
def test_what_has_no_such_parts_is_told_as_ever(actual, expected):
    found = failure(actual, expected)
    assert "Wrong:" not in str(found) and found.known_by != "wrong_parts"


def test_a_known_mistake_and_a_recogniser_know_more():
    wrong = RIGHT + NOISE * T([0, 0, 1])
    known = failure(wrong, RIGHT, watch_for=[mistake("The end was moved.", wrong)])
    assert known.diagnosis == "The end was moved."
    assert failure(-RIGHT, RIGHT).diagnosis == "Every value has the wrong sign."


def test_another_tolerance_holds_for_parts_too():
    found = failure((2.0, 3.2, 8.0), (2.05, 3.0, 7.0), atol=0.1)
    assert found.diagnosis == "Wrong: the middle and the end. The other is right."
    as_listed = failure((2.0, 3.2, None), (2.05, 3.0, 7.0), atol=0.1)
    assert as_listed.diagnosis == "Wrong: the middle and the end. The other is right."
