"""`expect_error`: the error that is asked for, the learner's or through the sandbox, and no other."""

import pytest

from autograder.expect.expectation import ExpectationFailed, expect_error


class Remote(Exception):
    """As a learner's error comes through the sandbox."""

    def __init__(self, kind, type_name="", message=""):
        super().__init__(message)
        self.kind, self.type_name, self.message = kind, type_name, message


@pytest.mark.parametrize(
    "error",
    [
        ValueError("needs 28 rows"),
        UnicodeError("needs 28 rows"),
        Remote("error", "ValueError", "needs 28 rows"),
        Remote("error", "UnicodeDecodeError", "needs 28 rows"),
        Remote("error", "builtins.ValueError", "needs 28 rows"),
    ],
)
def test_asked_error_is_accepted(error):
    with expect_error(ValueError, mentions=("28", "Rows")):
        raise error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "Nothing was raised where a ValueError is asked."),
        (IndexError("hidden 77"), "Another error was raised where a ValueError is asked."),
        (Remote("error", "IndexError", "hidden 77"), "Another error was raised where a ValueError is asked."),
        (ValueError("hidden 77"), "The message of the ValueError does not say what is wrong."),
        (Remote("error", "ValueError", "hidden 77"), "The message of the ValueError does not say what is wrong."),
    ],
)
def test_other_error_or_none_is_refused(error, words):
    with pytest.raises(ExpectationFailed) as caught, expect_error(ValueError, mentions="28"):
        if error:
            raise error
    assert caught.value.summary == words
    assert error is None or "hidden 77" in caught.value.details


@pytest.mark.parametrize(
    "error",
    [
        NotImplementedError("write this"),
        Remote("not_started"),
        Remote("timeout", "ValueError"),
        Remote("error", "NotImplementedError"),
        Remote("error", message="the process that ran the submission ended itself before it answered"),
        ExpectationFailed("inner"),
        KeyboardInterrupt(),
    ],
)
@pytest.mark.parametrize("asked", [ValueError, RuntimeError, Exception])
def test_what_is_no_refusal_passes_through(error, asked):
    with pytest.raises(type(error)) as caught, expect_error(asked):
        raise error
    assert caught.value is error
