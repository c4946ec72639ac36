"""What a statement does to things outside of the notebook's names: files that it writes or reads, and the environment.

Each is followed as if it were a name; none can be one, for it holds a dot.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

ENVIRONMENT = "os.environ"

_FILE = re.compile(r"[\w./ -]{0,200}\.[A-Za-z]\w{0,11}")
_WRITERS = frozenset((
    "save", "savez", "savez_compressed", "savetxt", "dump", "tofile", "to_csv", "to_json", "to_pickle", "to_parquet",
    "write_text", "write_bytes", "save_file", "imsave", "imwrite",
))  # fmt: skip
_READS_ENVIRONMENT = frozenset(["environ", "getenv"])
_ENVIRONMENT_MAGICS = frozenset(["env", "set_env"])


class Outside(NamedTuple):
    """What is mentioned, what of it is written, and variables that are passed to what writes: they may name a file."""

    mentioned: frozenset[str]
    written: frozenset[str]
    names: frozenset[str]


def outside(nodes: Iterable[ast.AST]) -> Outside:
    """What these parts of a statement do outside of the notebook's names."""
    mentioned, names, files = set[str](), set[str](), set[str]()
    writes = sets = False
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE.fullmatch(node.value):
            files.add(node.value)
        elif isinstance(node, ast.Attribute | ast.Name) and _last(node) in _READS_ENVIRONMENT:
            mentioned.add(ENVIRONMENT)
        elif isinstance(node, ast.Call):
            sets |= _magic(node) in _ENVIRONMENT_MAGICS
            if _is_writer(node):
                writes = True
                names |= {one.id for one in node.args if isinstance(one, ast.Name)}
    written = (files if writes else set()) | ({ENVIRONMENT} if sets else set())
    return Outside(frozenset(mentioned | files), frozenset(written), frozenset(names))


def _is_writer(call: ast.Call) -> bool:
    if _last(call.func) == "open":
        modes = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
        modes += call.args[:1] if isinstance(call.func, ast.Attribute) else []  # `Path("a.txt").open("w")`
        return any(isinstance(one, ast.Constant) and re.fullmatch(r"[waxbt+]*[wax][waxbt+]*", str(one.value))
                   for one in modes)  # fmt: skip
    return _last(call.func) in _WRITERS or _magic(call) == "writefile"


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _magic(call: ast.Call) -> str:
    """The name of the magic that the call is, or nothing."""
    if _last(call.func) in ("run_line_magic", "run_cell_magic") and call.args:
        name = call.args[0]
        return str(name.value) if isinstance(name, ast.Constant) else ""
    return ""
