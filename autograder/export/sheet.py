"""A CSV file of another program, in which a few cells are filled: all else comes out as it went in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.export.errors import ExportError
from autograder.report import points

DELIMITERS = (",", ";", "\t")  # a semicolon where the comma is for decimals
LONGEST = 2**24  # characters of a cell: learners write texts
MARK = "\ufeff"  # by which spreadsheets know UTF-8


@dataclass
class Sheet:
    """Columns and rows, and how the file writes them down. A row may be shorter than the header."""

    file: Path
    columns: list[str]
    rows: list[list[str]]
    delimiter: str
    line_end: str
    mark: str

    def cell(self, row: int, column: str) -> str:
        at, cells = self.columns.index(column), self.rows[row]
        return cells[at] if at < len(cells) else ""

    def put(self, row: int, column: str, text: str) -> None:
        at, cells = self.columns.index(column), self.rows[row]
        cells += [""] * (at + 1 - len(cells))
        cells[at] = text

    def only(self, columns: Sequence[str], rows: Sequence[int]) -> Sheet:
        """The same with these columns and rows alone."""
        picked = [[self.cell(row, column) for column in columns] for row in rows]
        return Sheet(self.file, list(columns), picked, self.delimiter, self.line_end, self.mark)

    def text(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end)
        writer.writerows([self.columns, *self.rows])
        return self.mark + out.getvalue()


def read_sheet(file: Path, needed: Sequence[str], out: Path | None = None) -> Sheet:
    """The sheet in a CSV file that has the columns `needed`; ExportError says what is wrong with it.

    `out` is where something else will be written, and may not be this file.
    """
    if out is not None and out.resolve() == file.resolve():
        raise ExportError(f"{file}: would be written over: give another name to -o")
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise ExportError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ExportError(f"{file}: is not UTF-8: take it as it was downloaded, or save it as CSV in UTF-8") from None
    mark = MARK if text.startswith(MARK) else ""
    text = text.removeprefix(MARK)
    first_line = text.partition("\n")[0]
    delimiter = next((d for d in DELIMITERS if set(needed) <= set(_header(text, d))), None)
    if delimiter is None:
        wanted = ", ".join(f"“{name}”" for name in needed)
        raise ExportError(f"{file}: has not the columns {wanted} (in English). It begins: {first_line.strip()[:200]}")
    try:
        columns, *rows = [row for row in _reader(text, delimiter) if row]
    except csv.Error as error:
        raise ExportError(f"{file}: is not CSV ({error})") from None
    if twice := sorted({name for name in needed if columns.count(name) > 1}):
        raise ExportError(f"{file}: has more than one column “{twice[0]}”")
    if long := next((row for row in rows if len(row) > len(columns)), None):
        raise ExportError(f"{file}: has a row with {len(long)} cells for {len(columns)} columns: {long[0][:60]}")
    return Sheet(file, columns, rows, delimiter, "\r\n" if first_line.endswith("\r") else "\n", mark)


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for row in _reader(text, delimiter) if row), [])
    except csv.Error:
        return []


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def number(text: str) -> float | None:
    """The number in a cell, with a decimal point or comma; None when there is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def written(value: float, like: str) -> str:
    """Points to two decimals, with a decimal comma if the platform writes its own `like` that."""
    return points(value).replace(".", "," if "," in like else ".")
