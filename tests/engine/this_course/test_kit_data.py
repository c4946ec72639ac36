"""The course's data: read, checked, and never silently replaced."""

import gzip
import hashlib
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from exercises.kit.step00 import data
from exercises.kit.step00.idx import ORIGINALS, DataError, Original, read_original
from tests.engine.tools import ROOT

DIGITS_SHA256 = "de77a57d67c2b949670a7cf0384f375dea4496a1381113ae82360db7fc84ce03"

# ---------------------------------------------------------------- the bundled digits


def test_digits_have_mnists_shape_and_range():
    images, labels = data.load_digits()
    assert (images.shape, images.dtype) == ((1797, 28, 28), torch.uint8)
    assert (labels.shape, labels.dtype) == ((1797,), torch.int64)
    assert (images.min(), images.max()) == (0, 255)
    assert labels.unique().tolist() == list(range(10))


def test_digits_sit_in_the_middle_and_are_the_bilinear_stretch():
    images, _ = data.load_digits()
    box = torch.zeros(28, 28, dtype=torch.bool)
    box[4:24, 4:24] = True
    assert not images[:, ~box].any()
    small = torch.tensor(data._digits_table()[:, :64]).reshape(-1, 1, 8, 8).double() * 255 / 16
    stretched = torch.nn.functional.interpolate(small, size=(20, 20), mode="bilinear", align_corners=False)[:, 0]
    assert (images[:, 4:24, 4:24].double() - stretched).abs().max() <= 0.5 + 1e-9


def test_digits_are_the_same_on_every_machine():
    images, labels = data.load_digits()
    assert hashlib.sha256(images.numpy().tobytes()).hexdigest() == DIGITS_SHA256
    assert labels[:10].tolist() == list(range(10))


def test_changing_loaded_digits_does_not_change_the_next_ones():
    data.load_digits()[0].zero_()
    assert data.load_digits()[0].any()


def test_loading_digits_imports_neither_sklearn_nor_a_plotting_or_download_library():
    code = (
        "import sys; from exercises.kit.step00.data import load_digits; load_digits();"
        "print([m for m in ('sklearn', 'scipy', 'matplotlib', 'pooch', 'requests') if m in sys.modules])"
    )
    root = ROOT
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- IDX files

TINY = {  # made here: two training and two test images
    name: np.arange(2 * 28 * 28).reshape(2, 28, 28).astype(np.uint8) if "images" in name else np.array([3, 9], np.uint8)
    for name in ORIGINALS
}


