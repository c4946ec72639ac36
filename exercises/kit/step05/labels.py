"""What stands where in Python source: the simple predicates that descriptions of features are tested against.

A label is a set of places in a text: "docstring", "comment", "string", "number", "indent", "open bracket" (inside any
brackets), "name after def", "name after class", and for every keyword that a statement may begin with, such as
"import", "raise" or "return", the rest of that statement. `labelled_rows` brings them to the tokens of the model.
"""

import io
import keyword
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int64
from tokenizers import Tokenizer
from torch import Tensor

from exercises.kit.step05.python_source import BOS, SourceFile, load_tokenizer, rows_of

Span = tuple[int, int]  # from the first character to behind the last


class LabelledRows(NamedTuple):
    """Rows of BOS and 127 tokens, and for each label the tokens that it covers."""

    tokens: Int64[Tensor, "row position"]
    labels: dict[str, Bool[Tensor, "row position"]]


def labelled_rows(files: Sequence[SourceFile], tokenizer: Tokenizer | None = None) -> LabelledRows:
    """The files as `python_source.token_rows` cuts them, with every label that occurs in one of them.

    A token has a label when its last character has: at that place the model has just read it. Files that this Python
    cannot take apart have no labels, and so has BOS.
    """
    tokenizer = tokenizer or load_tokenizer()
    tokens: list[Tensor] = []
    marked: dict[str, list[tuple[int, Tensor]]] = {}
    for file, encoding in zip(files, tokenizer.encode_batch([file.text for file in files]), strict=True):
        begun = sum(map(len, tokens))
        ends = torch.tensor([end - 1 for _, end in encoding.offsets], dtype=torch.long)
        for label, places in _by_label(file.text).items():
            covered = torch.zeros(len(file.text) + 1, dtype=torch.bool)
            for start, end in places:
                covered[start:end] = True
            marked.setdefault(label, []).append((begun, covered[ends]))
        tokens.append(torch.tensor([*encoding.ids, BOS]))
    stream = torch.cat(tokens)
    labels = {}
    for label, parts in marked.items():
        whole = torch.zeros(len(stream), dtype=torch.long)
        for begun, covered in parts:
            whole[begun : begun + len(covered)] = covered.long()
        labels[label] = rows_of(whole).bool()
    return LabelledRows(rows_of(stream), labels)


class Rule(NamedTuple):
    """A description of places in source code that a program can check; what is left out is not asked.

    `token`: a regular expression for the whole of this token; `before`: for the whole of the one before it; `text`: for
    the end of the text in this row up to and with this token; `labels`: labels of `labelled_rows`, all of them.
    """

    token: str | None = None
    before: str | None = None
    text: str | None = None
    labels: Sequence[str] = ()


def places(rule: Rule, rows: LabelledRows, strings: Sequence[str]) -> Bool[Tensor, "row position"]:
    """Where a rule holds; nowhere at BOS. `strings` says what each token of the vocabulary stands for."""
    tokens = rows.tokens
    found = torch.ones_like(tokens, dtype=torch.bool)
    for label in rule.labels:
        found &= rows.labels.get(label, torch.zeros_like(found))
    if rule.token is not None:
        found &= _matching(rule.token, strings)[tokens]
    if rule.before is not None:
        found[:, 1:] &= _matching(rule.before, strings)[tokens[:, :-1]]
    if rule.text is not None:
        found &= _ending(re.compile(rf"(?:{rule.text})\Z"), tokens, strings)
    found[:, 0] = False
    return found


def _matching(pattern: str, strings: Sequence[str]) -> Bool[Tensor, "vocab"]:
    return torch.tensor([re.fullmatch(pattern, string) is not None for string in strings])


def _ending(pattern: re.Pattern[str], tokens: Tensor, strings: Sequence[str]) -> Bool[Tensor, "row position"]:
    found = torch.zeros_like(tokens, dtype=torch.bool)
    for row, ids in enumerate(tokens.tolist()):
        text = ""
        for position, token in enumerate(ids[1:], start=1):
            text = (text + strings[token])[-200:]
            found[row, position] = pattern.search(text) is not None
    return found


def _by_label(text: str) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    try:
        for label, span in spans(text):
            found.setdefault(label, []).append(span)
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def spans(text: str) -> Iterator[tuple[str, Span]]:
    """Every (label, span) of a text. Raises SyntaxError or tokenize.TokenError where it is not Python."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(position: tuple[int, int]) -> int:
        return min(starts[min(position[0] - 1, len(starts) - 1)] + position[1], len(text))

    statement, previous, depth, opened = None, "", 0, 0
    for kind, word, start, end, line in tokenize.generate_tokens(io.StringIO(text).readline):
        name, span = tokenize.tok_name[kind], (place(start), place(end))
        if name in ("NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER", "COMMENT"):
            if name == "COMMENT":
                yield "comment", span
            elif name == "NEWLINE":
                if statement:
                    yield statement[0], (statement[1], span[0])
                statement, previous = None, ""
            continue
        if previous == "" and depth == 0:  # a statement begins
            if line[: start[1]].strip() == "" and start[1]:
                yield "indent", (span[0] - start[1], span[0])
            if keyword.iskeyword(word):
                statement = (word, span[1])
        if "STRING" in name:
            yield ("docstring" if previous == "" and depth == 0 else "string"), span
        elif name == "NUMBER":
            yield "number", span
        elif name == "NAME" and previous in ("def", "class"):
            yield f"name after {previous}", span
        elif name == "OP" and word in "([{":
            opened = opened if depth else span[1]
            depth += 1
        elif name == "OP" and word in ")]}" and depth:
            depth -= 1
            if not depth:
                yield "open bracket", (opened, span[0])
        previous = word
