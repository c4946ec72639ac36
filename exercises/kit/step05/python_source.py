"""The source of Python's standard library: text to model that everyone who runs Python has.

Files are read from the running Python's own library, so another version of Python is another text. `corpus.json`, with
the shipped model, lists the files that it was trained on; `compare_with_training()` says how yours differ.
"""

import functools
import hashlib
import json
import platform
import sysconfig
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from jaxtyping import Int64
from tokenizers import Tokenizer
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError

FOLDER = shipped.MODELS / "step05"
NOT_READ = {
    *("test", "tests", "site-packages", "dist-packages", "__pycache__"),
    *("idlelib", "tkinter", "turtledemo", "lib2to3", "distutils", "ensurepip"),  # not in every installation
    *("encodings", "pydoc_data"),  # tables, and a book
}
ROW = 128  # tokens in a row, BOS and 127 of text
BOS = 0  # also stands between two files

Split = Literal["train", "held_out"]


class SourceFile(NamedTuple):
    """One file: its path below the library, as "json/decoder.py", and its text."""

    name: str
    text: str


class Comparison(NamedTuple):
    """The library here against the one that the model was trained on: numbers of files, and a sentence."""

    same: int
    changed: int
    missing: int
    new: int
    message: str


def library() -> Path:
    """Where the running Python keeps its library."""
    return Path(sysconfig.get_paths()["stdlib"])


@functools.cache
def source_files(split: Split) -> tuple[SourceFile, ...]:
    """The files to train on or, one in ten, to test on; sorted by name. A file's name decides where it belongs.

    Raises ShippedModelError when the library has too few files to be one.
    """
    root = library()
    found = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        name = "/".join(parts)
        unusual = NOT_READ & set(parts) or parts[0].startswith(("config-", "_sysconfigdata", "__phello"))
        if not unusual and _split(name) == split:
            found.append(SourceFile(name, path.read_bytes().decode("utf-8", errors="replace")))
    if len(found) < 10:
        raise ShippedModelError(
            f"{root} has {len(found)} files of Python source, too few: where is your Python's library?"
        )
    return tuple(found)


def _split(name: str) -> Split:
    return "held_out" if hashlib.sha256(name.encode()).digest()[0] < 26 else "train"


@functools.cache
def load_tokenizer(folder: Path = FOLDER) -> Tokenizer:
    """The model's byte-level BPE. `.encode(text).ids`, `.decode(ids)`, `.id_to_token(id)`."""
    content = shipped.read(folder / "tokenizer.json")
    try:
        return Tokenizer.from_str(content.decode())
    except Exception as problem:  # tokenizers raises Exception itself
        raise ShippedModelError(
            f"{folder / 'tokenizer.json'} cannot be read: {problem}. {shipped.GET_IT_AGAIN}"
        ) from None


def token_strings(tokenizer: Tokenizer | None = None) -> list[str]:
    """What each token stands for, as text; a token that is a part of a character becomes "�"."""
    tokenizer = tokenizer or load_tokenizer()
    return [tokenizer.decode([i], skip_special_tokens=False) for i in range(tokenizer.get_vocab_size())]


def token_rows(split: Split, tokenizer: Tokenizer | None = None) -> Int64[Tensor, "row position"]:
    """All files of a split, cut into rows of BOS and 127 tokens."""
    return rows_of(token_stream(split, tokenizer))


def token_stream(split: Split, tokenizer: Tokenizer | None = None) -> Int64[Tensor, "token"]:
    """All files of a split, one after the other, BOS behind each."""
    tokenizer = tokenizer or load_tokenizer()
    encoded = tokenizer.encode_batch([file.text for file in source_files(split)])
    return torch.cat([torch.tensor([*one.ids, BOS]) for one in encoded])


def rows_of(stream: Int64[Tensor, "token"], offset: int = 0) -> Int64[Tensor, "row position"]:
    """One long text as rows of BOS and 127 tokens, from token `offset` on; what does not fill a row is left out."""
    count = (len(stream) - offset) // (ROW - 1)
    rows = stream[offset : offset + count * (ROW - 1)].view(count, ROW - 1)
    return torch.cat([torch.full((count, 1), BOS), rows], dim=1)


def fingerprints() -> dict[str, str]:
    """The first 16 digits of every file's SHA-256, by name; train and held-out."""
    files = (*source_files("train"), *source_files("held_out"))
    return {file.name: hashlib.sha256(file.text.encode()).hexdigest()[:16] for file in sorted(files)}


def compare_with_training(folder: Path = FOLDER) -> Comparison:
    """How far this Python's library is the one that the shipped model was trained on, in numbers and in a sentence."""
    path = folder / "corpus.json"
    try:
        recorded = json.loads(shipped.read(path))
        trained_on, version = dict(recorded["files"]), recorded["python"]
    except (ValueError, KeyError, TypeError) as problem:
        raise ShippedModelError(f"{path} cannot be read: {problem!r}. {shipped.GET_IT_AGAIN}") from None
    here = fingerprints()
    common = here.keys() & trained_on.keys()
    same = sum(here[name] == trained_on[name] for name in common)
    counts = same, len(common) - same, len(trained_on.keys() - common), len(here.keys() - common)
    if counts[1:] == (0, 0, 0):
        message = f"The library of this Python ({platform.python_version()}) is the one that the model was trained on."
    else:
        message = (
            f"The model was trained on the library of Python {version}; this is {platform.python_version()}: "
            f"{counts[0]} files are the same, {counts[1]} differ, {counts[2]} are missing, {counts[3]} are new. "
            "Numbers will differ a little."
        )
    return Comparison(*counts, message)
