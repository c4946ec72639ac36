"""Formulas are set as MathML that needs no font of its own."""

from __future__ import annotations

import re

import pytest

from autograder.site.maths import mathml

X, INDEX, HAT = '<mi class="letter">x</mi>', '<mi class="letter">i</mi>', '<mi class="letter">x\u0302</mi>'
SET = {
    "x": X,
    "x_i": f"<msub>{X}{INDEX}</msub>",
    r"\hat{x}": f"<mrow>{HAT}</mrow>",
    r"\hat{x}_i^2": f"<msup><msub>{HAT}{INDEX}</msub><mn>2</mn></msup>",
    r"\hat{x}_i": f"<msub>{HAT}{INDEX}</msub>",
    r"\mathrm{ReLU}": "<mi>ReLU</mi>",
    r"\frac{1}{x}": f"<mfrac><mn>1</mn>{X}</mfrac>",
    r"\text{a }x": f"<mtext>a\u00a0</mtext>{X}",
    r"\mathbb{E}": "<mi>𝔼</mi>",
}


@pytest.mark.parametrize("tex", SET)
@pytest.mark.parametrize("block", [True, False])
def test_a_formula_is_set(tex: str, block: bool) -> None:
    found = re.fullmatch(r"<math [^>]*>(.*)</math>", mathml(tex, block=block))
    assert found is not None and found[1] == SET[tex]


def test_a_sum_keeps_its_index_below() -> None:
    assert "<munder><mo" in mathml(r"\sum_i x", block=True)


def test_what_cannot_be_set_is_said() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        mathml(r"\nonsense", block=False)
