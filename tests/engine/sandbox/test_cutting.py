"""Output that is cut says so, at the end of a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.cutting import SAID, cut
from autograder.sandbox.streams import Kept


@given(st.text("ab\n", max_size=2000), st.integers(4 * SAID, 1000), st.integers(2, 50), st.sampled_from([0.25, 0.75]))
def test_what_is_left_is_whole_lines_in_their_order_and_a_number(
    text: str, longest: int, lines: int, begin: float
) -> None:
    short = cut(text, longest, lines, begin)
    assert len(short) <= longest and short.count("\n") < lines
    assert cut(short, longest, lines, begin) == short
    if short == text:
        return
    rows, kept = iter(text.split("\n")), short.split("\n")
    told = next((row for row in kept if row.startswith("[... ")), "[... 0 lines left out ...]")
    kept = [row for row in kept if row != told]
    assert len(kept) + int(told.split()[1]) == text.count("\n") + 1
    assert all(any(row.startswith(one.partition(" [...")[0]) for row in rows) for one in kept)


def test_one_long_line_says_so_at_its_end() -> None:
    assert cut("x" * 9999, 1000, 10).endswith(" characters left out]")


def test_a_call_that_prints_too_much_keeps_whole_lines_and_says_how_much_is_gone() -> None:
    kept = Kept(10)
    kept.add(b"one\ntwo\nthree\nfour")
    assert kept.take() == "one\ntwo\n[... 10 bytes left out]\n"
    kept.add(b"one\n")
    assert kept.take() == "one\n"
