"""Step 00, live: the scores of what is drawn are PyTorch's, and a visitor can draw, move and share."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from exercises.kit.step00.data import load_digits
from exercises.kit.step00.model import load_templates
from reference.step00_mnist_templates import attribution, images, softmax_regression, templates
from tests.engine.live.asking import ask, assert_agrees, until

STEP = "step00/index.html"


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


def ink(count: int = 6) -> torch.Tensor:
    return images.flatten_images(load_digits()[0][:count])


@pytest.mark.slow
def test_a_page_opens_without_complaint(visit: Any) -> None:
    assert visit(STEP).inner_text("h1") == "Ten templates vote on your digit"


@pytest.mark.slow
def test_scores_and_votes_are_those_of_pytorch(page: Any) -> None:
    W, bias = load_templates()
    x = torch.cat([ink(), torch.rand(2, 784, generator=torch.Generator().manual_seed(0))])
    found = ask(page, "(images) => images.map(experiment.compute)", x)
    logits = softmax_regression.logits(x, W, bias)
    for image, z, said in zip(x, logits, found, strict=True):
        assert_agrees(said["logits"], z)
        assert_agrees(said["probabilities"], z.softmax(0))
        assert_agrees(said["contributions"], attribution.pixel_contributions(image, W))


@pytest.mark.slow
def test_templates_are_centred(page: Any) -> None:
    assert_agrees(ask(page, "experiment.templates"), templates.templates(load_templates()[0]))


@pytest.mark.slow
@pytest.mark.parametrize("right", [-9, -1, 0, 4])
def test_a_moved_digit_is_read_as_pytorch_reads_it(page: Any, right: int) -> None:
    pictures, labels = load_digits()
    W, bias = load_templates()
    read = "(images, right) => images.map((x) => experiment.compute(experiment.shifted(x, right, 0)).logits)"
    found = ask(page, read, images.flatten_images(pictures[:20]), right)
    accuracy = (torch.tensor(found).argmax(1) == labels[:20]).float().mean()
    assert accuracy == attribution.shift_accuracy(pictures[:20], labels[:20], W, bias, [right])[0]


def draw(page: Any, *points: tuple[float, float]) -> None:
    box = page.locator("#pad").bounding_box()
    places = [(box["x"] + x / 28 * box["width"], box["y"] + y / 28 * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


@pytest.mark.slow
def test_a_seven_drawn_with_the_mouse_is_read_and_its_link_shows_it_again(visit: Any, page: Any) -> None:
    draw(page, (7, 7), (20, 7), (13, 23))
    until(page, "document.querySelector('#verdict b')?.textContent === '7'")
    again = visit(STEP + page.evaluate("location.hash"))
    until(again, "document.querySelector('#verdict b')?.textContent === '7'")


@pytest.mark.slow
def test_a_one_drawn_with_the_keyboard_is_read(page: Any) -> None:
    page.focus("#pad")
    for key in [*["ArrowUp"] * 8, " ", *["ArrowDown"] * 16, " "]:
        page.keyboard.press(key)
    until(page, "document.querySelector('#verdict b')?.textContent === '1'")


READ = """async () => {
  const wrong = [];
  for (const button of document.querySelectorAll('.digits button')) {
    for (let i = 0; i < 3; i++) {
      button.click();
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      const said = document.querySelector('#verdict b')?.textContent;
      if (said !== button.textContent) wrong.push(`${button.textContent}.${i}: ${said}`);
    }
  }
  return wrong;
}"""


@pytest.mark.slow
def test_every_ready_made_digit_is_read_rightly(visit: Any) -> None:
    assert visit("step00/index.html").evaluate(READ) == []
