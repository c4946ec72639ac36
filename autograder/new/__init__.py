"""What an author begins with: a course of one step, or one more step, that is sound before a line of it is changed.

In come a folder or a course, and names; out go files, made from `scaffold/`, whose files can be read as what they are.
Nothing is written half: what cannot be made whole leaves everything as it was. What is there is never changed, but for
the list of steps in course.toml.
"""

from __future__ import annotations

from autograder.new.commands import new_app

__all__ = ["new_app"]
