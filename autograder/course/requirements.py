"""Which exercise needs which: names that exist, no circles, prerequisites first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.course.model import Problem, did_you_mean
from autograder.course.toml_lines import KeyPath, Manifest


def qualified(name: str, step: str) -> str:
    """`logits` in step `00` is `00.logits`."""
    return name if "." in name else f"{step}.{name}"


def check_requires(manifests: Mapping[str, Manifest]) -> Iterator[Problem]:
    """Mistakes in every `requires`. Tests run in the manifests' order, so what is required must come first."""
    needs: dict[str, list[str]] = {}
    where: dict[str, tuple[Manifest, KeyPath]] = {}
    for step, manifest in manifests.items():
        for number, entry in enumerate(manifest.data.get("exercise") or []):
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                continue
            id = qualified(entry["id"], step)
            listed = entry.get("requires")
            needs[id] = [qualified(str(name), step) for name in listed] if isinstance(listed, list) else []
            where[id] = (manifest, ("exercise", number, "requires"))
    order = {id: place for place, id in enumerate(needs)}
    circles = list(_circles(needs))
    for id, required in needs.items():
        manifest, at = where[id]
        for name in required:
            if name not in order:
                hint = did_you_mean(name, order) or ": correct it or take it out"
                yield manifest.problem(at, f"{id} requires {name}, which is no exercise{hint}")
            elif order[name] > order[id] and not any({id, name} <= set(circle) for circle in circles):
                yield manifest.problem(at, f"{id} requires {name}, which comes later: put {name} before {id}")
    for circle in circles:
        manifest, at = where[circle[0]]
        path = " → ".join([*circle, circle[0]])
        yield manifest.problem(at, f"exercises require each other in a circle ({path}): take one `requires` out")


def _circles(needs: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Each circle once, found by walking what each exercise requires."""
    done: set[str] = set()

    def walk(id: str, path: list[str]) -> Iterator[list[str]]:
        if id in path:
            yield path[path.index(id) :]
        elif id in needs and id not in done:
            for name in needs[id]:
                yield from walk(name, [*path, id])
            done.add(id)

    for id in needs:
        yield from walk(id, [])
