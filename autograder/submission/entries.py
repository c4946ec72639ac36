"""Files of a folder or a zip that is not to be trusted: listed and read, never followed, run, unpacked or overrun."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

MAX_ENTRIES = 20_000  # files that may count
MAX_LISTED = 300_000  # files in all
MAX_DEPTH = 30
MAX_FILE = 1_000_000  # bytes of one module
MAX_NOTEBOOK = 30_000_000  # bytes of a notebook besides its outputs
MAX_RAW = 200_000_000  # bytes of a notebook with its outputs
CLEAR = "clear its outputs (in Jupyter: Edit, Clear Outputs of All Cells), save it and hand it in again"
MAX_UNPACKED = 1_000_000_000  # bytes that a zip says it unpacks to
MAX_RATIO = 500  # unpacked to packed; text seldom passes 20
MAX_INNER = 100_000_000  # bytes of a zip in a zip
MAX_DIRECTORY = 32_000_000  # bytes of a zip's list of contents

SEVERAL = "if these are several learners', unpack the download and grade its folder"
PRUNED = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages", "Thumbs.db", "desktop.ini", "Icon\r"})
DATA_FOLDERS = frozenset({"data", "dataset", "datasets", "checkpoints", "wandb"})
DATA = (
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".npy", ".npz", ".pt", ".pth", ".safetensors", ".csv", ".parquet", ".pkl",
)  # fmt: skip
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
ARCHIVES = (".zip", *TARS)
UNREADABLE = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".tar.zst", ".zipx", ".lzma", ".cab", ".dmg", ".iso")
CODE = (".py", ".ipynb", *ARCHIVES)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class SubmissionError(Exception):
    """A submission that cannot be graded, and why."""


class NothingToGrade(SubmissionError):
    """What was handed in can be read, but nothing in it is of the course."""


@dataclass(frozen=True)
class Entry:
    """One file: its path (with `/`), what it is, the bytes that it claims to have, how to read at most so many, and how
    to open it."""

    path: str
    kind: Literal["file", "link", "special"]
    size: int
    read: Callable[[int], bytes]
    open: Callable[[], IO[bytes]]
    packed: int = 0  # bytes that it takes in a zip

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/"))


@dataclass(frozen=True)
class Entries:
    """The files of what was handed in, and the name of the folder or zip that they lie in.

    `within`: the one zip among them, when the submission is in it.
    """

    outer: str
    files: list[Entry]
    within: Entry | None = None


def shown(name: str) -> str:
    """A name from a submission, fit for a message: no control characters, not too long."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    return clean if len(clean) <= 100 else f"{clean[:60]}…{clean[-30:]}"


def is_junk(parts: tuple[str, ...]) -> bool:
    """Hidden files, caches, what an installation leaves and what macOS adds: not worth a word."""
    return any(part.startswith(".") or part in PRUNED or part.endswith(".egg-info") for part in parts)


def counts(parts: tuple[str, ...]) -> bool:
    """Whether a file counts against the limits: not junk and, unless it may hold code, not data."""
    if is_junk(parts):
        return False
    file = parts[-1].lower()
    return file.endswith(CODE) or not (file.endswith(DATA) or DATA_FOLDERS & set(parts[:-1]))


def without_environments(entries: list[Entry]) -> list[Entry]:
    """The entries that do not lie in a virtual environment."""
    environments = {entry.parts[:-1] for entry in entries if entry.parts[-1] == "pyvenv.cfg"} - {()}
    if not environments:
        return entries
    return [e for e in entries if not any(e.parts[:at] in environments for at in range(1, len(e.parts)))]


def read_regular(path: Path, limit: int) -> bytes:
    """A file's bytes. Refuses links, pipes, devices and anything longer than the limit."""
    with open_regular(path) as file:
        return bounded(file, limit, path.name)


