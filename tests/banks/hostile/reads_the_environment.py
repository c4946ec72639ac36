"""hostile (secrets): looks for the salt in the environment, in arguments and in files beside the course. Says: nothing found."""
import os
import sys
from pathlib import Path


def logits(x, W, bias):
    found = [name for name in os.environ if "SALT" in name or "LMI_" in name]
    for folder in {Path.cwd(), *Path.cwd().parents, *map(Path, sys.path), Path("/root"), Path("/home"), Path("/work")}:
        for name in (".lmi/salt", "salt", "gradebook.sqlite", "grades.csv", ".ssh"):
            if (folder / name).exists():
                found.append(name)
    raise ValueError(f"found {found}" if found else "nothing found")
