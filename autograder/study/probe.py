"""Run by `lmi doctor` in an interpreter of its own: does torch import, and what does the course's kit say?

A kit that depends on data or settings may have a module `doctor` with a function `lines`. It yields four texts for each
thing that it looks at: a state (ok, note or bad), its name, what was found, and advice.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
from pathlib import Path

KIT_DOCTOR = "exercises.kit.doctor"


def main() -> None:
    """Print one line of JSON for `machine.Probe`."""
    import torch

    print(json.dumps({"threads": torch.get_num_threads(), "kit": _kit_lines()}))


def _kit_lines() -> list[tuple[str, str, str, str]]:
    if not Path(*KIT_DOCTOR.split(".")).with_suffix(".py").is_file():
        return []
    sys.path.insert(0, str(Path.cwd()))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return list(importlib.import_module(KIT_DOCTOR).lines())
    except Exception as error:
        return [("bad", "kit", "its doctor.py does not work", f"{type(error).__name__}: {error}")]


if __name__ == "__main__":
    main()
