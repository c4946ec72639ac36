"""The gradebook's tables as they are now; `migrations` leads to them from every earlier version."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

HEAD = "0002"

metadata = MetaData()
submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("course", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("course", "name"),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("started", String, nullable=False),  # ISO 8601 in UTC: sorts as text on every database
    Column("seconds", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("isolated", Boolean, nullable=False),
    Column("report", Text, nullable=False),
    Column("content", String(64)),  # digest of what was handed in: gradings of the same are one attempt
    Column("handed_in", String),  # like started
    Column("handed_by", String),  # who says so: "file" (its time) or "given"
    Column("why", Text),  # why it was graded, a line for each reason
    Column("basis", Text),  # JSON: digests of what the result depended on
    UniqueConstraint("submission_id", "digest"),
)
exercise_results = Table(
    "exercise_results",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("exercise", String, primary_key=True),
    Column("step", String, nullable=False),
    Column("status", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("bonus", Boolean, nullable=False),
)
adjustments = Table(  # what people decide; nothing is ever changed or taken out: a later one withdraws an earlier one
    "adjustments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),  # of the submission, whether it has been graded or not
    Column("kind", String, nullable=False),  # "by" or "to" points, "until" a time, "withdraw"
    Column("step", String),  # None: all
    Column("points", Float),
    Column("until", String),
    Column("withdraws", ForeignKey("adjustments.id")),
    Column("author", String, nullable=False),
    Column("made", String, nullable=False),
    Column("reason", Text, nullable=False),
)
events = Table(  # who did what, when
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made", String, nullable=False),
    Column("author", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String),  # a submission
    Column("details", Text, nullable=False),
)
