"""Links and pictures of a course's Markdown, made ready for the site: the texts are written for their own folder.

A link to another page stays; one to a folder or a module of a step leads to its page; one to a live experiment leads to
that; one to what is not on the site becomes plain text. Pictures of other hosts become their description.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from autograder.study import LIVE

PICTURES = {".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp"}

_FENCE = r"(?ms:^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)`*[ \t]*$)"
_CODE = r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
_IMAGE = r"!\[(?P<alt>[^\]]*)\]\((?P<src>[^()\s]+)(?:\s+\"[^\"]*\")?\)"
_LINK = r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<to>[^()\s]+)(?:\s+\"[^\"]*\")?\)"
_IMAGES = re.compile(f"{_FENCE}|{_CODE}|{_IMAGE}", re.DOTALL)
_LINKS = re.compile(f"{_FENCE}|{_LINK}|{_CODE}", re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:|//", re.IGNORECASE)


@dataclass
class Links:
    """What links may lead to; collects pictures to copy and links that lead nowhere.

    `pages`: path in the course → its page's source, or `#label`. `folders`: those whose pictures may be shown. `names`:
    file → names of modules and exercises in its text → their `#label`.
    """

    root: Path
    pages: dict[str, str]
    folders: tuple[str, ...]
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def mend(self, text: str, file: str) -> str:
        """The Markdown of a file (its path in the course), for the page that it becomes."""
        text = _IMAGES.sub(lambda found: self._picture(found, file), text)
        return _LINKS.sub(lambda found: self._link(found, file), text)

    def _picture(self, found: re.Match[str], file: str) -> str:
        source = found["src"]
        if source is None or source.startswith("data:"):
            return found[0]
        if _ELSEWHERE.match(source):
            return found["alt"]
        name = _name(source, file)
        if name.startswith(self.folders) and Path(name).suffix in PICTURES and (self.root / name).is_file():
            self.pictures.add(name)
            return found[0]
        self.problems.append(f"{file}: there is no picture {source}")
        return found["alt"]

    def _link(self, found: re.Match[str], file: str) -> str:
        to, text = found["to"], found["text"]
        if to is None:
            return self._code(found, file)
        if to.startswith("#") or _ELSEWHERE.match(to):
            return found[0]
        path, _, anchor = to.partition("#")
        name = _name(path, file)
        if name in self.pages:
            page = self.pages[name]
            if page.startswith("#"):
                return f"[{text}]({page})"
            page = posixpath.relpath(page, posixpath.dirname(self.pages.get(file, file)) or ".")
            return f"[{text}]({page}{'#' + anchor if anchor else ''})"
        if name.startswith(f"{LIVE}/") and (self.root / name).exists():
            folder = (self.root / name).is_dir()
            address = posixpath.join(path, "index.html") if folder else path
            return f'<a href="{html.escape(address)}{"#" + anchor if anchor else ""}">{text}</a>'
        if not (self.root / name).exists():
            self.problems.append(f"{file}: the link to {to} leads nowhere")
        return text

    def _code(self, found: re.Match[str], file: str) -> str:
        """A module or exercise that the text names in code, linked to its task; other code, and headings, stay."""
        label = self.names.get(file, {}).get(found[0].strip("`"))
        line = found.string[found.string.rfind("\n", 0, found.start()) + 1 :]
        return f"[{found[0]}]({label})" if label and found["ticks"] == "`" and not line.startswith("#") else found[0]


def _name(target: str, file: str) -> str:
    """The path in the course that a link of a file leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(target)))
