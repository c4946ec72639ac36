"""`lmi live`: the course's experiments in the browser, served to this machine alone; their data lies in `.lmi/live`."""

from __future__ import annotations

from autograder.course import Course
from autograder.study.console import make_console
from autograder.study.experiments import LiveError, steps_with_one
from autograder.words import could_not


def live(course: Course, step: str | None, port: int) -> int:
    """Serve the experiment of one step, or all of them, until Ctrl-C. Returns the exit status."""
    from autograder.study.serving import ADDRESS, served  # other commands need no server

    try:
        steps = steps_with_one(course) if step is None else [course.step(step).id]
        server = served(course, course.root / ".lmi" / "live", steps, port)
    except (LiveError, OSError) as problem:
        return could_not(str(problem))
    page = f"live/step{steps[0]}/" if step else "live/"
    make_console().print(f"http://{ADDRESS}:{server.server_port}/{page}   (this machine only; Ctrl-C ends it)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
