"""What a learner's functions were given in a test, by the names that their stubs have for it; and what came of it.

The names are those of the course's own stubs: nothing of a submission is read.
"""

from __future__ import annotations

import ast
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

    from autograder.expect import Input
    from autograder.learner import Call

ENOUGH = 3  # different inputs with one result
LAST = 8  # calls of a test that are looked at
MOST = 4_000  # numbers, texts and tensors of a call; what is longer is not looked at
OF_AN_INPUT = 1_000  # numbers of a tensor by which two inputs are told apart; two results are alike in all of theirs
PLAIN = (bool, int, float, complex, str, type(None))

Parameters = Mapping[str, tuple[str, ...]]  # of one function, in their order, with the axes that each has


def inputs_of(calls: Iterable[Call], folder: Path) -> list[Input]:
    """The tensors and numbers that the functions of these calls were given; of two with one name the last."""
    found: dict[str, Input] = {}
    for call in _own(calls):
        parameters = _stubs(folder / f"{call.module}.py").get(call.name, {})
        for name, value in (*zip(parameters, call.args, strict=False), *call.kwargs.items()):
            found |= {one.name: one for one in _flat(name, value, parameters.get(name, ()))}
    return list(found.values())


def _own(calls: Iterable[Call]) -> list[Call]:
    """The last calls of the step's own functions that gave a value."""
    return [call for call in calls if call.name and not isinstance(call.result, Exception)][-LAST:]


def _flat(name: str, value: Any, axes: tuple[str, ...]) -> Iterator[Input]:
    """A tensor or a number; or those in a record or a dictionary, by their own names."""
    import torch

    from autograder.expect import Input

    if isinstance(value, torch.Tensor):
        yield Input(name, value, axes if len(axes) == value.ndim else ())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Input(name, value)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(str(key), part, ())
    elif isinstance(value, tuple) and hasattr(value, "_fields"):  # a handle is asked nothing: it would ask the guest
        for key, part in zip(value._fields, value, strict=True):
            yield from _flat(key, part, ())


@lru_cache(maxsize=256)
def _stubs(file: Path) -> dict[str, Parameters]:
    """The parameters of a module's functions; of a class, those that it is made with."""
    try:
        body = ast.parse(file.read_text(encoding="utf-8", errors="replace")).body
    except (OSError, SyntaxError, ValueError):  # a learner's own, at home
        return {}
    return {node.name: _parameters(node) for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _parameters(node: ast.FunctionDef | ast.ClassDef) -> Parameters:
    if isinstance(node, ast.ClassDef):
        made = (part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__")
        return {name: axes for part in made for name, axes in _parameters(part).items() if name != "self"}
    return {one.arg: _axes(one.annotation) for one in (*node.args.args, *node.args.kwonlyargs)}


def _axes(annotation: ast.expr | None) -> tuple[str, ...]:
    """("batch", "784") of `Float[Tensor, "batch 784"]`; () where the number of axes is left open."""
    for node in ast.walk(annotation) if annotation else ():
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            text = getattr(node.slice.elts[1], "value", None)
            if isinstance(text, str) and not set(text) & set("*.#"):
                return tuple(text.split())
    return ()


# ---------------------------------------------------------------- the same result for different inputs


class Seen(NamedTuple):
    """A call as a fingerprint: which function, what it was given, what it gave; `telling`: no simple number or two.

    Whether it is telling is asked of calls in a test that failed alone: it takes longer than all the rest.
    """

    name: str
    given: str
    gave: str
    telling: bool


def seen_calls(calls: Iterable[Call], failed: bool = True) -> list[Seen]:
    """The last calls of a test, which has `failed` or not."""
    found, given, gave = list[Seen](), list[Any](), list[Any]()
    for call in _own(calls):
        given.clear()
        gave.clear()
        if _gather((call.args, call.kwargs), given) and _gather(call.result, gave):
            telling = failed and any(map(_is_telling, gave))
            found.append(Seen(call.name, _digest(given, OF_AN_INPUT), _digest(gave), telling))
    return found


def same_for_other_inputs(mine: Iterable[Seen], public: Iterable[Seen], hidden: Iterable[Seen]) -> bool:
    """Did a function give what it gave for other inputs: a telling value of a public test, or one value for all?"""
    mine, public, hidden = list(mine), list(public), list(hidden)
    for name in {call.name for call in mine}:
        told = [call for call in public if call.name == name]
        if any(c.telling and c.gave == o.gave and c.given != o.given for c in mine if c.name == name for o in told):
            return True
        unseen = [call for call in hidden if call.name == name]
        one = {call.gave for call in unseen}
        if len(one) == 1 and len({call.given for call in unseen}) >= ENOUGH and {call.gave for call in told} - one:
            return True
    return False


def _gather(value: Any, parts: list[Any]) -> bool:
    """Put its numbers, texts and tensors among the parts; False for what is no data, or too much of it.

    A handle is asked nothing.
    """
    import torch

    if isinstance(value, (*PLAIN, torch.Tensor)):
        parts.append(value)
    elif isinstance(value, dict):
        return _gather(list(value.items()), parts)
    elif isinstance(value, list | tuple):
        parts.append(len(value))
        return len(parts) <= MOST and all(_gather(part, parts) for part in value)
    else:
        return False
    return len(parts) <= MOST


def _digest(parts: Iterable[Any], first: int | None = None) -> str:
    """Of all numbers, or of the `first` of each tensor."""
    import torch

    texts: list[bytes] = []
    for part in parts:
        if isinstance(part, torch.Tensor):
            texts += f"{tuple(part.shape)} {part.dtype}".encode(), _bytes(part, first)
        else:
            texts.append(f"{part!r};".encode())
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _bytes(tensor: Tensor, first: int | None) -> bytes:
    import torch

    try:
        return tensor.numpy(force=True).reshape(-1)[:first].tobytes()
    except TypeError:  # numpy has no bfloat16, say
        return tensor.detach().reshape(-1)[:first].view(torch.uint8).numpy().tobytes()


def _is_telling(part: Any) -> bool:
    """A number with all its digits, and no simple fraction: nobody gives it twice by chance."""
    import torch

    from autograder.expect import are_simple

    if isinstance(part, torch.Tensor) and part.is_floating_point():
        found = {abs(value) for value in part.detach().flatten()[:1000].tolist()}
    else:
        found = {abs(part)} if isinstance(part, float) else set()
    values = torch.tensor([value for value in found if math.isfinite(value)], dtype=torch.float64)
    # most often one of a few tells
    return any(not are_simple(some, 300).all() for some in (values[:8], values[8:]))
