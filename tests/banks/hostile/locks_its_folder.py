"""hostile (files): takes every right from its own folder, so that nothing can be cleared away."""
import os
import tempfile

home = tempfile.mkdtemp()
open(os.path.join(home, "x"), "w").close()
os.chmod(home, 0)
os.chmod(os.getcwd(), 0)


def logits(x, W, bias):
    return None
