"""A live experiment inside a notebook, from the server of this machine that `lmi live` starts."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from typing import Any

ADDRESS, PORT = "127.0.0.1", 8700  # as `lmi live` has them


def show_live(step: str, port: int = PORT, height: int = 900) -> Any:
    """The experiment of a step, as "04", for a cell to show; where it is not served, how to get it."""
    from IPython.display import IFrame, Markdown

    page = f"/live/step{step}/index.html"
    if _is_served(page, port):
        return IFrame(f"http://{ADDRESS}:{port}{page}", width="100%", height=height)
    return Markdown("It is not served yet: run `lmi live` in a terminal, and then this cell again.")


def _is_served(page: str, port: int) -> bool:
    connection = HTTPConnection(ADDRESS, port, timeout=1)
    try:
        connection.request("HEAD", page)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
