"""What a mutation does, in a learner's terms: "divides by d_head", "sums along axis 0".

A sentence says what is done, never how it is done right, and names only what a learner can see: arguments, attributes,
weights and numbers, but no local name of the solution. Where that leaves nothing to say there is no sentence.
"""

from __future__ import annotations

import ast
import re

from autograder.course import Definition

CALLS = {  # what is called → what is done, and what comes of it
    "abs": ("takes absolute values", "an absolute value"),
    "all": ("asks whether all of several are so", "whether all of several are so"),
    "amax": ("takes the largest value", "a largest value"),
    "amin": ("takes the smallest value", "a smallest value"),
    "any": ("asks whether one of several is so", "whether one of several is so"),
    "argmax": ("takes the position of the largest value", "the position of a largest value"),
    "argmin": ("takes the position of the smallest value", "the position of a smallest value"),
    "argsort": ("sorts", "an order"),
    "cat": ("joins", "what is joined"),
    "cos": ("takes the cosine", "a cosine"),
    "cosine_similarity": ("takes the cosine", "a cosine"),
    "cumsum": ("adds up", "a running sum"),
    "diagonal": ("takes the diagonal", "a diagonal"),
    "diff": ("takes differences", "a difference"),
    "exp": ("exponentiates", "an exponential"),
    "flatten": ("flattens", "what is flattened"),
    "len": ("counts", "a count"),
    "log": ("takes the logarithm", "a logarithm"),
    "log_softmax": ("takes the log-softmax", "a log-softmax"),
    "logsumexp": ("takes the log-sum-exp", "a log-sum-exp"),
    "matmul": ("multiplies", "a product"),
    "max": ("takes the largest value", "a largest value"),
    "mean": ("averages", "a mean"),
    "median": ("takes the median", "a median"),
    "min": ("takes the smallest value", "a smallest value"),
    "norm": ("takes the norm", "a norm"),
    "normalize": ("normalises", "what is normalised"),
    "relu": ("applies the ReLU", "what a ReLU gives"),
    "roll": ("rolls", "what is rolled"),
    "select": ("selects", "a selection"),
    "sin": ("takes the sine", "a sine"),
    "softmax": ("takes the softmax", "a softmax"),
    "sort": ("sorts", "what is sorted"),
    "sqrt": ("takes the square root", "a square root"),
    "square": ("squares", "a square"),
    "stack": ("stacks", "what is stacked"),
    "std": ("takes the standard deviation", "a standard deviation"),
    "sum": ("sums", "a sum"),
    "topk": ("takes the largest few", "the largest few"),
    "tril": ("keeps what is on and below the diagonal", "a lower triangle"),
    "triu": ("keeps what is on and above the diagonal", "an upper triangle"),
    "unbind": ("splits", "a part"),
    "var": ("takes the variance", "a variance"),
}
DROPPED = {  # what is not called, for each of the words before
    "takes no absolute value": "abs",
    "does not square": "square",
    "takes no square root": "sqrt",
    "does not exponentiate": "exp",
    "takes no logarithm": "log",
    "leaves out the ReLU": "relu",
    "leaves out a bound": "clamp clamp_ clip",
    "takes no softmax": "softmax",
    "takes no log-softmax": "log_softmax",
    "takes no sigmoid": "sigmoid",
    "leaves out a triangular mask": "tril triu",
    "leaves out a mask": "masked_fill masked_fill_ where",
    "takes no mean": "mean",
    "takes no sum": "sum",
    "takes no running sum": "cumsum",
    "takes no norm": "norm",
    "takes no largest value": "max amax",
    "takes no smallest value": "min amin",
    "takes no diagonal": "diagonal",
    "takes no differences": "diff",
    "does not sort": "sort",
    "takes values for their order": "argsort",
    "does not turn the order round": "flip",
    "works on what was given and on no copy": "clone",
    "does not detach": "detach detach_",
    "does not normalise": "normalize",
    "does not roll": "roll",
    "does not round": "round",
    "leaves the dtype as it is": "float double to long int bool",
    "leaves out a transposition": "transpose permute movedim",
    "leaves NaN where it is": "nan_to_num",
    "takes what occurs twice twice": "unique set",
    "selects nothing": "gather",
    "repeats nothing": "repeat expand repeat_interleave",
    "leaves out a product": "einsum outer",
}
STATEMENTS = {
    "append": "leaves out what has to be recorded",
    "backward": "never goes backward",
    "copy_": "leaves out an assignment",
    "eval": "does not switch to evaluation",
    "fill_": "leaves out a filling",
    "fill_diagonal_": "leaves the diagonal as it is",
    "manual_seed": "sets no seed",
    "remove": "leaves a hook where it is",
    "step": "never takes a step",
    "train": "does not switch to training",
    "zero_": "sets nothing to zero",
    "zero_grad": "never sets the gradients to zero",
}
KEYWORDS = {
    "descending": "sorts upwards",
    "diagonal": "takes the main diagonal",
    "generator": "draws without the generator",
    "offset": "takes the main diagonal",
    "replacement": "draws without replacement",
}
OPERATORS: dict[type[ast.AST], tuple[str, str]] = {  # what is done instead: with a name, and without one
    ast.Add: ("subtracts", "takes one term of a sum with the wrong sign"),
    ast.Sub: ("adds", "takes a term with the wrong sign, so that it is added"),
    ast.Mult: ("divides by", "divides by a factor"),
    ast.Div: ("multiplies by", "multiplies by a divisor"),
}
OTHER_OPERATORS: dict[type[ast.AST], str] = {
    ast.FloorDiv: "divides without rounding down",
    ast.Mod: "takes a quotient for the remainder",
    ast.BitAnd: "takes what meets one of two conditions",
    ast.BitOr: "takes only what meets both conditions",
}
REDUCTIONS = (
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "max",
    "mean",
    "median",
    "min",
    "norm",
    "std",
    "sum",
    "var",
)
SEEN = re.compile(r"[A-Za-z_]\w*")


