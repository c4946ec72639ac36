"""A Sphinx extension: formulas as MathML, made when the site is built, so that no script has to set them."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml


def mathml(tex: str, *, block: bool) -> str:
    """A formula in TeX as MathML. Raises ValueError, naming what cannot be set."""
    try:
        return str(tex2mathml(tex, as_block=block))
    except MathError as error:
        raise ValueError(" ".join(str(error).split())) from None


def setup(app: Any) -> dict[str, bool]:
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

    tex = node.astext()
    try:
        return mathml(tex, block=block)
    except ValueError as error:
        logging.getLogger(__name__).warning("a formula cannot be set: %s", error, location=node)
        return f"<code>{nodes.unescape(tex).replace('&', '&amp;').replace('<', '&lt;')}</code>"
