"""An exercise is begun when its name is bound otherwise than the course gave it out, however that is written."""

from __future__ import annotations

import pytest

from autograder.course import Course, stub_texts
from autograder.submission.written import source_text, still_stubs, untouched
from tests.engine.submission.handing_in import SUMS

STUB = 'def double(x):\n    raise NotImplementedError("Add x to itself")\n'
BEGUN = [
    "double = lambda x: 2 * x",
    "double: object = lambda x: 2 * x",
    "from .mine import double",
    "from mine import twice as double",
    STUB + "double = twice",
    "double, other = make()",
    "if True:\n    def double(x):\n        return 2 * x",
    "try:\n    from fast import double\nexcept ImportError:\n    def double(x):\n        return 2 * x",
    "with quiet():\n    double = twice",
    "for double in [twice]:\n    pass",
    "async def double(x):\n    return 2 * x",
    "class double:\n    pass",
    "@cache\ndef double(x):\n    return 2 * x",
    "(double := twice)",
    "double = functools.partial(mul, 2)",
]
NOT_BEGUN = [
    "",
    STUB,
    'def double(x, y=None):\n    """Other words."""\n    raise NotImplementedError',
    "def helper():\n    double = 3",
    "class Other:\n    double = 3",
    "print(double)",
]


@pytest.mark.parametrize("source", BEGUN)
def test_a_name_that_is_bound_is_begun(tiny_course: Course, source: str) -> None:
    assert still_stubs(tiny_course, tiny_course.step("00"), {SUMS: source.encode()}) == ["00.total"]


@pytest.mark.parametrize(
    ("source", "begun"),
    [("from .mine import *", True), (STUB + "from .mine import *", True), ("from .m import *\n" + STUB, False)],
)
def test_what_a_star_may_bind_after_the_stub_is_begun(tiny_course: Course, source: str, begun: bool) -> None:
    untouched = still_stubs(tiny_course, tiny_course.step("00"), {SUMS: source.encode()})
    assert ("00.double" not in untouched) == begun


@pytest.mark.parametrize("source", NOT_BEGUN)
def test_what_binds_nothing_is_not_begun(tiny_course: Course, source: str) -> None:
    assert still_stubs(tiny_course, tiny_course.step("00"), {SUMS: source.encode()}) == ["00.double", "00.total"]


def test_a_step_is_untouched_when_all_of_it_is_as_it_was_given_out(tiny_course: Course) -> None:
    step = tiny_course.step("00")
    given = stub_texts(tiny_course, step)["sums.py"].encode()
    as_given = {SUMS: given, "step00_sums/__init__.py": b"", "step01_other/m.py": b"x = 1\n"}
    assert untouched(tiny_course, step, as_given)
    assert untouched(tiny_course, step, {SUMS: given.replace(b"\n", b"\r\n")})
    for files in ({}, {SUMS: given + b"# hm\n"}, as_given | {"step00_sums/more.py": b"def double(x): ...\n"}):
        assert not untouched(tiny_course, step, files)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("# coding: latin-1\nx = 'é'\n".encode("latin-1"), "# coding: latin-1\nx = 'é'\n"),
        ("\ufeffx = 'é'\n".encode(), "x = 'é'\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'\n".encode("cp1252"), None),
        (b"# coding: nonsense\nx = 1\n", "# coding: nonsense\nx = 1\n"),
    ],
)
def test_a_module_is_decoded_as_python_does(data: bytes, text: str | None) -> None:
    assert source_text(data) == (text or "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'\n")
