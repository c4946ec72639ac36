"""The course in the browser: lessons, exercises, notebooks and live experiments as a folder of static pages.

In comes a course, with solutions or a learners' release of it; out goes a folder that any web server, or none, can
show. Pages are made from `exercises/` and `grading_configs/` each time and kept nowhere else; Sphinx sets them. Nothing
is loaded from another host, and what would give an answer away is not written.
"""

from __future__ import annotations

from autograder.site.build import SiteError, build_site
from autograder.site.check import broken

__all__ = ["SiteError", "broken", "build_site"]
