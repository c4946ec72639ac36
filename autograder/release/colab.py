"""A released notebook knows where Colab fetches the course from, and has the badge that opens it there."""

from __future__ import annotations

import json
import re

UNSET = 'REPOSITORY = ""'  # in the first cell of a step's notebook; a release fills in the address
BRANCH = "main"

_GITHUB = re.compile(r"https://github\.com/(?P<name>[\w-][\w.-]*/[\w.-]*[\w-])", re.ASCII)


def repository_name(repository: str) -> str:
    """`ORG/REPO` of a GitHub address. Raises ValueError, saying what is expected, for anything else."""
    found = _GITHUB.fullmatch(repository.removesuffix("/").removesuffix(".git"))
    if not found:
        raise ValueError(f"{repository!r} is no repository that Colab can open: name it as https://github.com/ORG/REPO")
    return found["name"]


def badge(repository: str, path: str) -> str:
    """Markdown that opens the repository's notebook at `path` on Colab."""
    picture = "https://colab.research.google.com/assets/colab-badge.svg"
    return f"[![Open in Colab]({picture})]({colab_address(repository, path)})"


def colab_address(repository: str, path: str) -> str:
    """Where Colab opens the repository's notebook at `path`. Raises ValueError for no GitHub address."""
    return f"https://colab.research.google.com/github/{repository_name(repository)}/blob/{BRANCH}/{path}"


def with_address(notebook: bytes, address: str) -> bytes:
    """The notebook whose first cell fetches the course from the address.

    Raises ValueError unless one cell, and only one, has the line to fill in.
    """
    content = json.loads(notebook)
    places = [
        (cell, at) for cell in content["cells"] for at, line in enumerate(cell["source"]) if line.startswith(UNSET)
    ]
    if len(places) != 1:
        raise ValueError(f"must have one line that begins with {UNSET}, not {len(places)}")
    cell, at = places[0]
    cell["source"][at] = cell["source"][at].replace(UNSET, f'REPOSITORY = "{address}"', 1)
    return _written(content)


def with_badge(notebook: bytes, repository: str, path: str) -> bytes:
    """The notebook with the badge as its first cell."""
    content = json.loads(notebook)
    cell = {"cell_type": "markdown", "id": "open-in-colab", "metadata": {}, "source": [badge(repository, path)]}
    return _written({**content, "cells": [cell, *content["cells"]]})


def _written(content: dict[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
