"""Whose exception it is: raised by a statement of the code that is seen last, or by something compiled in it; and
whether a function does nothing else."""

from __future__ import annotations

import dis
from opcode import opname
from pathlib import Path
from types import FunctionType
from typing import Any


def by_a_statement(error: BaseException) -> bool:
    """Whether the last line that Python knows of says `raise`: torch's own exceptions leave no line behind."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and opname[last.tb_frame.f_code.co_code[last.tb_lasti]] == "RAISE_VARARGS"


def only_raises(found: Any) -> bool:
    """Whether it is a function that does nothing but raise NotImplementedError, as stubs do."""
    while _is_torchs(found):  # `@torch.no_grad()`
        found = found.__wrapped__
    if not isinstance(found, FunctionType) or found.__code__.co_names != ("NotImplementedError",):
        return False
    does = {instruction.opname.partition("_")[0] for instruction in dis.get_instructions(found)}
    return "RAISE" in does and not does & {"RETURN", "YIELD"}


def _is_torchs(wrapper: Any) -> bool:
    """Whether it is a function of torch's around another."""
    if not isinstance(wrapper, FunctionType) or not hasattr(wrapper, "__wrapped__"):
        return False
    import torch

    return wrapper.__code__.co_filename.startswith(str(Path(torch.__file__).parent))
