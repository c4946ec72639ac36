"""MNIST's file format (IDX), read with every check that tells a good file from a bad one.

An IDX file is big-endian: two zero bytes, one byte for the type (8 = unsigned bytes), one for the number of
dimensions, four bytes for each dimension, then the data. Source: LeCun, Cortes and Burges, the MNIST page.
"""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

UNSIGNED_BYTES = 8


class DataError(ValueError):
    """Data that cannot be used: says what was expected, what was found and what to do."""


class Original(NamedTuple):
    """One of MNIST's four files as its authors published it."""

    name: str  # without .gz
    shape: tuple[int, ...]
    gz_bytes: int
    gz_sha256: str
    sha256: str  # of the unzipped bytes


ORIGINALS = {
    "train_images": Original(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": Original(
        "train-labels-idx1-ubyte",
        (60_000,),
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": Original(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": Original(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}

REMEDY = "Delete the file and fetch it again, or point LMI_DATA at another folder."


def find_original(folder: Path, original: Original) -> Path | None:
    """The file in `folder`, zipped or not, or None."""
    candidates = (folder / f"{original.name}.gz", folder / original.name)
    return next((path for path in candidates if path.is_file()), None)


def read_original(path: Path, original: Original) -> np.ndarray:
    """The contents of one of MNIST's four files, refused unless they are exactly the published ones.

    Raises DataError for a truncated or damaged file, another format, other dimensions, other contents.
    """
    data = _unzipped(path, original)
    array = _parse(path, data, original)
    found = hashlib.sha256(data).hexdigest()
    if found != original.sha256:
        raise DataError(
            f"{path} has MNIST's format and size but not its contents (Fashion-MNIST uses the same file names).\n"
            f"  expected SHA-256 of the unzipped bytes: {original.sha256}\n  found: {found}\n  {REMEDY}"
        )
    return array


def _unzipped(path: Path, original: Original) -> bytes:
    raw = path.read_bytes()
    if path.suffix != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        if raw[:2] != b"\x1f\x8b":
            what = f"is not a gzip file: it starts with {raw[:4]!r}"
        elif isinstance(problem, EOFError):
            what = "is a truncated gzip file"
        else:
            what = f"is a damaged gzip file ({problem})"
        raise DataError(
            f"{path} {what}.\n  expected {original.gz_bytes:,} bytes\n  found {len(raw):,} bytes\n  {REMEDY}"
        ) from None


def _parse(path: Path, data: bytes, original: Original) -> np.ndarray:
    header = 4 + 4 * len(original.shape)
    magic = bytes((0, 0, UNSIGNED_BYTES, len(original.shape)))
    if data[:4] != magic:
        raise DataError(
            f"{path} is not the IDX file it should be.\n"
            f"  expected it to start with {magic.hex(' ')}\n  found {data[:4].hex(' ') or 'an empty file'}\n  {REMEDY}"
        )
    if len(data) < header:
        raise DataError(
            f"{path} ends inside its header.\n  expected {header} bytes of header\n  found {len(data)}\n  {REMEDY}"
        )
    shape = struct.unpack(f">{len(original.shape)}I", data[4:header])
    if shape != original.shape:
        raise DataError(
            f"{path} holds an array of other dimensions.\n  expected {original.shape}\n  found {shape}\n  {REMEDY}"
        )
    expected, found = math.prod(shape), len(data) - header
    if found != expected:
        what = "is truncated" if found < expected else "goes on after its data"
        raise DataError(f"{path} {what}.\n  expected {expected:,} bytes of data\n  found {found:,}\n  {REMEDY}")
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)
