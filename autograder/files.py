"""Files that are there whole or not at all, whatever ends the program or the machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_atomic(path: Path, content: str | bytes, mode: int = 0o666) -> None:
    """Write bytes, or text as UTF-8, so that a reader finds the old file or the new one, never half of either.

    A full disk or an interruption leaves the old file as it was; once this returns, the machine may lose its power.
    `mode`: who may do what with it, but for what this process never allows.
    """
    write_together({path: content}, mode)


def write_together(contents: Mapping[Path, str | bytes], mode: int = 0o666) -> None:
    """Write several files, in this order: all of them are on the disk before the first takes its place.

    So where there is no room for one of them, all stay as they were.
    """
    folders = dict.fromkeys(path.parent for path in contents)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    # grading/sweeper.py knows these names, too
    drafts = {path: path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.tmp") for path in contents}
    try:
        for path, content in contents.items():
            with open(drafts[path], "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
        for path, draft in drafts.items():
            os.replace(draft, path)
    except BaseException:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise
    for folder in folders:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the disk know which files are in a folder, where its system can be asked to."""
    with suppress(OSError):
        at = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(at)
        finally:
            os.close(at)


def write_once(path: Path, content: str, mode: int = 0o600) -> None:
    """Write a file that is not there yet; of several who do so at once the first is heeded, and none finds half."""
    draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.tmp")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def put_in_place(new: Path, out: Path, old: Path) -> None:
    """Make the folder `new` what `out` is; what was there goes to `old`, and comes back when that fails."""
    if not out.exists():
        os.rename(new, out)
        return
    os.rename(out, old)
    try:
        os.rename(new, out)
    except BaseException:
        os.rename(old, out)
        raise
