"""Send answers made by a coverage-guided fuzzer through the boundary, as a guest's.

python tests/benchmarks/fuzz_boundary.py CORPUS [-max_total_time=3600] (needs `pip install atheris`). What is
interesting is kept in the folder CORPUS; a crash is an exception other than the boundary's own, an answer that takes
more than ten seconds of the processor (or waits for five minutes), or one that takes 2 GB. The corpus of the first hour
is `tests/banks/boundary.zip`, which `tests/engine/sandbox/test_boundary.py` sends again; an empty CORPUS starts there.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from contextlib import redirect_stdout
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
with atheris.instrument_imports(include=["autograder.sandbox.protocol", "autograder.learner", "autograder.expect"]):
    from tests.engine.sandbox.frames import received, sent
    from tests.engine.sandbox.test_boundary import look_at

SECONDS = 10
KEPT = ROOT / "tests" / "banks" / "boundary.zip"
WORDS = [
    '"$":', '"v":', '"i":', '"id":', '"type":', '"name":', '"fields":', '"complex":', '"value":', '"error":', '"kind":',
    '"message":', '"traceback":', '"where":', '"file":', '"line":', '"function":', '"printed":', '"tensor"', '"array"',
    '"record"', '"dict"', '"tuple"', '"set"', '"slice"', '"dtype"', '"complex"', '"bytes"', '"handle"', '"0"', '"1"',
    '"2"', '"float32"', '"BF16"', '"F64"', '"I8"', '"dtype":', '"shape":', '"data_offsets":', "NaN", "Infinity",
    "1e999", "-1", "null", "true", "[", "]", "{", "}", ",",
]  # fmt: skip
SEEDS = {
    "sound": b'\1{"value": [{"$": "tensor", "i": "0"}, {"$": "dict", "v": [["a", 1.5]]}]}',
    "record": b'\1{"value": {"$": "record", "name": "R", "fields": ["a"], "v": [{"$": "slice"}]}}',
    "error": b'\1{"error": {"kind": "error", "type": "ValueError", "message": "x", "where": {}}}',
    "built": bytes([4, 8, 16, 3, 4, 20, 5, 96, 11, 28, 36, 44, 3]),
    "failure": bytes([5, 24 * 8, 13 * 8 + 6, 25 * 8, 5 + 8 * 4, 26 * 8]),
}


def main() -> None:
    corpus = Path(next(word for word in sys.argv[1:] if not word.startswith("-")))
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()) and KEPT.exists():
        zipfile.ZipFile(KEPT).extractall(corpus)
    for name, seed in SEEDS.items():
        (corpus / name).write_bytes(seed)
    words = corpus.with_suffix(".dict")
    words.write_text("".join(f'"{word}"\n' for word in (w.replace('"', '\\"') for w in WORDS)))
    options = ["-timeout=300", "-rss_limit_mb=2048", "-max_len=4096", f"-dict={words}"]
    atheris.Setup([*sys.argv, *options], try_one)
    atheris.Fuzz()


def try_one(data: bytes) -> None:
    started = time.process_time()
    with redirect_stdout(io.StringIO()):  # an answer may print
        look_at(received(sent(data)))
    if (spent := time.process_time() - started) > SECONDS:  # on a busy machine the clock on the wall tells nothing
        raise TimeoutError(f"took {spent:.1f} s of the processor")


if __name__ == "__main__":
    main()
