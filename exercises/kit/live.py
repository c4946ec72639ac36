"""Data of the live experiments: tensors as a browser reads them, a safetensors file in a gzip file."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Writes float16, float32, uint8 or int32 tensors, by name; the same tensors always give the same file."""
    path.write_bytes(_packed(save({name: tensor.contiguous() for name, tensor in tensors.items()})))


def write_json(path: Path, content: Any) -> None:
    """Writes what JSON can say."""
    path.write_bytes(_packed(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()))


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
