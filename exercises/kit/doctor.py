"""What `lmi doctor` says of this course's data and models: its settings, and what they come to on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

Line = tuple[str, str, str, str]
"""State (`ok`, `note`: worth knowing, `bad`: cannot work), what was looked at, what was found, advice."""


def lines() -> Iterator[Line]:
    """What the course's data and models come to; `lmi doctor` shows the lines in this order."""
    yield _data_setting()
    yield _data()
    yield _gpt2_setting()


def _data_setting() -> Line:
    named = os.environ.get("LMI_DATA")
    if not named:
        return "ok", "LMI_DATA", "not set: the cache, then what comes with the packages", ""
    if not Path(named).is_dir():
        return "bad", "LMI_DATA", f"{named} is not a folder", "Set it to a folder that has mnist/, or unset it."
    inside = [name for name in ("mnist", "gpt2") if (Path(named) / name).is_dir()]
    return "ok", "LMI_DATA", f"{named} (has {', '.join(inside) or 'neither mnist/ nor gpt2/'})", ""


def _data() -> Line:
    from exercises.kit.step00.data import load_images

    try:
        source = load_images().source
    except Exception as error:  # whatever it is, it is what a learner would meet
        said = f"{error}" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        return "bad", "data", "cannot be used", said
    if source.startswith("MNIST"):
        return "ok", "data", source, ""
    advice = "For real MNIST: load_images(download=True) once, or LMI_DATA=<folder that has mnist/>."
    return "note", "data", source, advice


def _gpt2_setting() -> Line:
    named, data = os.environ.get("LMI_GPT2"), os.environ.get("LMI_DATA")
    if not named:
        own = Path(data) / "gpt2" if data else None
        resolved = own if own and own.is_dir() else "step 04 uses the course's small model"
        return "ok", "LMI_GPT2", f"not set: {resolved}", ""
    folder = Path(named).expanduser()
    if folder.is_dir():
        if (folder / "config.json").is_file():
            return "ok", "LMI_GPT2", f"the model in {folder}", ""
        return "note", "LMI_GPT2", f"{folder} has no config.json", "Set it to a folder with a saved model."
    if named.startswith((".", "~", os.sep)):
        return "note", "LMI_GPT2", f"{named} is not a folder", "Set it to one that is, or to a model's name."
    return "ok", "LMI_GPT2", f"the model named {named}, downloaded when first needed", ""
