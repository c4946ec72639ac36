"""Which results `expect` takes for equal, which it refuses, and what its messages do and do not say."""

from collections import namedtuple

import numpy as np
import pytest
import torch

from autograder.expect.expectation import ExpectationFailed, expect
from tests.engine.expect.tensors import INF, NAN, M, failure, normal

Result = namedtuple("Result", "loss probs")
Other = namedtuple("Other", "loss weights")
X, Y = normal(8, 784), normal(784, 10, seed=1)

# ---------------------------------------------------------------- what is accepted

EQUAL = {
    "another order of summation": ((X.flip(1) @ Y.flip(0)), X @ Y),
    "a sum in a loop": (sum(X[:, i : i + 1] * Y[i] for i in range(784)), X @ Y),
    "float32 arithmetic": (X.double().softmax(-1).float(), X.softmax(-1)),
    "float64 in another order": (X.double().flip(1) @ Y.double().flip(0), X.double() @ Y.double()),
    "non-contiguous": (M.T.contiguous().T, M),
    "requires grad": (M.clone().requires_grad_(), M),
    "a parameter": (torch.nn.Parameter(M), M),
    "NaN and infinity in their places": (torch.tensor([NAN, INF, -INF, 1]), torch.tensor([NAN, INF, -INF, 1])),
    "rounding where zeros are expected": (torch.full((3,), 1e-9), torch.zeros(3)),
    "rounding beside ones": (torch.eye(4) + 3e-8, torch.eye(4)),
    "rounding beside a mask fill": (torch.tensor([-1e9, 0.30000001]), torch.tensor([-1e9, 0.3])),
    "empty": (torch.ones(0, 3), torch.ones(0, 3)),
    "integers": (torch.arange(5), torch.arange(5)),
    "bools": (torch.tensor([True, False]), torch.tensor([True, False])),
    "float and 0-d tensor": (0.5, torch.tensor(0.5)),
    "0-d tensor and float": (torch.tensor(0.1), 0.1),
    "0-d float64 tensor and float from float32": (torch.tensor(0.1).double(), 0.1),
    "0-d tensor and int": (torch.tensor(3), 3),
    "float and int": (3.0, 3),
    "NumPy scalar and float": (np.float32(0.1), 0.1),
    "arrays": (np.arange(3.0), np.arange(3.0)),
    "list for tuple": ([1, 2.5], (1, 2.5)),
    "nested": ({"a": [M, (1, None, "x")]}, {"a": [M + 1e-8, [1, None, "x"]]}),
    "named results of another class": (namedtuple("Theirs", "loss probs")(0.5, M), Result(0.5, M)),
    "named for plain": (Result(0.5, M), (0.5, M)),
    "dtype": (torch.float32, torch.float32),
    "huge int": (10**30, 10**30),
    "complex": (torch.fft.fft(M), torch.fft.fft(M)),
    "half precision": ((M.half() * 3).sum(0), (M * 3).sum(0).half()),
}


@pytest.mark.parametrize("name", EQUAL)
def test_right_result_is_accepted(name):
    expect(EQUAL[name][0]).to_equal(EQUAL[name][1])


# ---------------------------------------------------------------- what is refused, and the summary

