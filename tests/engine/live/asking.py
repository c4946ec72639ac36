"""What the tests of all experiments share: numbers to and from a page."""

from __future__ import annotations

import json
import time
from typing import Any

import torch
from torch import Tensor

# Typed arrays become lists; as text, for Playwright takes minutes over many numbers.
_ASK = """async (text) => {
  const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
  return JSON.stringify(await (%s)(...JSON.parse(text)), plain);
}"""


def ask(page: Any, function: str, *inputs: Any) -> Any:
    """What a JavaScript function of the page makes of the inputs: numbers, lists, dicts or tensors."""
    given = [value.tolist() if isinstance(value, Tensor) else value for value in inputs]
    return json.loads(page.evaluate(_ASK % function, json.dumps(given)))


def assert_agrees(found: Any, expected: Tensor, within: float = 1e-4) -> None:
    """The page's numbers are PyTorch's, in the order in which the tensor holds them."""
    torch.testing.assert_close(torch.tensor(found).flatten().float(), expected.flatten().float(), atol=within, rtol=0)


def until(page: Any, expression: str, seconds: float = 20) -> None:
    """Waits until a JavaScript expression holds; the pages' security policy forbids Playwright's own way."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"after {seconds:g} s it was still not so: {expression}"
        page.wait_for_timeout(30)
