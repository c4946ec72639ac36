"""One-place mistakes in a solution: what nobody had foreseen, to measure tests and messages by.

In comes the text of a module; out come its mutations in the order of the text, each with an id that stays while the
place does. Ready-made mutation testers run tests by themselves and know Python's operators, but no axes, reductions or
masks; so these are spans of `ast`.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Container, Iterator
from copy import copy
from dataclasses import dataclass

from autograder.course import Definition
from autograder.submission.mutation_words import Words

Text = Callable[[ast.AST], str]
Found = Iterator[tuple[str, ast.AST, str]]  # kind, the node that is replaced, its new text

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.Pow: "*", ast.FloorDiv: "/", ast.Mod: "//",
    ast.BitAnd: "|", ast.BitOr: "&",
}  # fmt: skip
COMPARISONS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"), ast.LtE: ("<", ">="), ast.Gt: (">=", "<"), ast.GtE: (">", "<="), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",), ast.NotIn: ("in",),
}  # fmt: skip
REDUCTIONS = {
    "sum": ("mean", "amax"), "mean": ("sum", "median"), "amax": ("amin",), "amin": ("amax",), "max": ("min",),
    "min": ("max",), "argmax": ("argmin",), "argmin": ("argmax",), "any": ("all",), "all": ("any",),
    "std": ("var",), "var": ("std",), "norm": ("sum",), "median": ("mean",), "tril": ("triu",), "triu": ("tril",),
    "softmax": ("log_softmax",), "log_softmax": ("softmax",), "sin": ("cos",), "cos": ("sin",),
}  # fmt: skip
ALONG_AN_AXIS = {
    *REDUCTIONS, "cumsum", "sort", "argsort", "topk", "select", "unbind", "flatten", "cat", "stack", "roll", "diff",
    "logsumexp", "diagonal", "cosine_similarity", "unsqueeze", "squeeze",
} - {"any", "all", "tril", "triu", "sin", "cos"}  # fmt: skip
MODULES = {"torch", "F", "nn", "np", "math", "functional", "linalg", "fft", "einops", "random"}


@dataclass(frozen=True)
class Mutation:
    """`function` is the one that has the mistake ("Class.method" for a method); `what` says what became of what.

    `says` says what it does, as "This behaves like a solution that …" ends; None where that would tell nobody much.
    `source` is the whole module, `definition` the top-level function or class that holds the mistake: what a bank's
    file would hold.
    """

    id: str
    function: str
    kind: str
    what: str
    says: str | None
    source: str
    definition: str


def mutations(source: str, functions: Container[str] | None = None) -> Iterator[Mutation]:
    """Every mutation of the top-level functions and classes of a module, or of those whose names are given."""
    text = _Text(source)
    seen: Counter[str] = Counter()
    for top in ast.parse(source).body:
        if isinstance(top, Definition) and (functions is None or top.name in functions):
            seen[_meaning(top)] += 1
            words = Words(top)
            for name, function in functions_of(top):
                for kind, node, new in _found(function, text):
                    mutation = _mutation(text, words, name, kind, node, new, seen)
                    if mutation:
                        yield mutation


class _Text:
    """A module's text, with where each node of it stands: in bytes, for that is how `ast` counts columns."""

    def __init__(self, source: str):
        self.bytes = source.encode()
        self._starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt | ast.keyword)
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def whole(self, top: Definition) -> tuple[int, int]:
        """With its decorators."""
        first = min((part.lineno for part in top.decorator_list), default=top.lineno)
        return self._starts[first - 1], self.span(top)[1]

    def __call__(self, node: ast.AST) -> str:
        begin, end = self.span(node)
        return self.bytes[begin:end].decode()


def functions_of(top: Definition) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """A function, or the methods of a class, each with its name as in "Class.method"."""
    if not isinstance(top, ast.ClassDef):
        yield top.name, top
        return
    for part in top.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{top.name}.{part.name}", part


def _mutation(
    text: _Text, words: Words, name: str, kind: str, node: ast.AST, new: str, seen: Counter[str]
) -> Mutation | None:
    """None when the text means the same, is no Python or came already. Many places look alike: the id counts them."""
    (first, last), (begin, end), whole = text.whole(words.top), text.span(node), text.bytes
    old = text(node)
    changed = (whole[first:begin] + new.encode() + whole[end:last]).decode()
    try:
        mutated = _meaning(ast.parse(changed).body[0])
    except SyntaxError:
        return None
    if seen[mutated]:
        return None
    said = f"{name} {kind} {old} {new}"
    seen.update((mutated, said))
    digest = hashlib.sha256(f"{said} {seen[said]}".encode()).hexdigest()[:8]
    source = f"{whole[:first].decode()}{changed}{whole[last:].decode()}"
    what, says = f"{_short(old)} → {_short(new)}", words.said(kind, node, new)
    return Mutation(f"{name}-{kind}-{digest}", name, kind, what, says, source, changed)


def _meaning(top: ast.stmt) -> str:
    """The text of a definition in one way of writing it, without its documentation."""
    assert isinstance(top, Definition)
    bare = copy(top)
    bare.body = [part for part in top.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    return ast.unparse(bare)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:28]} … {words[-28:]}"


# ---------------------------------------------------------------- places


def _found(function: ast.AST, text: Text) -> Found:
    """Mistakes in the body of a function; not in annotations, defaults, docstrings or what is raised."""
    for node in _walk(function):
        for rule in _RULES:
            yield from rule(node, text)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a body in the order of the text."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        parts: list[ast.AST] = list(node.body)
    elif isinstance(node, ast.AnnAssign):
        parts = [node.value] if node.value else []
    elif isinstance(node, ast.Raise | ast.JoinedStr | ast.Assert):
        parts = []
    else:
        yield node
        parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _walk(part)


