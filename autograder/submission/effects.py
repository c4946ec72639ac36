"""What a statement of a notebook does to the notebook's names, read off its code: nothing is run."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from autograder.course import Import
from autograder.submission.calls import Changes, Scope, held_by
from autograder.submission.cells import Statement
from autograder.submission.outside import outside

LATE = "from __future__ import annotations"

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})


@dataclass(frozen=True)
class Effects:
    """The names that a statement binds and changes, those it passes to calls that may change them, those it reads while
    it runs, and those that the functions it defines read when they are called.

    `whole`: the names that it always binds, whatever they were. `calls`: functions of which a call is a statement of
    its own, or that decorate. `writes`: names that the functions it defines bind or change. `annotations`: names that
    only annotations read. `holds`: name → names whose objects it may come to hold. `stars`: it binds names
    that only running it tells, as an import of `*` does. Files and the environment count as names.
    """

    binds: frozenset[str]
    changes: frozenset[str]
    passed: frozenset[str]
    whole: frozenset[str]
    at_once: frozenset[str]
    later: frozenset[str]
    calls: frozenset[str]
    writes: frozenset[str]
    annotations: frozenset[str]
    holds: dict[str, frozenset[str]]
    stars: bool = False


def effects_of(statement: Statement, modules: Set[str]) -> Effects:
    """The effects of a top-level statement. `modules`: names that the notebook imports."""
    node, text = statement.node, statement.text
    binds, read, inner, written = _names(text)
    bare = _names(f"{LATE}\n{text}")
    walk = Changes(modules)
    holds: dict[str, frozenset[str]] = {}
    running = list(_running(node))
    for one in running:
        walk.visit(one)
        for name, held in held_by(one):
            holds[name] = holds.get(name, frozenset()) | held - modules - {name}
    within = Changes(modules)
    inside = [one for function in _functions(node) for body in _body(function) for one in ast.walk(body)]
    for one in inside:
        within.visit(one)
    read |= _counted(running)
    inner |= written & _counted(inside)  # `global n; n += 1`
    now, later = outside(running), outside(inside)
    made, unknown = made_by_name(running)
    local = {argument.arg for one in ast.walk(node) if isinstance(one, ast.arguments) for argument in _arguments(one)}
    annotations = (read | inner) - (bare[1] | bare[2])
    return Effects(
        binds=frozenset(binds | now.written | made),
        changes=frozenset(walk.changed - {"get_ipython"} | (now.names - modules)),
        passed=frozenset(walk.passed - {"get_ipython"}),
        whole=frozenset(binds if _is_plain(node) else ()),
        at_once=frozenset(read - _bound_first(node) | now.mentioned - now.written),
        later=frozenset(inner | later.mentioned),
        calls=frozenset(walk.called),
        writes=frozenset(written | ((within.changed | within.passed) & inner) - local | later.written),
        annotations=frozenset(annotations),
        holds=holds,
        stars=unknown or any(isinstance(one, ast.ImportFrom) and one.names[0].name == "*" for one in running),
    )


def made_by_name(nodes: Iterable[ast.AST]) -> tuple[set[str], bool]:
    """Names that are bound as texts: `globals()["a"] = 1`, `globals().update(a=1)`; and whether there may be others."""
    made, unknown = set[str](), False
    for node in nodes:
        match node:
            case ast.Subscript(ast.Call(ast.Name("globals" | "locals" | "vars"), [], []), ctx=ast.Store()):
                key = node.slice.value if isinstance(node.slice, ast.Constant) else None
                made |= {key} if isinstance(key, str) else set()
                unknown |= not isinstance(key, str)
            case ast.Call(ast.Attribute(ast.Call(ast.Name("globals" | "locals" | "vars"), [], []), "update")):
                made |= {keyword.arg for keyword in node.keywords if keyword.arg}
                unknown |= bool(node.args) or any(keyword.arg is None for keyword in node.keywords)
            case ast.Call(ast.Name("exec")):
                unknown = True
    return made, unknown


def _names(text: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Module-level names that the text binds, reads at once, reads in functions, and binds in functions (`global`)."""
    try:
        top = symtable.symtable(text, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it will say so when it is run
        return set(), set(), set(), set()
    binds = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    read, inner, written = set[str](), set[str](), set[str]()
    pending = [(top, True)]
    while pending:
        table, at_once = pending.pop()
        at_once = at_once and (table.get_type() != "function" or table.get_name() in _COMPREHENSIONS)
        for one in table.get_symbols():
            if table is top or one.is_global():
                if one.is_referenced():
                    (read if at_once else inner).add(one.get_name())
                if table is not top and one.is_declared_global() and one.is_assigned():
                    (binds if at_once else written).add(one.get_name())
        pending += [(child, at_once) for child in table.get_children()]
    return binds, read, inner, written


def _counted(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that `n += 1` reads, which a table of symbols does not say."""
    targets = [node.target for node in nodes if isinstance(node, ast.AugAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _bound_first(node: ast.stmt) -> set[str]:
    """Names that a loop or a `with` binds before it reads them."""
    match node:
        case ast.For(target=target, iter=first) | ast.AsyncFor(target=target, iter=first):
            targets, sources = [target], [first]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            targets = [item.optional_vars for item in items if item.optional_vars]
            sources = [item.context_expr for item in items]
        case _:
            return set()
    bound = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)
             and isinstance(one.ctx, ast.Store)}  # fmt: skip
    return bound - {one.id for source in sources for one in ast.walk(source) if isinstance(one, ast.Name)}


def _is_plain(node: ast.stmt) -> bool:
    """Whether the statement gives its names a new value whatever happened before."""
    if isinstance(node, ast.Assign):
        return True
    return isinstance(node, Scope | Import) or (isinstance(node, ast.AnnAssign) and node.value is not None)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that run when it does: not the bodies of its functions."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        if isinstance(one, _Function):
            pending += [*one.args.defaults, *(value for value in one.args.kw_defaults if value)]
            pending += getattr(one, "decorator_list", [])
        else:
            pending += ast.iter_child_nodes(one)


def _functions(node: ast.AST) -> list[_Function]:
    """The outermost functions in a statement."""
    return [one for one in _running(node) if isinstance(one, _Function)]


def _body(function: _Function) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else list(function.body)


def _arguments(one: ast.arguments) -> list[ast.arg]:
    return [*one.posonlyargs, *one.args, *one.kwonlyargs, *([one.vararg] if one.vararg else []),
            *([one.kwarg] if one.kwarg else [])]  # fmt: skip


def answers(node: ast.stmt, functions: Set[str], modules: Set[str]) -> set[str]:
    """The names that a statement binds to a function or class, as far as its code shows: by `def`, `class`, a lambda,
    another name of one, or a call that is passed one. `functions`: what is known from before: names that are bound to
    one, and what `keeps` says."""
    found = set[str]()
    for one in _running(node):
        if isinstance(one, Scope):
            found.add(one.name)
        elif isinstance(one, ast.Assign | ast.AnnAssign | ast.NamedExpr) and one.value is not None:
            for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
                found |= {name for name, value in _pairs(target, one.value) if _is_function(value, functions, modules)}
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    pairs = [(target, value)]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            pairs += zip(target.elts, value.elts, strict=False)
        elif isinstance(target, ast.Tuple | ast.List):  # each is one of what `value` holds
            pairs += [(one, ast.Subscript(value, ast.Constant(0), ast.Load())) for one in target.elts]


def _is_function(value: ast.expr, functions: Set[str], modules: Set[str]) -> bool:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Lambda) or (isinstance(one, ast.Name) and one.id in functions):
            return True
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in modules:
            return True
        if isinstance(one, ast.Attribute) and f".{one.attr}" in functions:
            return True
        if isinstance(
            one, ast.Call
        ):  # `partial(f, 2)`, `torch.no_grad()(f)`, `make_f(10)` where it is said to make one
            pending += [*one.args, *(keyword.value for keyword in one.keywords)]
            if isinstance(one.func, ast.Name) and f"{one.func.id}()" in functions:
                return True
        elif isinstance(one, ast.IfExp):
            pending += [one.body, one.orelse]
        elif isinstance(one, ast.BoolOp):
            pending += one.values
        elif isinstance(one, ast.Subscript):  # `WAYS["fast"]`
            pending += _held(one.value)
            if isinstance(one.value, ast.Name) and f"{one.value.id}[]" in functions:
                return True
    return False


def _held(value: ast.expr) -> list[ast.expr]:
    """What a list, a tuple or a dictionary holds where it is written out."""
    if isinstance(value, ast.Dict):
        return value.values
    return value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else []


def keeps(node: ast.stmt, functions: Set[str], modules: Set[str]) -> set[str]:
    """Where a statement puts functions: `name()` returns one, `name[]` holds some, and `.name` is a method."""
    found = {f"{node.name}()"} if isinstance(node, Scope) and _makes_functions(node) else set[str]()
    if isinstance(node, ast.ClassDef):
        found |= {f".{one.name}" for one in node.body if isinstance(one, ast.FunctionDef) and not _is_property(one)}
    if isinstance(node, ast.Assign):
        for target in node.targets:
            values = [node.value] if isinstance(target, ast.Subscript) else _held(node.value)
            holder = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(holder, ast.Name) and any(_is_function(value, functions, modules) for value in values):
                found.add(f"{holder.id}[]")
    return found


def _is_property(node: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(one) for one in node.decorator_list) or node.name.startswith("__")


def _makes_functions(node: ast.stmt) -> bool:
    """Whether it is a function that returns a function of its own, or a class whose objects can be called."""
    if isinstance(node, ast.ClassDef):
        return any(isinstance(one, ast.FunctionDef) and one.name == "__call__" for one in node.body)
    inner = {one.name for one in ast.walk(node) if isinstance(one, Scope) and one is not node}
    returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
    return any(isinstance(v, ast.Lambda) or (isinstance(v, ast.Name) and v.id in inner) for v in returned)