class Words:
    """Says what becomes of the parts of one top-level function or class."""

    def __init__(self, top: Definition):
        self.top = top
        self._parents = {child: node for node in ast.walk(top) for child in ast.iter_child_nodes(node)}
        args = [
            a.arg
            for f in ast.walk(top)
            if isinstance(f, ast.FunctionDef)
            for a in ast.walk(f.args)
            if isinstance(a, ast.arg)
        ]
        self._seen = set(args) - {"self"}

    def said(self, kind: str, node: ast.AST, new: str) -> str | None:
        """What is done when `node` becomes the text `new` by a mutation of that kind."""
        says: str | None = getattr(self, f"_{kind}")(node, new)
        if says and kind != "choice" and self._checks_arguments(node):
            return f"{says}, in checking its arguments"
        return says

    # ------------------------------------------------------------ kinds

    def _operator(self, node: ast.AST, new: str) -> str | None:
        assert isinstance(node, ast.BinOp)
        right = self._name(node.right)
        if isinstance(node.op, ast.Pow):
            return {"2": "doubles instead of squaring", "0.5": "halves instead of taking a square root"}.get(right)
        if words := OPERATORS.get(type(node.op)):
            return f"{words[0]} {right}" if right else words[1]
        return OTHER_OPERATORS.get(type(node.op))

    def _dropped(self, node: ast.AST, new: str) -> str | None:
        if isinstance(node, ast.BoolOp):
            return "asks for one of several conditions only"
        if isinstance(node, ast.Call):
            name = _called(node)
            return next((words for words, names in DROPPED.items() if name in names.split()), None)
        assert isinstance(node, ast.BinOp)
        kept_left = _same(node.left, new)
        gone = node.right if kept_left else node.left
        name = self._name(gone)
        if isinstance(node.op, ast.Pow):
            return {"2": "does not square", "0.5": "takes no square root"}.get(name, "leaves out a power")
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            return "leaves out one of two conditions"
        if isinstance(node.op, ast.Mod):
            return f"takes no remainder modulo {name}" if name else "takes no remainder"
        if isinstance(node.op, ast.Div | ast.FloorDiv):
            return f"does not divide by {name}" if name else "leaves out a division"
        if isinstance(node.op, ast.Mult):
            return f"does not multiply by {name}" if name else "leaves out a factor"
        if isinstance(node.op, ast.Sub) and kept_left:
            return f"does not subtract {name}" if name else "leaves out a subtraction"
        if isinstance(gone, ast.Constant):
            return f"does not add {name}"
        return f"leaves out {name}" if name else "leaves out one of two terms"

    def _swapped(self, node: ast.AST, new: str) -> str | None:
        if isinstance(node, ast.BinOp):
            left, right = self._name(node.left), self._name(node.right)
            both = bool(left and right)
            if isinstance(node.op, ast.Sub):
                return f"subtracts {left} from {right}" if both else "subtracts the wrong way round"
            if isinstance(node.op, ast.Div):
                return f"divides {right} by {left}" if both else "divides the wrong way round"
            if isinstance(node.op, ast.MatMult):
                return (
                    f"multiplies {right} by {left}, in this order"
                    if both
                    else "multiplies two matrices in the other order"
                )
            return "takes base and exponent for each other"
        assert isinstance(node, ast.Call)
        if _called(node) == "where":
            return "takes the two sides of a choice for each other"
        call = ast.parse(new, mode="eval").body
        assert isinstance(call, ast.Call)
        moved = [
            self._name(old) for old, now in zip(node.args, call.args, strict=True) if ast.dump(old) != ast.dump(now)
        ]
        return f"takes {moved[0]} and {moved[1]} for each other" if len(set(moved)) == 2 and all(moved) else None

    def _comparison(self, node: ast.AST, new: str) -> str | None:
        if isinstance(node, ast.BoolOp):
            return (
                "asks for one of several conditions only"
                if isinstance(node.op, ast.And)
                else "asks for all of several conditions"
            )
        assert isinstance(node, ast.Compare)
        now = ast.parse(new, mode="eval").body
        assert isinstance(now, ast.Compare)
        bound = self._name(node.comparators[0])
        what = f"what is exactly {bound}" if bound else "what is exactly at a bound"
        was, op = type(node.ops[0]), type(now.ops[0])
        if (was, op) in ((ast.Lt, ast.LtE), (ast.Gt, ast.GtE)):
            return f"counts {what}, too"
        if (was, op) in ((ast.LtE, ast.Lt), (ast.GtE, ast.Gt)):
            return f"leaves out {what}"
        if was in (ast.Lt, ast.LtE, ast.Gt, ast.GtE):
            return f"compares with {bound} the wrong way round" if bound else "compares the wrong way round"
        return "takes a condition for its opposite"

    def _sign(self, node: ast.AST, new: str) -> str | None:
        if isinstance(node, ast.AugAssign):
            name = self._name(node.value)
            words = OPERATORS.get(type(node.op))
            return words and (f"{words[0]} {name}" if name else words[1])
        if isinstance(node, ast.UnaryOp):
            if isinstance(node.op, ast.USub):
                name = self._name(node.operand)
                return f"takes {name} with the wrong sign" if name else "leaves out a minus sign"
            return (
                "takes a condition for its opposite"
                if isinstance(node.op, ast.Not)
                else "takes a mask for its opposite"
            )
        return "gives its result with the wrong sign"

    def _constant(self, node: ast.AST, new: str) -> str | None:
        new = new.strip("()")
        parent = self._parents.get(node)
        if isinstance(parent, ast.keyword) and parent.arg:
            if parent.arg in ("dim", "axis"):
                return self._axis(node, new)
            return (
                f"has {parent.arg} the other way round" if new in ("True", "False") else f"sets {parent.arg} to {new}"
            )
        if new in ("True", "False"):
            return "has a switch the other way round"
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and _along(parent):
            return self._axis(node, new)
        if isinstance(parent, ast.Slice):
            ends = {"lower": "begins a slice at", "upper": "ends a slice at", "step": "steps through a slice by"}
            return next(f"{said} {new}" for field, said in ends.items() if getattr(parent, field) is node)
        if isinstance(parent, ast.Subscript):
            return f"takes index {new}"
        if isinstance(parent, ast.Tuple) and isinstance(self._parents.get(parent), ast.Subscript):
            return f"takes index {new} of an axis"
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and parent.right is node:
            return f"raises to the power {new}"
        if isinstance(parent, ast.Compare):
            return f"compares with {new}"
        return f"uses the number {new} instead of another"

    def _axis(self, node: ast.AST, new: str) -> str | None:
        call = self._parents.get(node)
        while call and not isinstance(call, ast.Call):
            call = self._parents.get(call)
        if not isinstance(call, ast.Call):
            return None
        verb = CALLS.get(_called(call), ("works", ""))[0]
        return f"{verb} along axis {new.strip('()')}"

    def _reduction(self, node: ast.AST, new: str) -> str | None:
        noun = CALLS.get(new.rpartition(".")[2], ("", ""))[1]
        return f"takes {noun} instead of something else" if noun else None

    def _keyword(self, node: ast.AST, new: str) -> str | None:
        assert isinstance(node, ast.Call)
        call = ast.parse(new, mode="eval").body
        assert isinstance(call, ast.Call)
        gone = {word.arg for word in node.keywords} - {word.arg for word in call.keywords}
        word = next(iter(gone), None)
        if word in ("dim", "axis") and _called(node) in REDUCTIONS:
            return f"{CALLS[_called(node)][0]} over all axes at once"
        return (KEYWORDS.get(word) or f"leaves {word} at its default") if word else None

    def _choice(self, node: ast.AST, new: str) -> str | None:
        parent = self._parents.get(node)
        if isinstance(parent, ast.If):
            return "refuses nothing" if _refuses(parent) else "never treats a special case apart"
        if isinstance(node, ast.IfExp):
            return "never treats a special case apart"
        return "leaves out a mask" if isinstance(node, ast.Call) else "leaves nothing out"

    def _statement(self, node: ast.AST, new: str) -> str | None:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = _called(node.value)
            own = isinstance(node.value.func, ast.Name) and not name.startswith("_")
            return STATEMENTS.get(name) or (f"never calls {name}" if own else "leaves out an update in place")
        if isinstance(node, ast.AugAssign):
            name = self._name(node.value)
            verb = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply by", ast.Div: "divide by"}.get(
                type(node.op)
            )
            return f"does not {verb} {name}" if verb and name else "leaves out an update in place"
        return "leaves values as they are that are to be filled in"

    def _transposed(self, node: ast.AST, new: str) -> str | None:
        return "leaves out a transposition"

    # ------------------------------------------------------------ names

    def _name(self, node: ast.AST) -> str:
        """What a learner can see of an expression; empty when it is the solution's own."""
        if isinstance(node, ast.Name):
            return node.id if node.id in self._seen else ""
        if isinstance(node, ast.Constant):
            return repr(node.value) if isinstance(node.value, int | float) and not isinstance(node.value, bool) else ""
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return ast.unparse(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if node.value.id in self._seen | {"self"} else ""
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            return node.slice.value if SEEN.fullmatch(node.slice.value) else ""
        if isinstance(node, ast.Subscript):
            return "a size" if isinstance(node.value, ast.Attribute) and node.value.attr == "shape" else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            return {"0.5": "a square root", "2": "a square"}.get(ast.unparse(node.right), "")
        if isinstance(node, ast.Call) and (noun := CALLS.get(_called(node), ("", ""))[1]):
            return noun
        return ""

    def _checks_arguments(self, node: ast.AST) -> bool:
        child = node
        while parent := self._parents.get(child):
            if isinstance(parent, ast.If) and child is parent.test:
                return _refuses(parent)
            child = parent
        return False


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _along(call: ast.Call) -> bool:
    """Whether a number given to it is an axis."""
    return _called(call) in CALLS and _called(call) not in ("select", "topk", "len", "roll", "matmul")


def _refuses(node: ast.If) -> bool:
    return any(isinstance(part, ast.Raise) for part in node.body)


def _same(node: ast.AST, text: str) -> bool:
    return ast.unparse(node) == ast.unparse(ast.parse(text, mode="eval").body)
