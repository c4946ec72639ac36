"""The forward pass: what can be known about it without computing it."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.attention_only_forward", part="logits")
def test_without_heads_the_logits_are_the_unembedded_token(learner, model, twice):
    weights, tokens = model(), twice()
    weights["W_O"] = torch.zeros_like(weights["W_O"])
    expect(learner.transformer.attention_only_forward(weights, tokens).logits, "logits").to_equal(
        weights["W_E"][tokens] @ weights["W_U"],
        watch_for=[
            mistake(
                "Positions were added to the stream: only queries and keys may see them.",
                (weights["W_E"][tokens] + weights["W_pos"][:11]) @ weights["W_U"],
            )
        ],
    )


@exercise("03.attention_only_forward", part="logits")
def test_values_do_not_see_positions(learner, model, twice):
    weights, tokens = model(layers=1), twice()
    weights["W_Q"] = torch.zeros_like(weights["W_Q"])  # every head averages over what it sees
    shifted = weights | {"W_pos": weights["W_pos"] + 1}
    one, other = (learner.transformer.attention_only_forward(w, tokens).logits for w in (weights, shifted))
    expect(other, "logits after W_pos has changed, where no head looks at positions").to_equal(one)


@exercise("03.attention_only_forward", part="patterns")
def test_equal_scores_attend_equally_to_what_is_visible(learner, model, twice):
    weights = model()
    weights["W_K"] = torch.zeros_like(weights["W_K"])
    patterns = learner.transformer.attention_only_forward(weights, twice()).patterns
    visible = torch.ones(11, 11).tril()
    expect(patterns, "patterns [layer, batch, head, query, key]").to_equal(
        (visible / visible.sum(1, keepdim=True)).expand(2, 4, 3, 11, 11),
        watch_for=[
            mistake("A query sees keys after it: the causal mask is missing.", torch.full((2, 4, 3, 11, 11), 1 / 11)),
            mistake(
                "Queries and keys are swapped.", (visible / visible.sum(1, keepdim=True)).T.expand(2, 4, 3, 11, 11)
            ),
        ],
    )


@exercise("03.attention_only_forward", part="patterns")
def test_positions_steer_attention(learner, circuit, twice):
    patterns = learner.transformer.attention_only_forward(circuit(), twice()).patterns
    expect(patterns[0, :, 0].diagonal(-1, 1, 2), "attention of head 0.0 to the position before").to_be_at_least(0.99)


@exercise("03.attention_only_forward", part="patterns")
def test_scores_are_divided_by_the_root_of_d_head(learner, model):
    weights = {name: torch.zeros_like(weight) for name, weight in model(layers=1, heads=1).items()}
    weights["W_E"][:, 0] = torch.arange(10.0)
    weights["W_Q"][0, 0, 0, 0] = weights["W_K"][0, 0, 0, 0] = 1.0
    pattern = learner.transformer.attention_only_forward(weights, torch.tensor([[1, 2]])).patterns[0, 0, 0, 1]
    expect(pattern, "attention of a query 2 to the keys 1 and 2, d_head = 4").to_equal(
        torch.tensor([1.0, 2]).softmax(0),
        watch_for=[mistake("The scores were not divided by √d_head.", torch.tensor([2.0, 4]).softmax(0))],
    )


@exercise("03.attention_only_forward", part="outputs")
def test_embedding_and_outputs_sum_to_the_stream(learner, model, twice):
    weights, tokens = model(), twice()
    logits, _, outputs = learner.transformer.attention_only_forward(weights, tokens)
    expect(outputs, "outputs").to_have_shape(2, 4, 3, 11, 8).to_be_finite()
    stream = weights["W_E"][tokens] + outputs.sum(dim=(0, 2))
    expect(stream @ weights["W_U"], "embedding plus all outputs, unembedded").to_equal(logits, atol=1e-5)


@exercise("03.attention_only_forward", part="overwrite")
def test_an_overwritten_head_adds_what_was_given(learner, model, twice):
    weights, tokens = model(), twice()
    zeros = torch.zeros(11, 8)
    run = learner.transformer.attention_only_forward(weights, tokens, [(0, 2, zeros), (1, 0, zeros + 1)])
    silent = {name: weight.clone() for name, weight in weights.items()}
    silent["W_O"][0, 2] = silent["W_O"][1, 0] = 0
    expected = learner.transformer.attention_only_forward(silent, tokens).logits + weights["W_U"].sum(0)
    expect(run.logits, "logits with head 0.2 silent and head 1.0 adding ones").to_equal(expected, atol=1e-5)
    expect(run.outputs[1, :, 0], "outputs of head 1.0").to_equal(torch.ones(4, 11, 8))


@exercise("03.attention_only_forward", part="logits")
def test_the_circuit_made_by_hand_predicts_the_second_half(learner, circuit, twice):
    tokens = twice()
    logits = learner.transformer.attention_only_forward(circuit(), tokens).logits
    expect(logits[:, 6:-1].argmax(-1), "predictions in the second half").to_equal(tokens[:, 7:])


@exercise("03.attention_only_forward", part="logits")
def test_more_tokens_than_positions_are_refused(learner, model):
    with expect_error(ValueError):
        learner.transformer.attention_only_forward(model(length=5), torch.zeros(1, 6, dtype=torch.int64))
