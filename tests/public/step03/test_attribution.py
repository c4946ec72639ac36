"""Paths that sum to the logits."""

from autograder import exercise, expect, mistake


@exercise("03.logit_attribution")
def test_the_paths_sum_to_the_logit_of_the_next_token(learner, model, twice):
    weights, tokens = model(), twice()
    paths = learner.attribution.logit_attribution(weights, tokens)
    expect(paths, "paths [batch, t − 1, 1 + layers · heads]").to_have_shape(4, 10, 7)
    logits = learner.transformer.attention_only_forward(weights, tokens).logits
    coming = logits[:, :-1].gather(-1, tokens[:, 1:, None])[..., 0]
    expect(paths.sum(-1), "sum over paths").to_equal(
        coming,
        atol=1e-5,
        watch_for=[
            mistake(
                "These are the logits of the token at each position: take the next one's.",
                lambda: logits[:, :-1].gather(-1, tokens[:, :-1, None])[..., 0],
            )
        ],
    )


@exercise("03.logit_attribution")
def test_path_0_is_the_embedding(learner, model, twice):
    weights, tokens = model(), twice()
    direct = (weights["W_E"][tokens] @ weights["W_U"])[:, :-1].gather(-1, tokens[:, 1:, None])[..., 0]
    expect(learner.attribution.logit_attribution(weights, tokens)[..., 0], "direct path").to_equal(direct)


@exercise("03.logit_attribution")
def test_the_induction_head_gets_the_credit(learner, circuit, twice):
    paths = learner.attribution.logit_attribution(circuit(), twice())[:, 6:]  # what is known in the second half
    expect(paths[..., 4], "path of head 1.1").to_be_at_least(11.0)
    others = paths[..., [0, 1, 2, 3]].abs().max().item()
    expect(others, "largest of the other paths").to_be_at_most(0.01)


@exercise("03.logit_attribution")
def test_heads_come_layer_by_layer(learner, model, twice):
    weights, tokens = model(heads=2), twice()
    weights["W_O"][0, 1] = weights["W_O"][1, 0] = 0
    paths = learner.attribution.logit_attribution(weights, tokens)
    silent = [c for c in range(5) if bool((paths[..., c] == 0).all())]
    expect(silent, "silent paths of direct, 0.0, 0.1, 1.0, 1.1").to_equal([2, 3])
