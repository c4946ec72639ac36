"""Handwritten digits, always 28×28: MNIST when it can be had, scikit-learn's bundled digits otherwise.

`load_images()` chooses and says which; `load_mnist()` and `load_digits()` insist on one of them.
"""

import functools
import gzip
import importlib.util
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int64, UInt8
from torch import Tensor

from .download import cache_folder, fetch
from .idx import ORIGINALS, DataError, find_original, read_original


class Images(NamedTuple):
    """Images and labels for training and testing, and where they came from."""

    train_images: UInt8[Tensor, "train 28 28"]
    train_labels: Int64[Tensor, "train"]
    test_images: UInt8[Tensor, "test 28 28"]
    test_labels: Int64[Tensor, "test"]
    source: str


def load_images(
    n_train: int | None = None, n_test: int | None = None, seed: int = 0, *, download: bool = False
) -> Images:
    """Digits to train and test on, in an order drawn from `seed`, the first `n_train` and `n_test` of each.

    Real MNIST from the folder named by LMI_DATA or the cache, or downloaded when `download` is true; when there is
    none, scikit-learn's digits. Prints one line saying which. Raises DataError when MNIST files are there but damaged,
    and when more images are asked for than there are.
    """
    found = load_mnist(download=download) if download or mnist_folder() else _split_digits()
    order = torch.Generator().manual_seed(seed)
    train = _take("training", n_train, len(found.train_labels), order)
    test = _take("test", n_test, len(found.test_labels), order)
    print(f"Using {found.source}: {len(train):,} images to train on, {len(test):,} to test on.")
    return found._replace(
        train_images=found.train_images[train],
        train_labels=found.train_labels[train],
        test_images=found.test_images[test],
        test_labels=found.test_labels[test],
    )


def load_mnist(*, download: bool = False) -> Images:
    """MNIST, in its original order: 60,000 training and 10,000 test images.

    Where only the test file is at hand, its first 8,000 images are for training and its last 2,000 for testing, and
    `source` says so. Raises DataError when there is none, or a file is not what it should be.
    """
    if download and mnist_folder() in (None, cache_folder()):
        for original in ORIGINALS.values():
            fetch(original, cache_folder())
    folder = mnist_folder()
    if folder is None:
        raise DataError(
            f"MNIST is neither in {cache_folder()} nor in a folder named by LMI_DATA.\n"
            f"  expected {ORIGINALS['test_images'].name}.gz and its labels (and the training files)\n"
            "  Call load_images(download=True) once, or set LMI_DATA to a folder that has them in `mnist/`."
        )
    test_images, test_labels = _split_from(folder, "test")
    if find_original(folder, ORIGINALS["train_images"]) is None:
        source = f"MNIST's test images split 8,000/2,000 (no training images in {folder})"
        return Images(test_images[:8000], test_labels[:8000], test_images[8000:], test_labels[8000:], source)
    return Images(*_split_from(folder, "train"), test_images, test_labels, f"MNIST from {folder}")


def load_digits() -> tuple[UInt8[Tensor, "1797 28 28"], Int64[Tensor, "1797"]]:
    """Scikit-learn's handwritten digits (UCI, Alpaydin and Kaynak 1998), brought to MNIST's format.

    Each 8×8 image with 17 grey levels is stretched bilinearly to 20×20 with 256 levels and put in the middle of 28×28.
    """
    images, labels = _digits()
    return images.clone(), labels.clone()


def mnist_folder() -> Path | None:
    """The folder that MNIST would be read from, or None where there is none.

    LMI_DATA/mnist, or LMI_DATA itself, before the cache. Raises DataError when LMI_DATA names no folder.
    """
    folders = [cache_folder()]
    if named := os.environ.get("LMI_DATA"):
        if not Path(named).is_dir():
            raise DataError(f"LMI_DATA is {named!r}, which is not a folder. Set it to one, or unset it.")
        folders = [Path(named) / "mnist", Path(named), *folders]
    for folder in folders:
        if find_original(folder, ORIGINALS["test_images"]):
            return folder
    return None


def _split_from(folder: Path, split: str) -> tuple[Tensor, Tensor]:
    arrays = []
    for what in (f"{split}_images", f"{split}_labels"):
        path = find_original(folder, ORIGINALS[what])
        if path is None:
            raise DataError(
                f"{folder} has only part of MNIST's {split} set.\n"
                f"  expected {ORIGINALS[what].name}.gz beside the rest\n"
                "  found none\n  Put it there, or take the folder's other MNIST files away."
            )
        arrays.append(read_original(path, ORIGINALS[what]))
    images, labels = arrays
    return torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64))


def _split_digits() -> Images:
    images, labels = load_digits()
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))  # the file is sorted by writer
    images, labels = images[order], labels[order]
    return Images(images[:1437], labels[:1437], images[1437:], labels[1437:], "scikit-learn's digits (not MNIST)")


def _take(what: str, wanted: int | None, available: int, generator: torch.Generator) -> Tensor:
    if wanted is not None and not 0 < wanted <= available:
        raise DataError(f"Asked for {wanted:,} {what} images; expected 1 to {available:,}, as many as there are.")
    return torch.randperm(available, generator=generator)[:wanted]


@functools.cache
def _digits() -> tuple[Tensor, Tensor]:
    table = _digits_table()
    small, labels = table[:, :64].reshape(-1, 8, 8), table[:, 64]
    stretch = _bilinear(8, 20)  # whole tenths, so that every machine rounds alike
    levels = 16 * 10 * 10  # 16 grey levels, tenths along both axes
    images = np.zeros((len(small), 28, 28), dtype=np.uint8)
    images[:, 4:24, 4:24] = (stretch @ small @ stretch.T * 255 + levels // 2) // levels
    return torch.from_numpy(images), torch.from_numpy(labels.copy())


def _digits_table() -> np.ndarray:
    """64 pixels and a label in each row, from the installed scikit-learn, without its slow import."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("The bundled digits come with scikit-learn, which is not installed: pip install scikit-learn")
    path = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            table = np.loadtxt(file, delimiter=",").astype(np.int64)
    except (OSError, EOFError, ValueError) as problem:
        raise DataError(f"{path} cannot be read ({problem}). Reinstall scikit-learn.") from None
    if table.shape != (1797, 65) or not (table.min() >= 0 and table.max() <= 16):
        raise DataError(
            f"{path} is not the digits file.\n  expected 1797 rows of 65 numbers from 0 to 16\n"
            f"  found shape {table.shape}\n  Reinstall scikit-learn."
        )
    return table


def _bilinear(small: int, large: int) -> np.ndarray:
    """[large, small] interpolation weights in tenths; each row sums to 10, edges are repeated."""
    weights = np.zeros((large, small), dtype=np.int64)
    for row in range(large):
        tenths = (2 * row + 1) * 5 * small // large - 5  # where this pixel's centre falls among the small pixels
        left, share = divmod(tenths, 10)
        weights[row, max(left, 0)] += 10 - share
        weights[row, min(left + 1, small - 1)] += share
    return weights
