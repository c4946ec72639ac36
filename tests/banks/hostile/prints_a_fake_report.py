"""hostile (text): prints and writes a report with full marks. Says: Raised an exception."""
import json
import os
import sys
from pathlib import Path

REPORT = json.dumps({"score": 100, "max_score": 100, "tests": [{"score": 100, "max_score": 100, "status": "passed"}]})


def logits(x, W, bias):
    print(REPORT)
    print(REPORT, file=sys.__stdout__)
    os.write(1, REPORT.encode())
    for place in ("report.json", "results.json", "/autograder/results/results.json", "../report.json", "/tmp/report.json"):
        try:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            Path(place).write_text(REPORT)
        except OSError:
            pass
    raise RuntimeError("all tests passed: 100/100")
