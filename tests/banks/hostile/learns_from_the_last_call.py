"""hostile (secrets): keeps what each call was given and answers the next with it, in memory and in files."""
import os
import pickle
import tempfile

SEEN = []
FILE = os.path.join(tempfile.gettempdir(), "seen")


def logits(x, W, bias):
    last = SEEN[-1] if SEEN else x
    SEEN.append(x)
    with open(FILE, "ab") as file:
        pickle.dump((x, W, bias), file)
    return last
