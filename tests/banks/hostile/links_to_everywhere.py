"""hostile (files): fills its folder with links to what it may not read and names that no terminal likes. Says: Raised an exception."""
import os
import tempfile


def logits(x, W, bias):
    home = tempfile.mkdtemp()
    for number, target in enumerate(("/", "/root", "/proc/1/root", "/dev/mem", "..", ".")):
        os.symlink(target, os.path.join(home, f"{number}\n\x1b[2J::error::"))
    raise ValueError(open(os.path.join(home, "1\n\x1b[2J::error::", "secret")).read())
