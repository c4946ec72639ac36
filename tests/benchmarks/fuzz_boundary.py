"""Send answers made by a coverage-guided fuzzer through the boundary, as a guest's.

python tests/benchmarks/fuzz_boundary.py CORPUS [-max_total_time=3600] (needs `pip install atheris`). What is
interesting is kept in the folder CORPUS; a crash is an exception other than the boundary's own, an answer that takes
more than ten seconds, or one that takes 2 GB.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))
with atheris.instrument_imports(include=["autograder.sandbox.protocol", "autograder.learner"]):
    from tests.engine.sandbox.frames import received

from tests.engine.sandbox.test_boundary import RAW, frame, look_at


def main() -> None:
    corpus = Path(next(word for word in sys.argv[1:] if not word.startswith("-")))
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "sound").write_bytes(b'{"value": [{"$": "tensor", "i": "0"}, {"$": "dict", "v": [["a", 1.5]]}]}')
    (corpus / "record").write_bytes(b'{"value": {"$": "record", "name": "R", "fields": ["a"], "v": [{"$": "slice"}]}}')
    (corpus / "error").write_bytes(b'{"error": {"kind": "error", "type": "ValueError", "message": "x", "where": {}}}')
    atheris.Setup([*sys.argv, "-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"], try_one)
    atheris.Fuzz()


def try_one(data: bytes) -> None:
    """The bytes as an answer's text beside sound tensors, and as the whole of a frame."""
    look_at(received(frame(data, RAW)))
    look_at(received(data))


if __name__ == "__main__":
    main()
