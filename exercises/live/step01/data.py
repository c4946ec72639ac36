"""Step 01's live experiment trains its models while one watches: it needs no data."""

from pathlib import Path


def write(root: Path, out: Path) -> None:
    """Writes nothing."""
