"""hostile (interpreter): rewrites the course's kit and the interpreter for whoever comes next. Says: could not write."""
import sys
from pathlib import Path

import torch


def logits(x, W, bias):
    import exercises.kit

    places = [Path(exercises.kit.__file__), Path(torch.__file__), Path(sys.executable), Path("/lmi/autograder/sandbox/guest.py")]
    for place in places:
        try:
            with open(place, "a") as file:
                file.write("# changed")
        except OSError:
            continue
        raise RuntimeError(f"wrote {place}")
    raise RuntimeError("could not write")
