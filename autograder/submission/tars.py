"""Files in a tar, plain or compressed: read once from its beginning, with limits, and kept in memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from autograder.submission import entries as limits
from autograder.submission.entries import (
    Entry,
    SubmissionError,
    bounded,
    check_count,
    counts,
    inside,
    is_junk,
    shown,
    without_environments,
)

MAX_HEADER = 1_000_000  # bytes that are read at once, of which a header may consist
MAX_STREAM = 3_000_000_000  # bytes that are gone through, for what does not count lies between what does
MAX_KEPT = 250_000_000  # bytes of all that is kept
MAX_XZ_MEMORY = 200_000_000
_KEPT = {".py": limits.MAX_FILE, ".ipynb": limits.MAX_NOTEBOOK, **dict.fromkeys(limits.ARCHIVES, limits.MAX_INNER)}
_LITTLE = 200_000  # bytes of a file of another kind that is kept
_BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError, RecursionError)


@contextmanager
def tar_entries(opened: Callable[[], IO[bytes]]) -> Iterator[list[Entry]]:
    """The files in the tar that `opened` opens. Raises SubmissionError for one that is broken or hostile."""
    with opened() as file:
        try:
            packed = file.seek(0, io.SEEK_END)
            file.seek(0)
            found = without_environments(list(_listed(_Forward(_unpacked(file), packed))))
        except _BROKEN as error:
            raise SubmissionError(f"is not an archive that can be read ({error}): make a zip of it") from None
    yield found


def _listed(stream: _Forward) -> Iterator[Entry]:
    counted = listed = size = kept = 0
    with tarfile.TarFile(fileobj=stream, mode="r", errorlevel=2) as archive:  # type: ignore[arg-type]
        while (member := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]
            if member.isdir():
                continue
            path = inside(member.name)
            parts = tuple(path.split("/"))
            if counts(parts):
                counted, size = counted + 1, size + member.size
            check_count(counted, listed := listed + 1)
            if size > limits.MAX_UNPACKED:
                raise SubmissionError(f"would unpack to {size / 1e9:.1f} GB: a bomb, or far more than the modules")
            if is_junk(parts):
                continue
            data = _data(archive, member, path) if member.isreg() and kept + member.size <= MAX_KEPT else None
            kept += len(data or b"")
            yield _entry(member, path, data)


def _data(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> bytes | None:
    """What a file holds, where it is of a kind that may count and not too long."""
    most = next((limit for suffix, limit in _KEPT.items() if path.lower().endswith(suffix)), _LITTLE)
    if member.size > most or (source := archive.extractfile(member)) is None:
        return None
    data = bounded(source, most, path)
    if len(data) != member.size:
        raise EOFError("it ends too early")
    return data


def _entry(member: tarfile.TarInfo, path: str, data: bytes | None) -> Entry:
    def read(limit: int) -> bytes:
        if data is None or len(data) > limit:
            raise SubmissionError(f"{shown(path)} is larger than {min(limit, member.size) / 1e6:g} MB")
        return data

    link = member.issym() or member.islnk()
    kind = "link" if link else "file" if member.isreg() else "special"
    return Entry(path, kind, member.size, read, lambda: io.BytesIO(read(limits.MAX_INNER)))  # type: ignore[arg-type]


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """The tar in the file, by how that begins and not by what it is called."""
    begin = file.read(6)
    file.seek(0)
    if begin.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if begin.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if begin.startswith(b"\xfd7zXZ"):
        return io.BufferedReader(_Xz(file))
    return file


class _Xz(io.RawIOBase):
    """An xz file, unpacked with a limit on the memory that it asks for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._xz = file, self._new()

    def _new(self) -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._xz.eof:
                rest = self._xz.unused_data.lstrip(b"\0") or self._file.read(1 << 16)
                if not rest:
                    return 0
                self._xz = self._new()
            elif self._xz.needs_input:
                if not (rest := self._file.read(1 << 16)):
                    raise EOFError("it ends too early")
            else:
                rest = b""
            data = self._xz.decompress(rest, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)


class _Forward:
    """A stream that is read forward only, not too far, and not too much at once."""

    def __init__(self, stream: IO[bytes], packed: int) -> None:
        self._stream, self._at = stream, 0
        self._most = min(MAX_STREAM, limits.MAX_RATIO * packed + limits.MAX_FILE)

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        if not 0 <= count <= MAX_HEADER:
            raise SubmissionError("has a header that is too long: make a zip of it")
        data = self._stream.read(count)
        self._at += len(data)
        if self._at > self._most:
            raise SubmissionError(f"would unpack to more than {self._most / 1e6:.0f} MB: a bomb, or far more than the "
                                  "modules")  # fmt: skip
        return data

    def seek(self, place: int) -> int:
        if place < self._at:
            raise ValueError("it leads back")
        while self._at < place and self.read(min(place - self._at, 1 << 16)):
            pass
        return self._at
