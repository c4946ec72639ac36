"""The secret that hidden inputs depend on."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.files import write_once
from autograder.testing import seed_for

if TYPE_CHECKING:
    from autograder.submission import Submission

SECRETS = ".lmi"


class SaltError(Exception):
    """There is no secret to draw hidden inputs from; the message says what to do."""


def read_salt(root: Path) -> str:
    """The secret that hidden inputs depend on: LMI_SALT, or one made once and kept beside the course."""
    if salt := os.environ.get("LMI_SALT"):
        return salt
    file = root / SECRETS / "salt"
    try:
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            write_once(file, secrets.token_hex(16))
        salt = file.read_text().strip()
    except OSError as error:
        why = f"{file}, the secret that hidden inputs depend on, cannot be made or read ({error.strerror})"
        raise SaltError(f"{why}: make it possible, or set LMI_SALT") from None
    if not salt:
        raise SaltError(f"{file}, the secret that hidden inputs depend on, is empty: delete it, or set LMI_SALT")
    return salt


def seed_of(submission: Submission, salt: str, seed: int | None = None) -> int:
    """What a submission's hidden inputs are drawn from; `seed` itself when one is given."""
    return seed_for(salt, submission.digest) if seed is None else seed
