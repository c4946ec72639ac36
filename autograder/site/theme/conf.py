"""How Sphinx sets the pages: Markdown and notebooks by MyST-NB, the theme Furo, formulas as MathML.

Everything that a page loads is in the site: no script, style, font or picture comes from another host.
"""

import os
import sys
from typing import Any

# jsonschema would compile a grammar for addresses, seconds of work, which no notebook needs: it does without
modules: dict[str, Any] = sys.modules
modules.setdefault("rfc3987_syntax", None)

project = html_title = os.environ.get("LMI_SITE_TITLE", "A course")
version = release = os.environ.get("LMI_SITE_VERSION", "")
language = "en"

extensions = ["myst_nb", "autograder.site.maths"]
myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_space = False  # as GitHub and Jupyter read $: "$5 and $6" is money
myst_dmath_allow_digits = False
myst_heading_anchors = 4
nb_execution_mode = "off"  # `lmi site --execute` has run them already
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_code_prompt_show = "Show this cell"
nb_code_prompt_hide = "Hide this cell"
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
smartquotes = False
html_math_renderer = "mathml"

html_theme = "furo"
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#0b5c8a",
        "color-brand-content": "#0b5c8a",
        "color-code-background": "#f5f7f9",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc4f0",
        "color-brand-content": "#7cc4f0",
        "color-code-background": "#1d2126",
    },
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = "static/icon.svg"
html_copy_source = html_show_sourcelink = False
html_use_index = html_domain_indices = False
html_show_copyright = False
pygments_style = "github-light-high-contrast"
pygments_dark_style = "github-dark"