def open_regular(path: Path) -> IO[bytes]:
    """A file opened for reading, if it is an ordinary one. A pipe would otherwise wait for ever."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise SubmissionError(f"{shown(path.name)} cannot be read: {error.strerror}") from None
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise SubmissionError(f"{shown(path.name)} is not an ordinary file")
    return file


def folder_entries(root: Path) -> list[Entry]:
    """The files below a folder, in order; hidden folders, caches and virtual environments left out."""
    found: list[Entry] = []
    counted = 0
    pending = [("", root)]
    while pending:
        prefix, folder = pending.pop()
        try:
            with os.scandir(folder) as listed:
                children = sorted(listed, key=lambda child: child.name)
        except OSError as error:
            raise SubmissionError(f"folder {shown(prefix or root.name)} cannot be read: {error.strerror}") from None
        if any(child.name == "pyvenv.cfg" for child in children):
            continue
        for child in children:
            path = prefix + child.name
            if _is_folder(child):
                if not is_junk((child.name,)) and path.count("/") < MAX_DEPTH:
                    pending.append((f"{path}/", folder / child.name))
            else:
                found.append(_file_entry(path, child))
        counted += sum(counts(tuple(f"{prefix}{child.name}".split("/"))) for child in children if not _is_folder(child))
        check_count(counted, len(found))
    return sorted(found, key=lambda entry: entry.path)


def _is_folder(child: os.DirEntry[str]) -> bool:
    return child.is_dir(follow_symlinks=False)


def _file_entry(path: str, child: os.DirEntry[str]) -> Entry:
    regular = child.is_file(follow_symlinks=False)
    kind: Literal["file", "link", "special"] = "link" if child.is_symlink() else "file" if regular else "special"
    try:
        size = child.stat(follow_symlinks=False).st_size
    except OSError as error:
        raise SubmissionError(f"{shown(path)} cannot be read: {error.strerror}") from None
    return file_entry(Path(child.path), path, size, kind)


def file_entry(path: Path, name: str, size: int, kind: Literal["file", "link", "special"] = "file") -> Entry:
    """The entry called `name` for a file on disk."""
    return Entry(name, kind, size, lambda limit: read_regular(path, limit), lambda: open_regular(path))


@contextmanager
def zip_entries(opened: Callable[[], IO[bytes]]) -> Iterator[list[Entry]]:
    """The files in the zip that `opened` opens, readable inside the `with`.

    Raises SubmissionError for one that is broken or hostile.
    """
    with opened() as file:
        try:
            archive = zipfile.ZipFile(_Directory(file))
        except _BROKEN as error:
            raise SubmissionError(f"is not a zip that can be read ({error}): make it anew") from None
        with archive:
            infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
            files = without_environments([_zip_entry(archive, info) for info in infos])
            _refuse_bombs(files)
            yield files


class _Directory:
    """A file that never gives more at once than a zip's list of contents may take."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        rest = self._size - self.tell()
        wanted = rest if count < 0 else min(count, rest)
        if wanted > MAX_DIRECTORY:
            raise SubmissionError("its list of contents is too long: hand in the folder exercises/ only")
        return self._file.read(wanted)


def _refuse_bombs(files: list[Entry]) -> None:
    """Refuses too many files that count, too many bytes in them, and one that swells."""
    counted = [entry for entry in files if counts(entry.parts)]
    check_count(len(counted), len(files))
    total = sum(entry.size for entry in counted)
    if total > MAX_UNPACKED:
        raise SubmissionError(f"would unpack to {total / 1e9:.1f} GB: a zip bomb, or far more than the modules")
    for entry in counted:
        if entry.size > MAX_FILE and entry.size > MAX_RATIO * max(entry.packed, 1):
            name, size = shown(entry.path), entry.size / 1e6
            raise SubmissionError(f"{name} would unpack from {entry.packed:,} bytes to {size:.0f} MB: a zip bomb")


def inside(name: str) -> str:
    """The path that an archive gives to a file, tidied. Raises SubmissionError for one that leads out of it."""
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or re.match(r"[A-Za-z]:", name) or ".." in parts or "\0" in name:
        raise SubmissionError(f"holds {shown(name)!r}, which points outside of the submission")
    return "/".join(part for part in parts if part not in ("", "."))


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    path = inside(info.orig_filename)
    mode = info.external_attr >> 16
    ordinary = stat.S_IFMT(mode) in (0, stat.S_IFREG)
    kind: Literal["file", "link", "special"] = "link" if stat.S_ISLNK(mode) else "file" if ordinary else "special"
    return Entry(
        path,
        kind,
        info.file_size,
        lambda limit: _read_zipped(archive, info, limit),
        lambda: io.BytesIO(_read_zipped(archive, info, MAX_INNER)),
        info.compress_size,
    )


def _read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    name = shown(info.filename)
    if info.flag_bits & 0x1:
        raise SubmissionError(f"{name} is encrypted: make the zip without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SubmissionError(f"{name} is compressed in an unusual way: make an ordinary zip")
    try:
        with archive.open(info) as file:
            return bounded(file, limit, info.filename)
    except _BROKEN as error:
        raise SubmissionError(f"{name} cannot be unpacked ({error}): make the zip anew") from None


def check_count(counted: int, listed: int) -> None:
    """Raises SubmissionError where there are more files than are worth looking at."""
    for count, most in ((counted, MAX_ENTRIES), (listed, MAX_LISTED)):
        if count > most:
            raise SubmissionError(f"holds more than {most:,} files: hand in the folder exercises/ only")


def bounded(file: IO[bytes], limit: int, name: str) -> bytes:
    """What the file holds, whatever length it claims to have."""
    chunks, left = [], limit + 1
    try:
        while left > 0 and (chunk := file.read(min(left, 1 << 16))):
            chunks.append(chunk)
            left -= len(chunk)
    except OSError as error:
        raise SubmissionError(f"{shown(name)} cannot be read: {error.strerror or error}") from None
    if left <= 0:
        raise SubmissionError(f"{shown(name)} is larger than {limit / 1e6:g} MB")
    return b"".join(chunks)
