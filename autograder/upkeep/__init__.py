"""The course checks and makes itself: selfcheck, banks of known submissions, stubs, figures, the sample class.

In comes a course with solutions; out go findings, and the files that are made from others. What is proved here is
proved by grading, exactly as staff grade. Nothing here is needed to grade or to learn.
"""

from __future__ import annotations

from autograder.upkeep.figures import Gallery, draw_figures, figure_problems, galleries
from autograder.upkeep.judged import read_judged
from autograder.upkeep.known_mutations import draw_mutations
from autograder.upkeep.measured import equivalent, report_text
from autograder.upkeep.mistakes import draw_mistakes, mistakes_alike, solve, stale_mistakes, write_mistakes
from autograder.upkeep.names import NamingError, name_mistake
from autograder.upkeep.samples import SampleError, write_samples
from autograder.upkeep.sampling import LONGEST, Sample, choose
from autograder.upkeep.selfcheck import selfcheck
from autograder.upkeep.share import Share, ShareError
from autograder.upkeep.stub_files import stale_stubs, write_stubs
from autograder.upkeep.tried import Tried, try_all

__all__ = [
    "Gallery",
    "LONGEST",
    "NamingError",
    "Sample",
    "SampleError",
    "Share",
    "ShareError",
    "Tried",
    "choose",
    "draw_figures",
    "draw_mistakes",
    "draw_mutations",
    "equivalent",
    "figure_problems",
    "galleries",
    "mistakes_alike",
    "name_mistake",
    "read_judged",
    "report_text",
    "selfcheck",
    "solve",
    "stale_mistakes",
    "stale_stubs",
    "try_all",
    "write_mistakes",
    "write_samples",
    "write_stubs",
]
