"""Shipped models that are missing, damaged or not what their manifest says are refused with a reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from exercises.kit.shipped import MODELS, ShippedModelError, read_manifest, read_weights
from exercises.kit.step00.model import load_templates
from exercises.kit.step02.model import load_run
from exercises.kit.step03.model import load_runs
from exercises.kit.step05.autoencoders import load_autoencoder, load_toy
from exercises.kit.step05.model import load_code_model

LOADERS = {
    "step00": load_templates,
    "step02": load_run,
    "step03": load_runs,
    "step05": load_code_model,
    "step05/toy": load_toy,
    "step05/autoencoder": load_autoencoder,
}


@pytest.fixture(params=LOADERS)
def copy(request, tmp_path):
    """A copy of a shipped model's folder, and its loader."""
    return shutil.copytree(MODELS / request.param, tmp_path / request.param), LOADERS[request.param]


def test_the_shipped_runs_load(copy):
    folder, load = copy
    assert load(folder)


def test_a_missing_file_is_named(copy):
    folder, load = copy
    weights = folder / read_manifest(folder)["file"]
    weights.unlink()
    with pytest.raises(ShippedModelError, match=rf"{weights.name}.*cannot be read[^$]*course's repository"):
        load(folder)


def test_a_changed_byte_is_noticed(copy):
    folder, load = copy
    weights = folder / read_manifest(folder)["file"]
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ShippedModelError, match="not the file that its manifest describes"):
        load(folder)


@pytest.mark.parametrize(
    ("text", "says"), [("{", "not valid JSON"), ("[]", "must say .*file, "), ('{"file": "x"}', "must say .*file, ")]
)
def test_a_broken_manifest_is_refused(copy, text, says):
    folder, load = copy
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ShippedModelError, match=says):
        load(folder)


def test_a_file_that_is_no_training_run_is_refused(copy):
    folder, load = copy
    manifest = read_manifest(folder)
    other = MODELS / ("step02" if folder.name == "step03" else "step03")
    described = read_manifest(other)
    shutil.copy(other / described["file"], folder / manifest["file"])
    (folder / "manifest.json").write_text(json.dumps({**manifest, "sha256": described["sha256"]}))
    with pytest.raises(ShippedModelError, match="cannot be read as"):
        load(folder)


def test_weights_are_pinned_by_the_manifest(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"weights")
    with pytest.raises(ShippedModelError, match="expected SHA-256 00"):
        read_weights(tmp_path, {"file": "a", "sha256": "00"})
