"""What a run graded, when that was handed in and why it was graded; adjustments by people; who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, kind in (
        ("content", sa.String(64)),
        ("handed_in", sa.String),
        ("handed_by", sa.String),
        ("why", sa.Text),
        ("basis", sa.Text),
    ):
        op.add_column("runs", sa.Column(name, kind))
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("step", sa.String),
        sa.Column("points", sa.Float),
        sa.Column("until", sa.String),
        sa.Column("withdraws", sa.Integer, sa.ForeignKey("adjustments.id")),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("made", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("made", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("about", sa.String),
        sa.Column("details", sa.Text, nullable=False),
    )
