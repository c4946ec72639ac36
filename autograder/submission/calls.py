"""What a call changes, as far as its code shows: in doubt, what it is made on and what it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# What a call as a statement by itself does not change; in doubt, it is taken to change what it is given.
_READERS = _words(
    "print display len repr str int float bool type id help dir vars isinstance issubclass hasattr callable input",
    "sorted sum min max any all tuple set range enumerate zip abs round hash format open show",
)
_READING_MODULES = _words(
    "plt matplotlib pylab sns seaborn px go plotly alt altair grader wandb logging logger log json pickle pprint",
    "IPython ipython ipytest unittest doctest timeit time math",
)
_VALUES = _words(  # methods that return something of its own
    "item tolist mean sum std var min max argmax argmin norm clone copy keys count index format join split"
)
_READING_METHODS = _VALUES | _words(
    "numpy cpu values items detach head tail describe info show plot imshow hist bar scatter set_title set_xlabel",
    "set_ylabel savefig tight_layout colorbar legend parameters named_parameters state_dict assert_close assert_equal",
    "assert_allclose allclose save dump dumps savez write_image write_html startswith endswith summary check",
)
_KEEPS = _words("append extend insert add update setdefault appendleft put")  # and leaves what it keeps
_STATE_OF_MODULES = _words(
    "seed manual_seed manual_seed_all use_deterministic_algorithms filterwarnings simplefilter seterr",
    "setrecursionlimit append insert extend update setdefault setattr register",
)
_CHANGING_METHODS = _KEEPS | _words(
    "pop popitem popleft remove clear discard register_buffer load_state_dict requires_grad_ register_forward_hook fit",
    "train",
)
_TRAINS = re.compile(
    r"(?:^|_)(?:train|training|fit|update|init\w*|register|load|optimi[sz]e|finetune|patch|reset)(?:_|$)"
)
_SHOWS = re.compile(r"(?:plot|show|draw|display|print|visuali|test|check|assert|imshow|hist)")


@dataclass
class Changes:
    """Collects the names that code changes, and the functions of which a call is a statement of its own."""

    modules: Set[str]
    changed: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            self.changed |= _roots(node)
        elif isinstance(node, ast.Expr):
            for call in _calls(node.value):
                self._call(call)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self.changed.add(node.target.id)
        elif isinstance(node, ast.withitem):  # `with model.hooks(...)`
            self.changed |= _roots(node.context_expr) - self.modules
        elif isinstance(node, Scope):
            self.called |= {name for one in node.decorator_list for name in _roots(one)} - self.modules
            for one in node.decorator_list:  # `@show.register`
                if isinstance(one.func if isinstance(one, ast.Call) else one, ast.Attribute):
                    self.changed |= _roots(one) - self.modules
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING_METHODS and not self.modules & _roots(node.func):
                self.changed |= _roots(node.func)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in _READERS:
            self.called.add(node.func.id)
            given = {name for one in node.args for name in _roots(one)} - self.modules
            if node.func.id in ("setattr", "delattr", "next"):
                self.changed |= given
            elif _TRAINS.search(node.func.id):
                self.passed |= given

    def _call(self, call: ast.Call) -> None:
        """A call as a statement by itself: made for what it changes, unless it is known to only read."""
        function, roots = call.func, _roots(call.func)
        if isinstance(function, ast.Name):
            self.called.add(function.id)
            if function.id in _READERS or _SHOWS.match(function.id):
                return
            self.passed.add(function.id)  # what it closes over, unless it is a function of the notebook's own
        elif isinstance(function, ast.Attribute):
            if roots & _READING_MODULES or function.attr in _READING_METHODS:
                return
            if roots & self.modules:
                if function.attr in _STATE_OF_MODULES or function.attr.startswith("set_"):
                    self.changed |= roots
                    return
            else:
                self.changed |= roots
                if function.attr in _KEEPS:
                    return
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        self.passed |= {name for one in given for name in _roots(one)} - self.modules


def _calls(value: ast.expr) -> Iterator[ast.Call]:
    """The calls of an expression that is a statement by itself."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Call):
            yield one
        elif isinstance(one, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            pending.append(one.elt)
        elif isinstance(one, ast.Await | ast.Starred):
            pending.append(one.value)
        elif isinstance(one, ast.Tuple | ast.List | ast.BoolOp):
            pending += one.values if isinstance(one, ast.BoolOp) else one.elts
        elif isinstance(one, ast.IfExp):
            pending += [one.body, one.orelse]


def _roots(value: ast.expr) -> set[str]:
    """The names whose objects an expression leads to: `model` for `model.layers[0].weight`, both for `(a, b[0])`."""
    roots, pending = set[str](), [value]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Name):
            roots.add(one.id)
        elif isinstance(one, ast.Attribute | ast.Subscript | ast.Starred | ast.Await | ast.NamedExpr):
            pending.append(one.value)
        elif isinstance(one, ast.Call):
            pending += _led_to(one)
        elif isinstance(one, ast.Lambda):  # who keeps it may call it
            roots |= _names_in(one)
        elif isinstance(one, ast.Tuple | ast.List | ast.Set):
            pending += one.elts
        elif isinstance(one, ast.Dict | ast.BoolOp):
            pending += one.values
        elif isinstance(one, ast.IfExp):
            pending += [one.body, one.orelse]
    return roots


def _names_in(function: ast.Lambda) -> set[str]:
    names = {one.id for one in ast.walk(function.body) if isinstance(one, ast.Name)}
    return names - {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}


def _led_to(call: ast.Call) -> list[ast.expr]:
    function = call.func
    if isinstance(function, ast.Name) and function.id in _READERS:
        return []
    if isinstance(function, ast.Attribute) and function.attr in _VALUES:
        return []
    led = [function] if isinstance(function, ast.Attribute) else []
    return [*led, *call.args, *(keyword.value for keyword in call.keywords)]


def held_by(node: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Names that a running part binds, each with the names whose objects it may come to hold."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.withitem):
        targets: list[ast.expr | None]
        targets = list(node.targets) if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "iter", None) or getattr(node, "value", None)
        if isinstance(node, ast.withitem):
            targets, value = [node.optional_vars], node.context_expr
        held = _roots(value) if value is not None else set[str]()
        for target in targets:
            for one in ast.walk(target) if target is not None else ():
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    yield one.id, held
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*node.args.defaults, *(value for value in node.args.kw_defaults if value)]
        yield node.name, {name for value in defaults for name in _roots(value)}
