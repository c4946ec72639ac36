"""Step 04, live: recovery and faithfulness are those of the reference; a circuit is clicked and dragged together."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from exercises.kit.language_model import load_language_model
from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS
from reference.step04_ioi import ablation, attribution, patching, prompts
from tests.engine.live.asking import ask, assert_agrees, until

STEP = "step04/index.html"
FILLED = [f.replace("{place}", p).replace("{thing}", t) for f, p, t in zip(FRAMES, PLACES, THINGS, strict=False)]
POSITIONS = {
    "resid_pre": patching.patch_residual_stream,
    "attn_out": patching.patch_attention_out,
    "mlp_out": patching.patch_mlp_out,
}


@pytest.fixture(scope="module")
def model() -> Any:
    return load_language_model()


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("frame", "io", "s", "order", "how"),
    [
        (0, "Mary", "John", "ABBA", "swap_s2"),
        (3, "Anna", "Tom", "BABA", "swap_names"),
        (5, "Dan", "Kate", "ABBA", "swap_s2"),
    ],
)
def test_recovery_is_that_of_the_reference(
    page: Any, model: Any, frame: int, io: str, s: str, order: str, how: str
) -> None:
    given = prompts.make_prompts(model, [FILLED[frame]], [(io, s)], [order])
    corrupted = prompts.corrupt_prompts(*given, how)
    pair = ask(page, "experiment.makePair", {"frame": frame, "io": io, "s": s, "order": order, "how": how})
    assert pair["clean"] == given.tokens[0].tolist() and pair["corrupted"] == corrupted[0].tolist()
    assert pair["answers"] == given.answers[0].tolist()
    assert {role: int(place) for place, role in pair["roles"].items()} == {
        role: int(given.positions[role]) for role in ("IO", "S1", "S2", "END")
    }
    runs = given.tokens, corrupted, given.answers
    for what, patch in POSITIONS.items():
        said = ask(page, "experiment.compute", pair | {"what": what})
        assert_agrees(said["positions"], patch(model, *runs))
        assert_agrees(said["heads"], patching.patch_heads(model, *runs))
    for role in ("S2", "END"):
        said = ask(page, "experiment.compute", pair | {"at": int(given.positions[role])})
        assert_agrees(said["heads"], patching.patch_heads(model, *runs, given.positions[role]))
    assert_agrees([said["clean"]], attribution.logit_difference(model(given.tokens), given.answers))
    logits = torch.tensor(said["logits"])
    assert_agrees((logits - logits.mean()).tolist(), model(given.tokens)[0, -1])  # the reference's are centred


@pytest.mark.slow
def test_faithfulness_is_that_of_the_reference_on_the_notebooks_sentences(page: Any, model: Any) -> None:
    draw = random.Random(0)
    people = [draw.sample(NAMES, 3) for _ in range(48)]
    frames = torch.arange(48) // 8
    texts, orders, names = [FILLED[i] for i in frames], ["ABBA", "BABA"] * 24, [(io, s) for io, s, _ in people]
    given = prompts.make_prompts(model, texts, names, orders)
    control = prompts.make_prompts(model, texts, names, orders, [third for *_, third in people])
    assert ask(page, "() => experiment.judged.map(({ tokens }) => tokens)") == given.tokens.tolist()
    assert ask(page, "() => experiment.judged.map(({ control }) => control)") == control.tokens.tolist()
    means = ablation.template_means(model, control.tokens, frames)
    for circuit in ([], ["2.2", "3.1", "3.3"], ["0.1", "2.2", "3.3", "1.0"]):
        keep = torch.zeros(4, 4, dtype=torch.bool)
        for head in circuit:
            keep[tuple(map(int, head.split(".")))] = True
        expected = ablation.faithfulness(model, given.tokens, given.answers, frames, means, keep)
        said = ask(page, "experiment.faithfulness", circuit)
        assert_agrees([said["score"], said["model"], said["ratio"]], torch.tensor(expected))


@pytest.mark.slow
def test_a_cell_is_patched_by_a_click_and_by_keyboard(page: Any) -> None:
    page.click("#places tbody tr:nth-child(4) td:last-child button")
    until(page, "document.getElementById('places-said').textContent.includes('recovery')")
    assert "(END)" in page.inner_text("#places-said")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    until(page, "experiment.now().patched[0] === 2")
    assert "places=3.14+2.14" in page.evaluate("location.hash")


@pytest.mark.slow
def test_a_full_map_shows_what_was_computed(page: Any) -> None:
    page.click("#fill-heads")
    until(page, "experiment.now().patched[1] === 16")
    said = ask(page, "() => experiment.compute(experiment.makePair({}))")["heads"]
    until(page, "document.querySelectorAll('#heads button:not(:empty)').length === 16")
    shown = page.evaluate("Array.from(document.querySelectorAll('#heads button'), (one) => one.textContent)")
    assert_agrees([float(text.replace("−", "-")) for text in shown], torch.tensor(said), within=0.0051)


@pytest.mark.slow
def test_heads_that_are_dragged_over_become_the_circuit(page: Any) -> None:
    page.locator("#circuit").scroll_into_view_if_needed()
    boxes = [page.locator(f"#circuit button >> nth={i}").bounding_box() for i in (8, 11)]
    page.mouse.move(boxes[0]["x"] + 5, boxes[0]["y"] + 5)
    page.mouse.down()
    page.mouse.move(boxes[1]["x"] + 5, boxes[1]["y"] + 5, steps=12)
    page.mouse.up()
    assert page.evaluate("experiment.now().circuit") == ["2.0", "2.1", "2.2", "2.3"]
    page.focus("#circuit button")
    page.keyboard.press(" ")
    until(page, "document.getElementById('faithful').textContent.startsWith('These 5 heads')")
    assert "circuit=0.0+2.0+2.1+2.2+2.3" in page.evaluate("location.hash")


@pytest.mark.slow
def test_a_link_shows_what_its_sender_saw(visit: Any) -> None:
    page = visit(
        f"{STEP}#frame=3&io=Anna&s=Tom&order=BABA&how=swap_names&what=attn_out&at=END&places=all&heads=2.2&circuit=2.2+3.3"
    )
    until(page, "experiment.now().patched[0] >= 60 && experiment.now().patched[1] === 1")
    assert "Tom and Anna" in page.inner_text("#clean").replace("S1", "").replace("IO", "").replace("  ", " ")
    until(page, "document.getElementById('faithful').textContent.startsWith('These 2 heads')")
