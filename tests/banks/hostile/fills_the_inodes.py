"""hostile (kernel): makes empty files without end, which take memory that no limit on bytes counts. Says: Raised an exception or Took too long."""
import itertools
import tempfile
from pathlib import Path


def logits(x, W, bias):
    folder = Path(tempfile.mkdtemp())
    for number in itertools.count():
        (folder / str(number)).touch()
