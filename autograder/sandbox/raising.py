"""Whose exception it is: raised by a statement of the code that is seen last, or by something compiled in it."""

from __future__ import annotations

from opcode import opname


def by_a_statement(error: BaseException) -> bool:
    """Whether the last line that Python knows of says `raise`: torch's own exceptions leave no line behind."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and opname[last.tb_frame.f_code.co_code[last.tb_lasti]] == "RAISE_VARARGS"
