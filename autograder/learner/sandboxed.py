"""The learner's modules in a guest: one submission, its limits, and what of a guest's answer can be believed."""

from __future__ import annotations

import builtins
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autograder.learner.seam import KIT, PACKAGE, LearnerError, Tensors, a_stub
from autograder.sandbox import SAID, cut, lacking, protocol

if TYPE_CHECKING:
    from autograder.sandbox import Guest, Sandbox


class Sandboxed:
    """Calls a guest that holds one submission; starts a new one when a call had to be killed.

    What once ran out of time is not called again. `seconds` counts the time that the submission's code has used;
    `killed` says whether a guest was ended by a signal that it or anybody may have sent, `guests` how many there were.
    With `untouched` all that is tested is known to be stubs, and none is needed to say so.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        files: dict[str, str],
        limits: dict[str, float],
        preload: Iterable[str] = (),
        untouched: bool = False,
    ):
        self._sandbox, self._files, self._limits, self._preload = sandbox, files, limits, preload
        self._untouched = untouched
        self._guest: Guest | None = None
        self.guests = 0
        self._slow: dict[str, str] = {}
        self._stubs: dict[tuple[str, ...], bool] = {}
        self.seconds, self.killed = 0.0, False

    def send(self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int) -> tuple[Any, Tensors]:
        __tracebackhide__ = True
        name = ".".join([str(target.get("module", "")), *target["names"]])
        if name in self._slow and "module" in target:
            raise LearnerError("timeout", f"{self._slow[name]} when it was called before, so it is not called again")
        answer, back = self._ask({"op": op, "target": target, "arguments": arguments, "seed": seed}, tensors, name)
        sys.stdout.write(_clean(answer.get("printed"), int(self._limits["output_kb"] * 1024) + SAID, PRINTED_LINES))
        if "error" in answer:
            error = _learner_error(answer["error"], self._files)
            raise (self._not_handed_in(target) if error.kind == "missing" else None) or error
        if "value" not in answer:
            raise LearnerError("protocol", "the guest's answer holds no value")
        return answer["value"], back

    def foreseen(self, module: str, names: Sequence[str]) -> LearnerError | None:
        """As a Transport does; whether a function is a stub is asked of the guest, once, if its module may hold one."""
        target = {"module": module, "names": list(names)}
        if error := self._not_handed_in(target):
            return error
        if self._untouched:
            return a_stub(module, names)
        if "NotImplementedError" not in self._files.get(f"{module.replace('.', '/')}.py", ""):
            return None  # whoever has written it all is not asked
        key = (module, *names)
        if key not in self._stubs:
            self._stubs[key] = False  # unless the guest says so; of anything else a call will say what is wrong
            with suppress(LearnerError):
                self._stubs[key] = self.send("only_raises", target, None, {}, 0)[0] is True
        return a_stub(module, names) if self._stubs[key] else None

    def _not_handed_in(self, target: dict[str, Any]) -> LearnerError | None:
        """The error for a module that the submission does not have; None when it has it, or it is none of a step's.

        `where` is the function that was asked for, or None when nothing of the step was handed in.
        """
        folder, _, module = str(target.get("module", KIT)).partition(".")
        path = f"{folder}/{module.replace('.', '/')}"
        if folder == KIT or any(name == f"{path}.py" or name.startswith(f"{path}/") for name in self._files):
            return None
        if not any(name.startswith(f"{folder}/") and not name.endswith("/__init__.py") for name in self._files):
            return LearnerError("not_handed_in", f"nothing of {folder} was handed in")
        where = {"file": f"{PACKAGE}/{path}.py", "function": ".".join(target["names"])}
        return LearnerError("not_handed_in", f"{path.rpartition('/')[2]}.py was not handed in", where=where)

    def _ask(self, message: dict[str, Any], tensors: Tensors, name: str) -> tuple[dict[str, Any], Tensors]:
        from autograder.sandbox import GuestGone, SandboxUnavailable

        started = time.monotonic()
        left = self._limits["submission_seconds"] - self.seconds
        if left <= 0:
            raise LearnerError("timeout", f"the submission has used up its {self._limits['submission_seconds']:.0f} s")
        seconds = min(self._limits["call_seconds"], left)
        try:
            if self._guest is None:
                self.guests += 1
                self._guest = self._sandbox.open(self._files, self._limits, self.guests, self._preload)
            return self._guest.request(message, tensors, seconds)
        except GuestGone as gone:
            self._guest = None
            self.killed |= gone.killed
            if gone.kind == "timeout":
                self._slow[name] = str(gone)
            raise LearnerError(gone.kind, str(gone)) from None
        except OSError as error:  # of the zygote's channel: what a guest does to its own is a GuestGone
            raise SandboxUnavailable(f"the sandbox has ended ({error})") from None
        except BaseException:  # the test ran out of memory or time meanwhile: an answer may be half read
            self.close()
            raise
        finally:
            self.seconds += time.monotonic() - started

    def close(self) -> None:
        if self._guest is not None:
            from autograder.sandbox import SandboxUnavailable

            with suppress(OSError, SandboxUnavailable):  # the sandbox may have ended before it
                self._guest.close()
            self._guest = None


PRINTED_LINES = 10_000  # of one call
FUNCTION = re.compile(r"<?\w{1,100}>?")  # as tracebacks name them: `f`, `<lambda>`
KINDS = {"error", "out_of_memory", "not_started", "missing", "import"}  # what a guest may call its failure


def _learner_error(error: Any, files: Mapping[str, str]) -> LearnerError:
    if not isinstance(error, dict):
        raise LearnerError("protocol", "the guest's answer is malformed")
    type_name = error.get("type")  # the nearest built-in class: a name of its own could tell hidden inputs
    if not isinstance(type_name, str) or not isinstance(getattr(builtins, type_name, None), type):
        type_name = "Exception"
    kind, where = error.get("kind"), _place(error.get("where"), type_name, files)
    message, trace = (
        _clean(error.get("message"), *protocol.MESSAGE),
        _clean(error.get("traceback"), *protocol.TRACEBACK),
    )
    return LearnerError(kind if isinstance(kind, str) and kind in KINDS else "error", message, type_name, trace, where)


def _place(where: Any, type_name: str, files: Mapping[str, str]) -> dict[str, Any] | None:
    """Where a guest says that something happened, if that place is in the submission: it could say anything.

    `lacks` is what the line needs and grading has not, in a sentence, or "".
    """
    if not isinstance(where, dict):
        return None
    file, line, function = (where.get(key) for key in ("file", "line", "function"))
    text = files.get(file.removeprefix(f"{PACKAGE}/")) if isinstance(file, str) else None
    if text is None or type(line) is not int or not 1 <= line <= text.count("\n") + 1:
        return None
    function = function if isinstance(function, str) and FUNCTION.fullmatch(function) else ""
    return {"file": file, "line": line, "function": function, "lacks": lacking.lacks(text, line, type_name)}


def _clean(text: Any, longest: int, lines: int) -> str:
    """A guest's text, cut here whatever the guest has done, without halves of characters."""
    return cut(text, longest, lines).encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else ""
