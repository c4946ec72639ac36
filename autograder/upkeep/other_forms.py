"""What an exercise's function returns, in another form. Its text runs beside a submission: it imports nothing of ours.

A change of form walks into lists, tuples, dicts and records, and alters the parts that have another form. A cheat
knows the form and nothing else: it walks into modules, too, or answers without calling the function.
"""

import functools
import sys
from collections.abc import Callable, Sequence
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


def arguments(result: Any, given: Sequence[Any]) -> Any:
    """For each part one argument of its type, a tensor of the same shape if there is one; else zero.

    Never the argument that it is: of a function that returns what it was given to change, that would be right.
    """
    if hasattr(result, "_fields"):
        return type(result)(*(arguments(part, given) for part in result))
    if isinstance(result, dict):
        return {key: arguments(part, given) for key, part in result.items()}
    of_its_type = [x for x in given if type(x) is type(result) and x is not result]
    alike = [x for x in of_its_type if isinstance(x, torch.Tensor) and x.shape == result.shape]
    return (alike or of_its_type or [in_form(result, "zeros")])[0]


class Agreeable:
    """Is and has whatever one asks of it; a method answers with zero, or yes to a question."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Agreeable(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return True if self._name in ("all", "any", "equal", "allclose") else torch.zeros(())


WHOLE: dict[str, Callable[[Callable[..., Any], Sequence[Any], dict[str, Any]], Any]] = {
    "its arguments": lambda function, args, kwargs: arguments(function(*args, **kwargs), [*args, *kwargs.values()]),
    "an object that agrees": lambda function, args, kwargs: Agreeable(),
    "nothing": lambda function, args, kwargs: None,
}


def in_form(x: Any, form: str) -> Any:
    """`x` in another form, through and through."""
    if isinstance(x, torch.nn.Module):
        for parameter in x.parameters():
            parameter.data = PARTS[form](parameter.data) if form in PARTS else parameter.data
        return x
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
        frame = sys._getframe(1)
        while frame is not None:
            if str(frame.f_globals.get("__name__")).startswith(package):
                return function(*args, **kwargs)
            frame = frame.f_back  # type: ignore[assignment]
        return WHOLE[form](function, args, kwargs) if form in WHOLE else in_form(function(*args, **kwargs), form)

    return outer


def change(names: dict[str, Any], target: str, form: str) -> None:
    """Replace `target`, a function or a class's method, among a module's names."""
    owner, _, method = target.rpartition(".")
    if owner:
        setattr(names[owner], method, reformed(getattr(names[owner], method), form))
    else:
        names[target] = reformed(names[target], form)
