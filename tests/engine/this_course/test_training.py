"""What the course ships trained: each file as its manifest says, within the budget, by a script that can go on."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from reference.training import step02_grokking as grokking
from reference.training import step05_autoencoder as autoencoder
from reference.training import step05_language_model as code_model
from reference.training.manifest import write_manifest
from tests.engine.tools import ROOT

MODELS = ROOT / "exercises" / "kit" / "models"
MANIFESTS = sorted(MODELS.rglob("manifest.json"))
MIB = 2**20


def test_shipped_models_fit_the_budget() -> None:
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) <= 20 * MIB


@pytest.mark.parametrize("path", MANIFESTS, ids=[path.parent.relative_to(MODELS).as_posix() for path in MANIFESTS])
def test_a_shipped_model_is_what_its_manifest_says(path: Path) -> None:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    content = (path.parent / manifest["file"]).read_bytes()
    assert manifest["file"].endswith(".safetensors")
    assert (len(content), hashlib.sha256(content).hexdigest()) == (manifest["bytes"], manifest["sha256"])
    script = re.search(r"reference/training/\w+\.py", manifest["made_by"])
    assert script and (ROOT / script[0]).is_file()
    assert manifest.keys() >= {"versions", "optimiser"} and any("seed" in key for key in manifest)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums in one order: with more threads a busy machine may change it, and AdamW makes much of a last digit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grokking, "SAVE_EVERY", 2)
    monkeypatch.setattr(grokking, "EVALUATE_EVERY", 1)
    grokking.train(tmp_path / "straight", 4)
    grokking.train(tmp_path / "stopped", 3)  # saved at 2
    grokking.train(tmp_path / "stopped", 4)
    straight, stopped = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("straight", "stopped"))
    assert straight["curves"][:, 0].tolist() == [0, 1, 2, 3, 4]
    torch.testing.assert_close(stopped["curves"][:, :3], straight["curves"][:, :3], rtol=1e-6, atol=0)
    torch.testing.assert_close(stopped["flat"], straight["flat"])
    torch.testing.assert_close(stopped["optimiser.exp_avg_sq"], straight["optimiser.exp_avg_sq"])


@pytest.mark.parametrize("path", MANIFESTS, ids=[path.parent.relative_to(MODELS).as_posix() for path in MANIFESTS])
def test_a_shipped_manifest_comes_out_again_byte_for_byte(path: Path, tmp_path: Path) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    weights = shutil.copy(path.parent / said.pop("file"), tmp_path)
    del said["sha256"], said["bytes"]
    write_manifest(Path(weights), said)
    assert (tmp_path / "manifest.json").read_bytes() == path.read_bytes()


def test_training_computes_the_logits_that_the_step_teaches() -> None:
    from reference.step02_grokking.data import modular_addition_data
    from reference.step02_grokking.transformer import forward

    flat = grokking.start().flat.detach()
    pairs = torch.arange(0, grokking.P**2, 97)
    tokens, _ = modular_addition_data(grokking.P)
    fast = grokking.fast_logits(grokking.unflatten(flat), pairs)
    torch.testing.assert_close(fast, forward(grokking.unflatten(flat), tokens[pairs]).logits, rtol=1e-4, atol=1e-4)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("one_thread")
def test_the_code_models_training_goes_on_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = {"vocab": 50, "positions": 128, "d_model": 8, "heads": 2, "d_head": 4, "neurons": 12}
    monkeypatch.setattr(code_model, "SETTINGS", {**code_model.SETTINGS, "model": tiny, "batch": 2})
    stream = torch.randint(1, 50, (127 * 9,), generator=torch.Generator().manual_seed(0))
    held_out = stream[: 127 * 2].view(2, 127)
    monkeypatch.setattr(code_model, "STATE", tmp_path / "straight")
    straight, _ = code_model.train(stream, held_out, epochs=3)
    monkeypatch.setattr(code_model, "STATE", tmp_path / "stopped")
    with monkeypatch.context() as stopping:
        stopping.setattr(code_model, "evaluate", interrupt)  # what comes after an epoch is kept
        with pytest.raises(KeyboardInterrupt):
            code_model.train(stream, held_out, epochs=3)
    stopped, _ = code_model.train(stream, held_out, epochs=3)
    for name, weight in straight.items():
        torch.testing.assert_close(stopped[name], weight)
    with pytest.raises(SystemExit, match="remove the folder"):
        code_model.train(stream, held_out, epochs=4)


@pytest.mark.usefixtures("one_thread")
def test_the_autoencoders_training_goes_on_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"latents": 24, "batch": 32, "steps": 12, "resample_at": [4], "keep_every": 5}
    monkeypatch.setattr(autoencoder, "SETTINGS", autoencoder.SETTINGS | short)
    neurons = torch.randn(300, 8, generator=torch.Generator().manual_seed(0)).relu()
    monkeypatch.setattr(autoencoder, "STATE", tmp_path / "straight")
    straight, _ = autoencoder.train(neurons, 0.5)
    monkeypatch.setattr(autoencoder, "STATE", tmp_path / "stopped")
    kept = autoencoder.keep

    def keep_and_stop(*arguments: object) -> None:
        kept(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(autoencoder, "keep", keep_and_stop)
        with pytest.raises(KeyboardInterrupt):
            autoencoder.train(neurons, 0.5)
    stopped, _ = autoencoder.train(neurons, 0.5)
    for ours, theirs in zip(straight.parameters(), stopped.parameters(), strict=True):
        torch.testing.assert_close(theirs, ours)