def _operator(node: ast.AST, text: Text) -> Found:
    """Another operator, a side left out, sides swapped."""
    if not isinstance(node, ast.BinOp):
        return
    left, right = _bracketed(node.left, text), _bracketed(node.right, text)
    if new := OPERATORS.get(type(node.op)):
        yield "operator", node, f"({left} {new} {right})"
    if not isinstance(node.op, ast.MatMult):
        yield "dropped", node, left
    if isinstance(node.op, ast.Add | ast.Mult | ast.BitAnd | ast.BitOr):
        yield "dropped", node, right
    if isinstance(node.op, ast.Sub):
        yield "dropped", node, f"(-{right})"
    if sign := {ast.MatMult: "@", ast.Sub: "-", ast.Div: "/", ast.Pow: "**"}.get(type(node.op)):
        yield "swapped", node, f"({right} {sign} {left})"


def _comparison(node: ast.AST, text: Text) -> Found:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = _bracketed(node.left, text), _bracketed(node.comparators[0], text)
        for new in COMPARISONS.get(type(node.ops[0]), ()):
            yield "comparison", node, f"({left} {new} {right})"
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield "dropped", node, _bracketed(value, text)
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield "comparison", node, f"({word.join(_bracketed(value, text) for value in node.values)})"


def _sign(node: ast.AST, text: Text) -> Found:
    if isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield "sign", node, _bracketed(node.operand, text)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Call | ast.BinOp):
        yield "sign", node.value, f"(-{_bracketed(node.value, text)})"
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield "sign", node, f"{text(node.target)} {OPERATORS[type(node.op)]}= {text(node.value)}"


def _constant(node: ast.AST, text: Text) -> Found:
    """One more, one less; twice, half. A minus before a number belongs to it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant", node, str(not node.value)
    elif (value := _number(node)) is not None:
        for new in (value + 1, value - 1) if isinstance(value, int) else (value * 2, value / 2):
            yield "constant", node, repr(new) if new >= 0 else f"({new!r})"


def _axis(node: ast.AST, text: Text) -> Found:
    """Another axis: named, or given as a number to what works along one."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    named = [word.value for word in node.keywords if word.arg in ("dim", "axis")]
    placed = node.args[1 if _is_module(node.func.value) else 0 :][:2] if node.func.attr in ALONG_AN_AXIS else []
    for place in (*named, *placed):
        axis = _number(place)
        if isinstance(axis, int):
            for new in {0: (1, -1), 1: (0, -1), 2: (1,), -1: (0, -2), -2: (-1,), -3: (-2,)}.get(axis, (0,)):
                yield "axis", place, str(new)


def _call(node: ast.AST, text: Text) -> Found:
    """A call left out, another reduction, arguments swapped, a keyword left out."""
    if not isinstance(node, ast.Call):
        return
    name = node.func
    if isinstance(name, ast.Attribute):
        owner, of_module = name.value, _is_module(name.value)
        for new in REDUCTIONS.get(name.attr, ()):
            yield "reduction", name, f"{text(owner)}.{new}"
        if of_module and node.args and not isinstance(node.args[0], ast.Constant | ast.Starred):
            yield "dropped", node, _bracketed(node.args[0], text)
        elif not of_module and name.attr != "append":
            yield "dropped", node, _bracketed(owner, text)
    args = [text(part) for part in node.args]
    for i in range(1, len(args)):
        swapped = [*args[: i - 1], args[i], args[i - 1], *args[i + 1 :]]
        yield "swapped", node, _rebuilt(node, swapped, node.keywords, text)
    for word in node.keywords:
        yield "keyword", node, _rebuilt(node, args, [other for other in node.keywords if other is not word], text)


def _choice(node: ast.AST, text: Text) -> Found:
    """Of a choice one side only: a mask or a special case that is forgotten."""
    if isinstance(node, ast.IfExp):
        yield "choice", node, _bracketed(node.body, text)
        yield "choice", node, _bracketed(node.orelse, text)
    elif isinstance(node, ast.If):
        yield "choice", node.test, "False"
    elif isinstance(node, ast.Call) and text(node.func).endswith(".where") and len(node.args) == 3:
        yield "choice", node, _bracketed(node.args[1], text)
        yield "choice", node, _bracketed(node.args[2], text)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "choice", node.ifs[0], "True"


def _statement(node: ast.AST, text: Text) -> Found:
    """A line left out, and a transposition."""
    call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    fill = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    if call or fill or isinstance(node, ast.AugAssign):
        yield "statement", node, "pass"
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield "transposed", node, text(node.value)


_RULES = (_operator, _comparison, _sign, _constant, _axis, _call, _choice, _statement)


def _is_module(node: ast.AST) -> bool:
    """`torch`, `torch.linalg`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def _number(node: ast.AST) -> int | float | None:
    minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    value = getattr(node.operand if minus else node, "value", None)  # type: ignore[attr-defined]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return -value if minus else value


def _bracketed(node: ast.AST, text: Text) -> str:
    """Its text, in brackets where they may be needed."""
    simple = isinstance(node, ast.Name | ast.Constant | ast.Attribute | ast.Call | ast.Subscript | ast.List | ast.Tuple)
    return text(node) if simple and not isinstance(node, ast.Tuple) else f"({text(node)})"


def _rebuilt(node: ast.Call, args: list[str], keywords: list[ast.keyword], text: Text) -> str:
    words = [f"{word.arg}={text(word.value)}" if word.arg else f"**{text(word.value)}" for word in keywords]
    return f"{text(node.func)}({', '.join([*args, *words])})"
