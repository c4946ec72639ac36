"""Run by alembic, with the connection that the gradebook gives it."""

from __future__ import annotations

from alembic import context

from autograder.grading.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
