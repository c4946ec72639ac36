"""Step 01, live: loss, gradient, Adam and geometry are PyTorch's, and rare features end in a pentagon."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from reference.step01_superposition import geometry, phases, toy_model
from tests.engine.live.asking import ask, assert_agrees, until

STEP = "step01/index.html"


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


@pytest.mark.slow
@pytest.mark.parametrize(("hidden", "features"), [(1, 2), (2, 5), (3, 8)])
def test_loss_gradient_and_geometry_are_those_of_pytorch(page: Any, hidden: int, features: int) -> None:
    generator = torch.Generator().manual_seed(features)
    W = torch.randn(1, hidden, features, generator=generator)
    b = 0.1 * torch.randn(1, features, generator=generator)
    x = torch.rand(64, 1, features, generator=generator)
    importance = 0.8 ** torch.arange(features)[None]
    model = toy_model.ToyModel(W, b)
    loss = toy_model.importance_weighted_loss(x, model(x), importance)
    loss.backward()
    given = {"hidden": hidden, "features": features, "W": W.flatten().tolist(), "b": b.flatten().tolist()}
    said = ask(
        page,
        "(model, x, importance) => experiment.compute({ model, x: Float64Array.from(x), importance })",
        given,
        x.flatten(),
        importance[0],
    )
    assert_agrees(said["loss"], loss.detach())
    assert_agrees(said["dW"], model.W.grad)
    assert_agrees(said["db"], model.b.grad)
    assert_agrees(said["represented"], geometry.represented(W))
    assert_agrees(said["gram"], W[0].T @ W[0])
    assert_agrees(said["D"], geometry.feature_dimensionality(W))
    if hidden == 2:
        assert_agrees(sorted(said["gaps"]), geometry.pentagon_test(W[0]).gaps)


@pytest.mark.slow
def test_adam_is_that_of_pytorch(page: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    parameter, gradients = torch.randn(7, generator=generator), torch.randn(20, 7, generator=generator)
    walk = """(parameter, gradients) => {
        const adam = new experiment.Adam(parameter.length);
        for (const gradient of gradients) adam.step(parameter, gradient, 0.02);
        return parameter;
    }"""
    found = ask(page, walk, parameter, gradients)
    optimizer = torch.optim.Adam([parameter.requires_grad_()], lr=0.02)
    for gradient in gradients:
        parameter.grad = gradient
        optimizer.step()
    assert_agrees(found, parameter.detach())


@pytest.mark.slow
def test_the_map_is_that_of_the_formula(page: Any) -> None:
    probability, importance = torch.tensor([0.02, 0.3, 1.0]), torch.tensor([0.2, 1.0, 5.0])
    found = ask(page, "(p, r) => p.map((value, i) => experiment.phaseLosses(value, r[i]))", probability, importance)
    assert_agrees(found, phases.phase_losses(probability, importance))


def trained(page: Any) -> torch.Tensor:
    """W [hidden, feature] after a new start, and no longer than five seconds of it."""
    page.evaluate("experiment.restart()")
    until(page, "experiment.now()?.step > 0 && !experiment.now().running")
    now = ask(page, "experiment.now")
    return torch.tensor(now["W"]).view(now["hidden"], now["features"])


@pytest.mark.slow
def test_rare_features_end_in_a_pentagon_nine_times_in_ten(visit: Any) -> None:
    page = visit(f"{STEP}#importance=1")
    found = [geometry.pentagon_test(trained(page), degrees=5.0).is_pentagon for _ in range(10)]
    assert sum(found) >= 9


@pytest.mark.slow
def test_frequent_features_leave_the_two_most_important(visit: Any) -> None:
    kept = geometry.represented(trained(visit(f"{STEP}#density=1"))[None])[0] > 0.5
    assert kept.tolist() == [True, True, False, False, False]


@pytest.mark.slow
def test_a_slider_moved_with_the_keyboard_is_in_the_address(page: Any) -> None:
    page.focus("#features")
    page.keyboard.press("ArrowRight")
    assert "features=6" in page.evaluate("location.hash")
    until(page, "experiment.now()?.features === 6")
