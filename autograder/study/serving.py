"""Live experiments as a server of this machine's own shows them: pages as they lie there, data written anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from autograder.course import Course
from autograder.study.experiments import LIVE, LiveError, write_data

ADDRESS = "127.0.0.1"
OWN_NAMES = {ADDRESS, "localhost"}
TYPES = {".js": "text/javascript", ".toml": "text/plain", ".md": "text/html", ".gz": "application/gzip"}

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/live/common/icon.svg"><link rel="stylesheet" href="/live/common/style.css"></head>
<body><main class="page" style="max-width: 52rem">{body}</main></body></html>"""


def served(course: Course, data: Path, steps: Sequence[str], port: int = 0) -> ThreadingHTTPServer:
    """A server on the loopback address for the steps' experiments, whose data is written into the folder `data`.

    Port 0 takes a free one. Raises LiveError where an experiment is not there, or the port is taken.
    """
    for step in steps:
        file = course.root / LIVE / f"step{step}" / "data.py"
        if not file.is_file():
            raise LiveError(f"step {step} has no live experiment: {file} is missing")
        write_data(course, file, data / f"step{step}")
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(_Handler, course, data))
    except OSError as problem:
        raise LiveError(f"port {port} cannot be used ({problem.strerror}): name another with --port") from None


class _Handler(SimpleHTTPRequestHandler):
    """`/live/…` from the data, then from the pages; `/….md` from the lessons, as a page; nothing else."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def __init__(self, course: Course, data: Path, *rest: object) -> None:
        self.course, self.data = course, data
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if (self.headers.get("Host") or "").rpartition(":")[0] not in OWN_NAMES:  # another site's name for this machine
            self.send_error(HTTPStatus.FORBIDDEN)
        elif path == "/":
            self._redirect("/live/")
        elif path.endswith(".md") and (lesson := self._file(path)).is_file():
            self._send_lesson(lesson)
        else:
            super().do_GET()

    do_HEAD = do_GET

    def translate_path(self, path: str) -> str:
        return str(self._file(urlsplit(path).path))

    def _file(self, path: str) -> Path:
        parts = [part for part in PurePosixPath(unquote(path)).parts if part not in ("/", "..")]
        if parts[:1] == ["live"]:
            written, page = (folder.joinpath(*parts[1:]) for folder in (self.data, self.course.root / LIVE))
            return written if written.is_file() else page
        return self.course.root.joinpath("exercises", *(parts if path.endswith(".md") else ["no such file"]))

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", to)
        self.end_headers()

    def _send_lesson(self, file: Path) -> None:
        from markdown_it import MarkdownIt

        body = MarkdownIt().enable("table").render(file.read_text(encoding="utf-8"))
        page = _PAGE.format(title=file.parent.name, body=body).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what a browser asks for is no news."""
