"""What an exercise's function returns, in another form. Its text runs beside a submission: it imports nothing of ours.

A change of form walks into lists, tuples, dicts and records, and alters the parts that have another form.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

PRECISION = {
    torch.float32: torch.float64,
    torch.float64: torch.float32,
    torch.complex64: torch.complex128,
    torch.complex128: torch.complex64,
}
INTEGERS = {torch.int64: torch.int32, torch.int32: torch.int64, torch.bool: torch.int64}


def cast(table: dict[torch.dtype, torch.dtype]) -> Callable[[Any], Any]:
    return lambda x: x.to(table[x.dtype]) if isinstance(x, torch.Tensor) and x.dtype in table else x


def zero_dimensional(x: Any) -> Any:
    return torch.tensor(x) if isinstance(x, int | float) else x


def number(x: Any) -> Any:
    return x.item() if isinstance(x, torch.Tensor) and x.ndim == 0 else x


def nested_lists(x: Any) -> Any:
    return x.tolist() if isinstance(x, torch.Tensor) and x.ndim else x


def array(x: Any) -> Any:
    return x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)[()] if isinstance(x, float) else x


def whole_as_float(x: Any) -> Any:
    return float(x) if type(x) is int else x


def attached(x: Any) -> Any:
    """With a gradient, and its memory in another order."""
    if not isinstance(x, torch.Tensor):
        return x
    strided = x.detach().repeat_interleave(2, -1)[..., ::2] if x.ndim else x.detach().clone()
    return strided.requires_grad_() if strided.is_floating_point() else strided


def zeros(x: Any) -> Any:
    """As many zeros, of the same kind."""
    if isinstance(x, torch.Tensor):
        return torch.zeros_like(x)
    return type(x)(0) if type(x) in (bool, int, float, complex) else "" if isinstance(x, str) else x


def not_numbers(x: Any) -> Any:
    """NaN, wherever there can be one; else as many zeros."""
    if isinstance(x, torch.Tensor) and (x.is_floating_point() or x.is_complex()):
        return torch.full_like(x, float("nan"))
    return float("nan") if isinstance(x, float) else zeros(x)


def noise(x: Any) -> Any:
    """Random numbers in [0, 1), or as many of the same whole numbers in another order."""
    if not isinstance(x, torch.Tensor):
        return 0.5 if isinstance(x, float) else zeros(x)
    return torch.rand_like(x) if x.is_floating_point() else x.flatten()[torch.randperm(x.numel())].view_as(x)


def empty(x: Any) -> Any:
    """A tensor of the same number of axes with nothing along the first."""
    return x[:0] if isinstance(x, torch.Tensor) and x.ndim else zeros(x)


def also_arrays(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: change(torch.from_numpy(x.copy())).numpy() if isinstance(x, np.ndarray) else change(x)


PARTS = {
    "zeros": also_arrays(zeros),
    "not a number": also_arrays(not_numbers),
    "noise": also_arrays(noise),
    "empty tensors": also_arrays(empty),
    "the other precision": cast(PRECISION),
    "other integers": cast(INTEGERS),
    "0-d tensors for numbers": zero_dimensional,
    "numbers for 0-d tensors": number,
    "lists for tensors": nested_lists,
    "arrays": array,
    "floats for whole numbers": whole_as_float,
    "gradients and strides": attached,
}
CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "tuples for records": lambda x: tuple(x) if hasattr(x, "_fields") else x,
    "lists for tuples": lambda x: list(x) if type(x) is tuple else x,
}


def in_form(x: Any, form: str) -> Any:
    """`x` in another form, through and through."""
    if isinstance(x, dict):
        return {key: in_form(value, form) for key, value in x.items()}
    if isinstance(x, list | tuple):
        parts = [in_form(part, form) for part in x]
        rebuilt = type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
        return CONTAINERS[form](rebuilt) if form in CONTAINERS else rebuilt
    return PARTS[form](x) if form in PARTS else x


def reformed(function: Callable[..., Any], form: str) -> Callable[..., Any]:
    """The function with its result in another form for those who call it from outside the submission."""
    package = function.__module__.partition(".")[0] + "."

    @functools.wraps(function)
    def outer(*args: Any, **kwargs: Any) -> Any:
        result, frame = function(*args, **kwargs), sys._getframe(1)
        while frame is not None:
            if str(frame.f_globals.get("__name__")).startswith(package):
                return result
            frame = frame.f_back  # type: ignore[assignment]
        return in_form(result, form)

    return outer


def change(names: dict[str, Any], target: str, form: str) -> None:
    """Replace `target`, a function or a class's method, among a module's names."""
    owner, _, method = target.rpartition(".")
    if owner:
        setattr(names[owner], method, reformed(getattr(names[owner], method), form))
    else:
        names[target] = reformed(names[target], form)
