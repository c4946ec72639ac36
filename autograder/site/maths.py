"""A Sphinx extension: formulas as MathML, made when the site is built, so that no script has to set them."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml

MATHML = "http://www.w3.org/1998/Math/MathML"
ACCENTS = {"ˆ": "\u0302", "^": "\u0302", "¯": "\u0304", "‾": "\u0304", "˜": "\u0303", "~": "\u0303", "˙": "\u0307"}
_OF_HTML = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z]+;")  # entities that XML does not know
_LETTER = re.compile("[A-Za-zΑ-ω]")
LETTER = {"class": "letter"}  # set in italics by site.css, for few machines have a font of mathematical letters
BESIDE = {"munder": "msub", "mover": "msup", "munderover": "msubsup"}


def mathml(tex: str, *, block: bool) -> str:
    """A formula in TeX as MathML. Raises ValueError, naming what cannot be set."""
    try:
        written = tex2mathml(tex, as_block=block)
    except MathError as error:
        raise ValueError(" ".join(str(error).split())) from None
    tree = ElementTree.fromstring(_OF_HTML.sub(lambda found: html.unescape(found[0]), written))
    _tidy(tree)
    ElementTree.register_namespace("", MATHML)
    return ElementTree.tostring(tree, encoding="unicode")


def _tidy(element: ElementTree.Element) -> None:
    """Accents become part of their letter, which any font can show; an index of such a letter stands beside it."""
    for child in element:
        _tidy(child)
    kind, inner = _kind(element), list(element)
    element.tail = None
    if inner:
        element.text = None
    if kind == "mi" and _LETTER.fullmatch(element.text or "") and not element.get("mathvariant"):
        element.attrib.update(LETTER)
    elif kind in BESIDE and inner[0].get("class"):
        over = inner[-1].text or ""
        if kind != "munder" and over in ACCENTS:
            inner[0].text = unicodedata.normalize("NFC", f"{inner[0].text}{ACCENTS[over]}")
            element.remove(inner[-1])
            kind = "munder" if kind == "munderover" else "mrow"
        element.attrib.pop("accent", None)
        element.tag = f"{{{MATHML}}}{BESIDE.get(kind, kind)}"


def _kind(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this: `html_math_renderer = "mathml"` then means the two below."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(_set(node, block=False))
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="math-wrapper" tabindex="0">{_set(node, block=True)}</div>\n')
    raise nodes.SkipNode


def _set(node: nodes.Element, *, block: bool) -> str:
    from sphinx.util import logging

    try:
        return mathml(node.astext(), block=block)
    except ValueError as error:
        logging.getLogger(__name__).warning("a formula cannot be set: %s", error, location=node)
        return f"<code>{html.escape(node.astext())}</code>"
