"""Run by `lmi doctor` in an interpreter of its own: does torch import, and which data would be used?"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
from pathlib import Path

DATA_MODULE = "exercises.kit.data"  # where a course's kit keeps its `load_images`, if it has one


def main() -> None:
    """Print one line of JSON for `machine.Probe`."""
    import torch

    found: dict[str, object] = {"threads": torch.get_num_threads()}
    if Path(*DATA_MODULE.split(".")).with_suffix(".py").is_file():
        sys.path.insert(0, str(Path.cwd()))
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                found["data"] = importlib.import_module(DATA_MODULE).load_images().source
        except Exception as error:  # whatever it is, it is what a learner would meet
            found["data_problem"] = f"{error}" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    print(json.dumps(found))


if __name__ == "__main__":
    main()
