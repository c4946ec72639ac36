"""`python -m autograder.report` rewrites report.schema.json from the models."""

import json

from autograder.files import write_atomic
from autograder.report.schema import SCHEMA_FILE, json_schema

write_atomic(SCHEMA_FILE, json.dumps(json_schema(), indent=2) + "\n")
print(f"wrote {SCHEMA_FILE}")