def idx_bytes(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def original_of(name: str) -> Original:
    raw = idx_bytes(TINY[name])
    zipped = gzip.compress(raw, mtime=0)
    sha256 = [hashlib.sha256(content).hexdigest() for content in (zipped, raw)]
    return Original(ORIGINALS[name].name, TINY[name].shape, len(zipped), *sha256)


@pytest.fixture
def tiny(monkeypatch):
    """MNIST with two images in each split."""
    originals = {name: original_of(name) for name in ORIGINALS}
    monkeypatch.setattr(data, "ORIGINALS", originals)
    return originals


@pytest.fixture(autouse=True)
def own_machine(monkeypatch, tmp_path):
    """No LMI_DATA and an empty cache."""
    monkeypatch.delenv("LMI_DATA", raising=False)
    monkeypatch.setattr(data, "cache_folder", lambda: tmp_path / "cache")


def write_gz(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{ORIGINALS[name].name}.gz").write_bytes(gzip.compress(idx_bytes(TINY[name]), mtime=0))
    return folder


def test_zipped_and_unzipped_files_read_alike(tiny, tmp_path):
    original = tiny["train_images"]
    raw = tmp_path / original.name
    raw.write_bytes(idx_bytes(TINY["train_images"]))
    folder = write_gz(tmp_path / "gz", "train_images")
    assert (read_original(raw, original) == TINY["train_images"]).all()
    assert (read_original(folder / f"{original.name}.gz", original) == TINY["train_images"]).all()


RAW = idx_bytes(TINY["test_images"])
BROKEN = {
    "truncated gzip": (".gz", gzip.compress(RAW)[:-60], "truncated gzip"),
    "damaged gzip": (".gz", gzip.compress(RAW)[:40] + b"\0\0\0\0" + gzip.compress(RAW)[44:], "damaged gzip"),
    "a web page": (".gz", b"<!DOCTYPE html><html>", "not a gzip file"),
    "an empty file": ("", b"", "an empty file"),
    "floats": ("", b"\0\0\x0d\x03" + RAW[4:], "00 00 08 03"),
    "half a header": ("", RAW[:10], "ends inside its header"),
    "another size": ("", idx_bytes(TINY["test_images"][:, :, :20]), r"expected \(2, 28, 28\)"),
    "truncated": ("", RAW[:-1], "is truncated"),
    "too long": ("", RAW + b"\0", "goes on after its data"),
    "other contents": ("", RAW[:-1] + b"\x7f", "Fashion-MNIST"),
}


@pytest.mark.parametrize(("ending", "content", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_what_was_expected_and_found(tiny, tmp_path, ending, content, said):
    path = tmp_path / f"{tiny['test_images'].name}{ending}"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said) as error:
        read_original(path, tiny["test_images"])
    assert all(word in str(error.value) for word in (str(path), "expected", "found", "LMI_DATA"))


# ---------------------------------------------------------------- choosing


def test_without_mnist_the_digits_are_used_and_said(capsys):
    images = data.load_images(100, 50)
    assert images.train_images.shape == (100, 28, 28)
    assert len(images.test_labels) == 50
    assert "digits" in images.source
    assert "scikit-learn's digits (not MNIST): 100 images to train on, 50 to test on" in capsys.readouterr().out


def test_training_and_test_digits_are_different_images():
    images = data.load_images()
    train, test = ({tuple(image.flatten().tolist()) for image in part} for part in (images[0], images[2]))
    assert not train & test


def test_the_seed_chooses_the_images():
    first, again, other = (data.load_images(30, 30, seed) for seed in (1, 1, 2))
    assert torch.equal(first.train_images, again.train_images)
    assert not torch.equal(first.train_images, other.train_images)


def test_more_images_than_there_are_is_refused():
    with pytest.raises(DataError, match=r"5,000 training images; expected 1 to 1,437"):
        data.load_images(5000)


@pytest.mark.parametrize("inner", ["mnist", "."])
def test_the_data_folder_comes_first(tiny, tmp_path, monkeypatch, inner):
    write_gz(tmp_path / "mine" / inner, *ORIGINALS)
    monkeypatch.setenv("LMI_DATA", str(tmp_path / "mine"))
    images = data.load_images()
    assert images.source.startswith("MNIST from")
    assert len(images.train_labels) == len(images.test_labels) == 2


def test_a_data_folder_that_does_not_exist_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LMI_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="not a folder"):
        data.load_images()


def test_a_corrupt_file_is_never_replaced_by_the_digits(tiny, tmp_path, monkeypatch):
    folder = write_gz(tmp_path / "mnist", "test_images", "test_labels")
    path = folder / f"{tiny['test_images'].name}.gz"
    path.write_bytes(path.read_bytes()[:-50])
    monkeypatch.setenv("LMI_DATA", str(tmp_path))
    with pytest.raises(DataError, match="truncated"):
        data.load_images()


def test_labels_without_their_images_are_refused(tiny, tmp_path, monkeypatch):
    write_gz(tmp_path, "test_images", "test_labels", "train_images")
    monkeypatch.setenv("LMI_DATA", str(tmp_path))
    with pytest.raises(DataError, match="only part of MNIST's train set"):
        data.load_images()


@pytest.mark.skipif(
    not os.environ.get("LMI_DATA"), reason="set LMI_DATA to a folder with mnist/ to test with real MNIST"
)
class TestRealMnist:
    @pytest.fixture(autouse=True)
    def real(self, monkeypatch, own_machine):
        monkeypatch.setenv("LMI_DATA", LMI_DATA)

    def test_the_published_files_are_accepted(self):
        images = data.load_mnist()
        assert (images.train_images.shape[1:], images.train_images.dtype) == ((28, 28), torch.uint8)
        assert images.test_labels.bincount(minlength=10).min() > 100

    def test_the_test_set_alone_is_split_and_said(self, capsys):
        images = data.load_images()
        if len(images.train_labels) == 60_000:
            pytest.skip("the training set is here too")
        assert (len(images.train_labels), len(images.test_labels)) == (8000, 2000)
        assert "8,000/2,000" in capsys.readouterr().out


LMI_DATA = os.environ.get("LMI_DATA", "")
