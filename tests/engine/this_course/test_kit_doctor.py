"""What `lmi doctor` says of this course's own data and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from exercises.kit import doctor


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMI_DATA", raising=False)
    monkeypatch.delenv("LMI_GPT2", raising=False)


def line(what: str) -> doctor.Line:
    [found] = [one for one in doctor.lines() if one[1] == what]
    return found


class Images:
    """What stands for a data set of which only its source is asked."""

    def __init__(self, source: str):
        self.source = source


@pytest.mark.parametrize(("source", "state"), [("MNIST from here", "ok"), ("scikit-learn's digits", "note")])
def test_digits_that_stand_in_for_mnist_are_worth_a_note(
    monkeypatch: pytest.MonkeyPatch, source: str, state: str
) -> None:
    monkeypatch.setattr("exercises.kit.step00.data.load_images", lambda: Images(source))
    assert line("data")[:3] == (state, "data", source)


def test_torn_data_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def torn() -> Images:
        raise ValueError("t10k is torn: fetch it again")

    monkeypatch.setattr("exercises.kit.step00.data.load_images", torn)
    assert line("data") == ("bad", "data", "cannot be used", "t10k is torn: fetch it again")


def test_a_data_folder_that_is_not_there_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMI_DATA", "/nowhere")
    assert line("LMI_DATA")[0] == "bad" and "not a folder" in line("LMI_DATA")[2]


def test_a_gpt2_of_the_data_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gpt2").mkdir()
    monkeypatch.setenv("LMI_DATA", str(tmp_path))
    assert line("LMI_GPT2")[2] == f"not set: {tmp_path / 'gpt2'}"


def test_a_folder_that_holds_no_model_is_worth_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LMI_GPT2", str(tmp_path))
    assert line("LMI_GPT2")[:3] == ("note", "LMI_GPT2", f"{tmp_path} has no config.json")