B = normal(4, 6, dtype=torch.float64)
WRONG = {
    "a relative error of 1e-3": (M * 1.001, M, "elements are off"),
    "one value off by 1e-3 of itself": (torch.tensor([1.0, 2.002]), torch.tensor([1.0, 2.0]), "1 of 2 elements"),
    "a relative error of 1e-3 in small values": (M * 1.001e-4, M * 1e-4, "elements are off"),
    "a value beside a mask fill": (torch.tensor([-1e9, 0.31]), torch.tensor([-1e9, 0.3]), "1 of 2 elements"),
    "float32 computation where float64 is expected": (B.float().double(), B, "24 of 24"),
    "shape": (M.T, M, "shape (6, 4) where (4, 6) is asked"),
    "one number in an axis": (torch.ones(1), torch.tensor(1.0), "shape (1,) where () (a single number)"),
    "dtype": (M.double(), M, "dtype float64 where float32 is asked"),
    "0-d dtype": (torch.tensor(0.5), torch.tensor(0.5, dtype=torch.float64), "dtype float32 where float64"),
    "ints for bools": (torch.tensor([1, 0]), torch.tensor([True, False]), "dtype int64 where bool"),
    "bool for int": (True, 1, "True or False where a number is asked"),
    "int for bool": (1, True, "a number where True or False is asked"),
    "0-d bool for number": (torch.tensor(True), 1.0, "True or False where a number"),
    "one integer off": (torch.tensor([1, 2, 4]), torch.tensor([1, 2, 3]), "1 of 3 elements"),
    "large integers": (torch.tensor([2**60 + 1]), torch.tensor([2**60]), f"{2**60 + 1} where {2**60} is asked"),
    "large int": (10**30 + 1, 10**30, "wrong value"),
    "NaN": (torch.tensor([NAN, 1.0, INF]), torch.ones(3), "of 3 elements, 1 NaN, 1 infinite"),
    "finite for infinite": (torch.tensor([1.0, 2.0]), torch.tensor([1.0, -INF]), "1 finite where it should not be"),
    "other infinity": (torch.tensor([INF]), torch.tensor([-INF]), "1 infinite"),
    "NaN number": (float("nan"), 0.5, "NaN"),
    "number": (0.7, 0.5, "wrong value"),
    "None": (None, M, "None where a tensor is asked"),
    "list": ([1.0], torch.ones(1), "a list where a tensor is asked"),
    "tensor for list": (torch.ones(1), [1.0], "a tensor where a list is asked"),
    "array": (M.numpy(), M, "a NumPy array where a tensor is asked"),
    "tensor for array": (M, M.numpy(), "a tensor where a NumPy array is asked"),
    "text for number": ("a", 1, "a text where a number is asked"),
    "tensor for None": (M, None, "a tensor where None is asked"),
    "text": ("a", "b", "'a' where 'b' is asked"),
    "a long text": ("a" * 31, "b", "wrong value"),
    "False for True": (False, True, "False where True is asked"),
    "another count": (3, 5, "3 where 5 is asked"),
    "an object": (object(), M, "an object that is not plain data where a tensor"),
    "number for tensor": (0.5, M, "shape () (a single number) where (4, 6)"),
    "length": ((M,), (M, M), "too few items where 2 are asked"),
    "part": ((M, M + 1), (M, M), "the result[1]: 24 of 24"),
    "field": (Result(0.5, M + 1), Result(0.5, M), "the result.probs: 24 of 24"),
    "fields": (Other(0.5, M), Result(0.5, M), "a result with other fields where a result with named fields (loss"),
    "plain tuple": ((0.5, M), Result(0.5, M), "a tuple where a result with named fields (loss, probs)"),
    "keys": ({"a": 1, "c": 2}, {"a": 1, "b": 2, "d": 3}, "2 missing and 1 too many"),
    "not a dictionary": ([1], {"a": 1}, "a list where a dictionary is asked"),
    "value of a key": ({"secret": 0.1}, {"secret": 0.2}, "the result[…]: wrong value"),
    "plain numbers": ([0.1, 0.2, 0.4], [0.1, 0.2, 0.3], "1 of 3 elements"),
    "int and float in plain numbers": ([1, 2.5], [1, 2.6], "1 of 2"),
    "complex": (torch.fft.fft(M) + 0.1, torch.fft.fft(M), "elements are off"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_result_is_refused_and_the_summary_says_how(name):
    actual, expected, words = WRONG[name]
    assert words.lower() in failure(actual, expected).summary.lower()


def test_details_show_the_worst_element_with_index_values_and_tolerance():
    wrong = M.clone()
    wrong[1, 2], wrong[0, 0] = 9.25, wrong[0, 0] + 0.5
    details = failure(wrong, M).details
    assert details.startswith("worst at [1, 2]: got 9.25, expected 0.468")
    assert "allowed" in details


def test_details_list_small_results_whole():
    assert "got      [1.0, 2.0]\nexpected [1.0, 3.0]" in failure(torch.tensor([1.0, 2]), torch.tensor([1.0, 3])).details


def test_values_that_look_alike_are_shown_with_more_digits():
    assert (
        "got 0.123456789, expected 0.123456799"
        in failure(
            torch.tensor(0.123456789, dtype=torch.float64), torch.tensor(0.123456799, dtype=torch.float64)
        ).details
    )


def test_text_is_diagnosis_then_summary_then_details():
    error = failure(-M, M, "the gradient")
    assert str(error).split("\n")[0] == error.diagnosis == "Every value has the wrong sign."
    assert str(error).split("\n")[1] == error.summary == ("The gradient: 24 of 24 elements are off (shape (4, 6)).")
    assert str(error).endswith(error.details)


def test_diagnosis_is_none_when_nothing_is_recognised():
    assert failure(normal(4, 6, seed=8), M).diagnosis is None


def test_summary_and_diagnosis_hold_no_value():
    actual, expected = 123.456 * M, 7.8125 + normal(4, 6, seed=9)
    for got, want in (
        (actual, expected),
        (12.375, 7.8125),
        ({"k": 12.375}, {"k": 7.8125}),
        ([1.5, 12.375], [1.5, 7.8125]),
    ):
        error = failure(got, want)
        assert not any(text in f"{error.summary}{error.diagnosis}" for text in ("12.3", "7.8", "123", "'k'"))
        assert any(text in error.details for text in ("12.3", "7.8", "expected"))


def test_given_tolerances_hold():
    expect(torch.tensor([1.05])).to_equal(torch.tensor([1.0]), atol=0.1)
    expect(torch.tensor([1.05])).to_equal(torch.tensor([1.0]), rtol=0.1)
    expect(torch.tensor([5])).to_equal(torch.tensor([4]), atol=1)
    failure(torch.tensor([1.000001]), torch.tensor([1.0]), atol=0, rtol=1e-7)


def test_dtypes_may_differ_when_the_test_says_so():
    expect(M.double()).to_equal(M, exact_dtype=False)
    expect(torch.tensor([1.0, 2.0])).to_equal(torch.tensor([1, 2]), exact_dtype=False)
    failure(M.double() * 1.001, M, exact_dtype=False)


def test_a_stand_in_for_a_learners_object_is_asked_nothing():
    class Handle:
        def __getattr__(self, name):
            raise AssertionError(f"asked for {name}")

    failure(Handle(), M)
    failure(Handle(), Result(1, 2))
    failure((Handle(), 1), (M, 1))


def test_to_match_is_to_equal():
    expect(M).to_match(M)
    with pytest.raises(ExpectationFailed):
        expect(-M).to_match(M)


@pytest.mark.parametrize("actual", [torch.zeros(1234, 10), torch.zeros(8, 10, 1, 1, 1, 1), torch.zeros(10, 8, 31)])
def test_a_shape_that_could_carry_a_message_is_told_openly_alone(actual):
    caught = failure(actual, torch.zeros(8, 10))
    said, shape = f"{caught.vague} {caught.diagnosis}", str(tuple(actual.shape))
    assert shape not in said
    assert (shape if actual.ndim <= 4 else f"{actual.ndim} axes") in caught.summary


@pytest.mark.parametrize(
    ("actual", "expected"), [(True, False), (3, 5), ("a", "b"), (torch.tensor([2]), torch.tensor([4]))]
)
def test_a_word_or_a_count_is_told_openly_alone(actual, expected):
    caught = failure(actual, expected)
    assert "where" in caught.summary and not caught.details
    assert "wrong value" in caught.vague and "where" not in caught.vague


@pytest.mark.parametrize(
    ("name", "begins"), [("the loss", "The loss: "), ("dW of an image", "dW of an image: "), ("v", "v: ")]
)
def test_a_symbol_at_the_start_of_a_sentence_stays_as_it_is(name, begins):
    with pytest.raises(ExpectationFailed) as caught:
        expect(1, name).to_equal(2)
    assert begins in str(caught.value)
