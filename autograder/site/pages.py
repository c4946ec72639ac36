"""The sources of the site's pages: the course's own texts, in the same folders, and pages made from its manifests."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import NamedTuple

from autograder.course import CONFIGS, Course, Step, about_course
from autograder.release import colab_address, learners_readme
from autograder.site.glossary import glossary
from autograder.site.links import Links
from autograder.site.live import Experiment, experiments, illuminated
from autograder.site.notebooks import executed, has_outputs, page_of, read_notebook
from autograder.site.tasks import all_exercises, called, count, hours, label, module_label, step_exercises
from autograder.study import LIVE
from autograder.submission import LESSON

README = "README.md"


class Wanted(NamedTuple):
    """What a site may have besides. `repository`: where learners find their copy, on GitHub."""

    execute: bool = False
    staff: bool = False
    repository: str | None = None


@dataclass
class Written:
    """What else a site needs (path in it → file), and what its author should mend."""

    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def write_sources(course: Course, place: Path, wanted: Wanted) -> Written:
    """Writes the pages' sources to `place`. Raises ReleaseError, NotebookError or LiveError where one cannot be had."""
    return _Sources(course, place, wanted).write()


class _Sources:
    def __init__(self, course: Course, place: Path, wanted: Wanted) -> None:
        self.course, self.place, self.wanted = course, place, wanted
        self.between = sorted(file.name for file in (course.root / "exercises").glob("*.md") if file.name != README)
        self.guide = sorted(file.name for file in (course.root / CONFIGS).glob("*.md")) if wanted.staff else []
        self.live = {experiment.folder: experiment for experiment in experiments(course)}
        folders = (*(f"exercises/{step.folder}/" for step in course.steps), *((f"{CONFIGS}/",) if wanted.staff else ()))
        self.links = Links(course.root, self._pages(), folders, self._names())
        self.written = Written()

    def _pages(self) -> dict[str, str]:
        """Path in the course → source of its page, or label."""
        pages = {README: "index.md", "exercises": "exercises/index.md"}
        for step in self.course.steps:
            folder = f"exercises/{step.folder}"
            pages |= {folder: f"{folder}/index.md", f"{folder}/{README}": f"{folder}/index.md"}
            if self._notebook(step).is_file():
                pages[f"{folder}/{LESSON}"] = f"{folder}/{LESSON}"
            pages |= {f"{folder}/{module}.py": f"#{module_label(step, module)}" for module in step.modules}
        pages |= {f"exercises/{name}": f"exercises/{name}" for name in self.between}
        pages |= {f"{CONFIGS}/{name}": f"{CONFIGS}/{'index.md' if name == README else name}" for name in self.guide}
        return pages

    def _names(self) -> dict[str, dict[str, str]]:
        """Lesson and notebook of each step → names of its modules and exercises → where their tasks are."""
        names: dict[str, dict[str, str]] = {}
        for step in self.course.steps:
            tasks = {exercise.target: f"#{label(exercise)}" for exercise in step.exercises}
            tasks |= {exercise.name: f"#{label(exercise)}" for exercise in step.exercises}
            tasks |= {f"{module}.py": f"#{module_label(step, module)}" for module in step.modules}
            names |= {f"exercises/{step.folder}/{name}": tasks for name in (README, LESSON)}
        return names

    def write(self) -> Written:
        texts = [(step, self._text(self.course.exercises_folder(step) / README)) for step in self.course.steps]
        for step, text in texts:
            self._step(step, text)
        self._put("exercises/index.md", all_exercises(self.course))
        for name in self.between:
            self._put(f"exercises/{name}", self._mended(f"exercises/{name}"))
        words = glossary(texts)
        if words:
            self._put("glossary.md", words)
        if self.live:
            self._put(f"{LIVE}.md", self._experiments())
        for name in self.guide:
            self._put(self.links.pages[f"{CONFIGS}/{name}"], self._mended(f"{CONFIGS}/{name}"))
        self._put("index.md", self._home(bool(words)))
        for name in self.links.pictures:
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.course.root / name, self.place / name)
        self.written.problems += self.links.problems
        return self.written

    # ------------------------------------------------------------ the home page

    def _home(self, words: bool) -> str:
        course = self.course
        first = course.steps[0]
        get = f' <a href="{escape(self.wanted.repository)}">Get the course</a>' if self.wanted.repository else ""
        begin = f'<a href="exercises/{first.folder}/index.html">Begin: {escape(first.title)}</a>'
        play = f' <a href="{LIVE}.html">Play in your browser, nothing to install</a>' if self.live else ""
        cards = "\n".join(self._card(step) for step in course.steps)
        also = ["exercises/index.md", *([f"{LIVE}.md"] if self.live else []), *(["glossary.md"] if words else [])]
        also += [f"exercises/{name}" for name in self.between]
        guide = [self.links.pages[f"{CONFIGS}/{name}"] for name in sorted(self.guide, key=lambda n: n != README)]
        return "\n\n".join(
            [
                f"# {course.title}",
                about_course(course.root) or "",
                f'<p class="begin">{begin}{play}{get}</p>',
                f'<ul class="steps">\n{cards}\n</ul>',
                self._readme_sections(),
                _toctree("Steps", [f"exercises/{step.folder}/index.md" for step in course.steps]),
                _toctree("The course", also),
                _toctree("For staff", guide) if guide else "",
            ]
        )

    def _card(self, step: Step) -> str:
        folder = f"exercises/{step.folder}"
        live = self._experiment(step)
        links = [("Lesson", f"{folder}/index.html"), ("Exercises", f"{folder}/exercises.html")]
        links += [("Notebook", f"{folder}/{Path(LESSON).stem}.html")] if self._notebook(step).is_file() else []
        links += [("Live", f"{LIVE}/{live.folder}/index.html")] if live else []
        return (
            f'<li><p class="step-number">{called(step)}</p>'
            f'<p class="step-title"><a href="{folder}/index.html">{escape(step.title)}</a></p>'
            f"<p>{escape(step.idea)}</p>"
            f'<p class="step-facts">{count(step.exercises)} · {hours(step.exercises)}</p>'
            f'<p class="step-links">{_links(links)}</p></li>'
        )

    def _readme_sections(self) -> str:
        found = re.search(r"(?ms)^## .*", learners_readme(self.course))
        return self.links.mend(found[0], README) if found else ""

    # ------------------------------------------------------------ a step

    def _step(self, step: Step, text: str) -> None:
        folder = f"exercises/{step.folder}"
        text = text or f"# {called(step)}: {step.title}\n\n{step.idea}\n"
        title, line_end, rest = self.links.mend(text, f"{folder}/{README}").lstrip().partition("\n")
        notebook = self._notebook(step).is_file()
        live = self._experiment(step)
        links = [("Exercises", "exercises.html")]
        links += [("Notebook", f"{Path(LESSON).stem}.html")] if notebook else []
        links += [("Live", f"../live/{live.folder}/index.html")] if live else []
        facts = f'<p class="step-facts">{count(step.exercises)} · {hours(step.exercises)} · {_links(links)}</p>'
        below = ["Exercises <exercises>", *([f"Notebook <{Path(LESSON).stem}>"] if notebook else [])]
        self._put(f"{folder}/index.md", f"{title}{line_end}\n{facts}\n\n{rest}\n\n{_toctree('', below)}")
        self._put(f"{folder}/exercises.md", step_exercises(self.course, step))
        if notebook:
            self._put(f"{folder}/{LESSON}", self._notebook_page(step))

    def _notebook_page(self, step: Step) -> str:
        name = f"exercises/{step.folder}/{LESSON}"
        file = self.course.root / name
        self.written.files[name] = file
        notebook = executed(self.course, step, file) if self.wanted.execute else read_notebook(file)
        outputs = (
            "The outputs are those that the solutions give."
            if self.wanted.execute
            else "The outputs are those that the file holds."
            if has_outputs(notebook)
            else "It is shown without outputs: they come from the functions that you write."
        )
        colab = ""
        if self.wanted.repository:
            address = colab_address(self.wanted.repository, name)
            colab = f', <a href="{escape(address)}">open it in Colab</a>'
        note = (
            f'<div class="step-note"><p><a href="{LESSON}" download>Download this notebook</a>{colab}, or '
            f"in your copy of the course run <code>jupyter lab {escape(name)}</code>. {outputs}</p></div>"
        )
        return json.dumps(page_of(notebook, name, self.links, note))

    def _notebook(self, step: Step) -> Path:
        return self.course.exercises_folder(step) / LESSON

    # ------------------------------------------------------------ live experiments

    def _experiment(self, step: Step) -> Experiment | None:
        """The experiment of a step: in the folder `stepNN`, or one that is about an exercise of the step."""
        own = [one for one in self.live.values() if (one.exercise or "").startswith(f"{step.id}.")]
        return self.live.get(f"step{step.id}") or next(iter(own), None)

    def _experiments(self) -> str:
        parts = ["# Live experiments", "Everything is computed in your browser; nothing is sent anywhere."]
        for one in self.live.values():
            tries = "\n".join(f"- {escape(text, quote=False)}" for text in one.tries)
            parts += [
                f'## <a href="live/{one.folder}/index.html">{escape(one.title)}</a>',
                escape(one.sentence, quote=False),
                f"What to try:\n\n{tries}" if tries else "",
                f'<p class="step-links"><a href="live/{one.folder}/index.html">Open it</a>{self._about(one)}</p>',
            ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _about(self, experiment: Experiment) -> str:
        """The exercise that an experiment shows at work; nothing when it names none that there is."""
        if not (found := illuminated(self.course, experiment)):
            return ""
        exercise, place = found
        return f' · you will write it in <a href="{place}">{escape(exercise.title)}</a>'

    # ------------------------------------------------------------ files

    def _text(self, file: Path) -> str:
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def _mended(self, name: str) -> str:
        return self.links.mend(self._text(self.course.root / name), name)

    def _put(self, name: str, text: str) -> None:
        (self.place / name).parent.mkdir(parents=True, exist_ok=True)
        (self.place / name).write_text(text, encoding="utf-8")


def _links(links: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f'<a href="{escape(to)}">{text}</a>' for text, to in links)


def _toctree(caption: str, pages: Iterable[str]) -> str:
    """What the sidebar shows; nothing of it on the page itself."""
    options = [":hidden:", ":titlesonly:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["```{toctree}", *options, "", *(page.removesuffix(".md") for page in pages), "```"])
