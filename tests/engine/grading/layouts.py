"""How learners hand in the same work: as a folder, an archive, a notebook, in many layouts; or as nothing readable."""

from __future__ import annotations

import ast
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

Files = Mapping[str, str]  # path below exercises → text
Write = Callable[[Path, Files], None]  # writes work to this path, or to it with a suffix


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED  # as it is: ZipInfo would tidy it
            archive.writestr(info, content)
    return packed.getvalue()


def _below(folder: str, files: Files) -> dict[str, str]:
    return {f"{folder}{path}": text for path, text in files.items()}


def as_folder(base: Path, files: Files) -> None:
    for path, text in files.items():
        _put(base / "exercises" / path, text.encode())


def as_zip(base: Path, files: Files) -> None:
    _put(base.with_name(f"{base.name}.zip"), zipped(_below("exercises/", files)))


def as_zip_of_a_folder(base: Path, files: Files) -> None:
    _put(base.with_name(f"{base.name}.zip"), zipped(_below("My homework/work/exercises/", files)))


def as_zip_of_a_mac(base: Path, files: Files) -> None:
    junk = {f"__MACOSX/exercises/{path}": b"\0\5\26\7" for path in files} | {"exercises/.DS_Store": b"\0"}
    _put(base.with_name(f"{base.name}.zip"), zipped(_below("exercises/", files) | junk))


def as_zip_of_windows(base: Path, files: Files) -> None:
    texts = {
        f"exercises\\{path}".replace("/", "\\"): f"\ufeff{text}".replace("\n", "\r\n") for path, text in files.items()
    }
    _put(base.with_name(f"{base.name}.zip"), zipped(texts))


def as_zip_in_a_zip(base: Path, files: Files) -> None:
    _put(base.with_name(f"{base.name}.zip"), zipped({"submission.zip": zipped(_below("exercises/", files))}))


def as_zip_in_a_folder(base: Path, files: Files) -> None:
    _put(base / "submission.zip", zipped(_below("exercises/", files)))


def as_step_folder(base: Path, files: Files) -> None:
    for path, text in files.items():
        _put(base / path, text.encode())


def _as_tar(suffix: str, mode: str) -> Write:
    def write(base: Path, files: Files) -> None:
        with tarfile.open(base.with_name(f"{base.name}{suffix}"), mode) as archive:  # type: ignore[call-overload]
            for path, text in files.items():
                info = tarfile.TarInfo(f"exercises/{path}")
                info.size = len(text.encode())
                archive.addfile(info, io.BytesIO(text.encode()))

    return write


COMMON = (as_zip, as_folder, as_zip, as_zip_of_a_folder)
LAYOUTS = (
    _as_tar(".tar.gz", "w:gz"), as_zip_in_a_zip, as_step_folder, as_zip_of_a_mac, as_zip_of_windows,
    as_zip_in_a_folder, _as_tar(".tar.xz", "w:xz"),
)  # fmt: skip


def _notebook_of(cells: Sequence[str]) -> bytes:
    listed = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": listed}).encode()


def _cells(files: Files) -> Iterator[str]:
    """What stands at the top of the modules, each once, without what they import of each other."""
    seen = set[str]()
    for path, text in files.items():
        if path.endswith("__init__.py"):
            continue
        for node in ast.parse(text).body:
            said = ast.get_source_segment(text, node) or ""
            if not (isinstance(node, ast.ImportFrom) and node.level) and said not in seen:
                seen.add(said)
                yield said


def as_notebook(base: Path, files: Files) -> None:
    _put(base.with_name(f"{base.name}.ipynb"), _notebook_of(["\n\n".join(_cells(files))]))


def as_shuffled_notebook(base: Path, files: Files) -> None:
    cells = list(_cells(files))
    random.Random("".join(cells)).shuffle(cells)
    _put(base.with_name(f"{base.name}.ipynb"), _notebook_of(cells))


def as_notebook_with_magics(base: Path, files: Files) -> None:
    cells = ["%matplotlib inline\n!ls", *_cells(files), "%%time\nx = 1", "print(", "raise SystemExit"]
    _put(base.with_name(f"{base.name}.ipynb"), _notebook_of(cells))


def as_notebook_beside(empty: Files) -> Write:
    def write(base: Path, files: Files) -> None:
        folder = Path(next(iter(files))).parent
        packed: dict[str, str | bytes] = dict(_below("exercises/", empty))
        packed[f"exercises/{folder}/lesson.ipynb"] = _notebook_of(list(_cells(files)))
        _put(base.with_name(f"{base.name}.zip"), zipped(packed))

    return write


def as_bytes(suffix: str, data: bytes) -> Write:
    return lambda base, files: _put(base.with_name(f"{base.name}{suffix}"), data)


def as_half_a_zip(base: Path, files: Files) -> None:
    packed = zipped(_below("exercises/", files))
    _put(base.with_name(f"{base.name}.zip"), packed[: len(packed) // 2])
