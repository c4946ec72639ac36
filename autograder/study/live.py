"""`lmi live`: the course's experiments in the browser, served to this machine alone.

An experiment is a folder `exercises/live/stepNN`: a page, and a `data.py` whose `write(root, out)` writes what the page
reads. Pages are served as they lie there; data is written anew into `.lmi/live`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from rich.console import Console

from autograder.course import Course

ADDRESS = "127.0.0.1"
OWN_NAMES = {ADDRESS, "localhost"}
TYPES = {".js": "text/javascript", ".toml": "text/plain", ".md": "text/html", ".gz": "application/gzip"}

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/live/common/icon.svg"><link rel="stylesheet" href="/live/common/style.css"></head>
<body><main class="page" style="max-width: 52rem">{body}</main></body></html>"""

console = Console(highlight=False, soft_wrap=True)


class LiveError(Exception):
    """An experiment cannot be shown, and why."""


def live(course: Course, step: str | None, port: int) -> int:
    """Serve the experiment of one step, or all of them, until Ctrl-C. Returns the exit status."""
    try:
        steps = experiments(course) if step is None else [course.step(step).id]
        server = served(course, course.root / ".lmi" / "live", steps, port)
    except (LiveError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    page = f"live/step{steps[0]}/" if step else "live/"
    console.print(f"http://{ADDRESS}:{server.server_port}/{page}   (this machine only; Ctrl-C ends it)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def experiments(course: Course) -> list[str]:
    """The steps that have a live experiment. Raises LiveError when none has."""
    found = [step.id for step in course.steps if (_pages(course) / f"step{step.id}" / "index.html").is_file()]
    if not found:
        raise LiveError(f"{_pages(course)} has no live experiments")
    return found


def served(course: Course, data: Path, steps: Sequence[str], port: int = 0) -> ThreadingHTTPServer:
    """A server on the loopback address for the steps' experiments, whose data is written into the folder `data`.

    Port 0 takes a free one. Raises LiveError where an experiment is not there, or the port is taken.
    """
    for step in steps:
        _write_data(course, step, data / f"step{step}")
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(_Handler, course, data))
    except OSError as problem:
        raise LiveError(f"port {port} cannot be used ({problem.strerror}): name another with --port") from None


def _write_data(course: Course, step: str, out: Path) -> None:
    file = _pages(course) / f"step{step}" / "data.py"
    spec = importlib.util.spec_from_file_location(f"live_data_step{step}", file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise LiveError(f"step {step} has no live experiment: {file} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    out.mkdir(parents=True, exist_ok=True)
    module.write(course.root, out)


def _pages(course: Course) -> Path:
    return course.root / "exercises" / "live"


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
            written, page = (folder.joinpath(*parts[1:]) for folder in (self.data, _pages(self.course)))
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
