"""Ablations on the hand-made circuit, and snapshots."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.ablate_heads")
def test_both_heads_of_the_circuit_matter_and_the_others_do_not(learner, circuit, twice):
    change = learner.causal.ablate_heads(circuit(), twice(batch=8))
    expect(change, "change of the loss [layer, head]").to_have_shape(2, 2)
    expect(change[[0, 1], [0, 1]], "change for 0.0 and 1.1").to_be_at_least(1.0)
    expect(change[[0, 1], [1, 0]], "change for 0.1 and 1.0").to_equal(torch.zeros(2), atol=1e-5)


@exercise("03.ablate_heads")
def test_a_head_that_always_says_the_same_survives_its_mean(learner, circuit, twice):
    weights = circuit()
    weights["W_V"][1, 0, 0, 0] = 1.0  # head 1.0 spreads token 0 over ...
    weights["W_E"][:, 0] = 1.0  # ... which is now the same for every token
    weights["W_O"][1, 0, 0, 20:30] = torch.arange(10.0)
    tokens = twice(batch=8)
    mean, zero = (learner.causal.ablate_heads(weights, tokens, kind)[1, 0].item() for kind in ("mean", "zero"))
    expect(mean, "change when 1.0 adds its mean").to_equal(0.0, atol=1e-4)
    expect(abs(zero), "size of the change when 1.0 adds nothing").to_be_at_least(0.001)


@exercise("03.ablate_heads")
def test_zero_is_a_head_without_W_O(learner, model, twice):
    weights, tokens = model(), twice()
    change = learner.causal.ablate_heads(weights, tokens, "zero")
    silent = {name: weight.clone() for name, weight in weights.items()}
    silent["W_O"][0, 1] = 0

    def second_half(w):
        logits = learner.transformer.attention_only_forward(w, tokens).logits
        return learner.losses.half_losses(learner.losses.per_position_loss(logits, tokens), 5).second

    expected = second_half(silent) - second_half(weights)
    expect(change[0, 1].item(), "change for 0.1").to_equal(
        expected, atol=1e-5, watch_for=[mistake("Intact minus ablated: the sign is wrong.", -expected)]
    )


@exercise("03.ablate_heads")
def test_every_head_of_random_weights(learner, model, twice):
    mean = torch.tensor(
        [[0.132421, -0.396471, -0.2652733], [-0.6661482, 0.02743721, -0.1669936]]
    )  # by the course's solution
    zero = torch.tensor([[-0.7139158, -0.9670753, 0.1978345], [-1.246191, 0.02053928, -0.1526928]])
    mistakes = {
        "mean": [
            ("This is zero ablation.", zero),
            ("The mean was taken over positions, not over the batch.",
             [[0.1940746, -0.7795067, -0.0863452], [0.2395053, -0.2072899, 0.04875612]]),
            ("The mean was taken over batch and positions: keep positions apart.",
             [[0.3468494, -0.952862, -0.2124841], [0.09904718, -0.2308776, -0.06236601]]),
            ("The loss was averaged over both halves.",
             [[-0.0259552, -0.3511415, -0.3306575], [-0.4351199, -0.008708954, -0.1324267]]),
            ("This is the loss of the first half.",
             [[-0.1136289, -0.4660292, -0.3277502], [-0.4838514, -0.02818584, -0.102952]]),
            ("The first token of the second half was counted: nobody can know it.",
             [[0.06171894, -0.2362537, -0.333564], [-0.3863876, 0.01076794, -0.1619022]]),
        ],
        "zero": [
            ("This is mean ablation.", mean),
            ("The loss was averaged over both halves.",
             [[-1.172083, -1.447542, 0.4904718], [-1.431668, 0.4940605, -0.2650218]]),
            ("This is the loss of the first half.",
             [[-1.433971, -1.806291, 1.047476], [-1.439454, 0.6744833, -0.3113275]]),
            ("The first token of the second half was counted: nobody can know it.",
             [[-0.9101958, -1.088794, -0.06653285], [-1.423883, 0.3136377, -0.2187161]]),
        ],
    }  # fmt: skip
    for kind, right in (("mean", mean), ("zero", zero)):
        change = learner.causal.ablate_heads(model(), twice(), kind)
        expect(change, f"change of the loss [layer, head], {kind}").to_equal(
            right,
            atol=1e-5,
            watch_for=[
                mistake("Intact minus ablated: the sign is wrong.", -right),
                mistake("This is the loss without the head: subtract the intact model's.", right + 3.883746),
                *(mistake(sentence, torch.as_tensor(wrong)) for sentence, wrong in mistakes[kind]),
            ],
        )


@exercise("03.ablate_heads")
def test_another_kind_is_refused(learner, model, twice):
    with expect_error(ValueError):
        learner.causal.ablate_heads(model(), twice(), "median")


@exercise("03.break_the_circuit")
def test_without_its_previous_token_head_the_induction_head_is_lost(learner, circuit, twice):
    broken = learner.causal.break_the_circuit(circuit(), twice(batch=8))
    expect(broken.intact[1:2], "score of 1.1, intact").to_equal(torch.ones(1), atol=0.01)
    expect(broken.ablated[0, 1].item(), "score of 1.1 without 0.0").to_be_at_most(0.4)
    without = "score of 1.1 without 0.1, which does nothing"
    expect(broken.ablated[1, 1:2], without).to_equal(torch.ones(1), atol=0.01)


@exercise("03.break_the_circuit")
def test_shapes_with_and_without_bos(learner, model, twice):
    for bos in (True, False):
        broken = learner.causal.break_the_circuit(model(), twice(bos=bos))
        expect(broken.intact, "intact").to_have_shape(3)
        expect(broken.ablated, "ablated [first, second]").to_have_shape(3, 3)


@exercise("03.break_the_circuit")
def test_scores_of_random_weights(learner, model, twice):
    broken = learner.causal.break_the_circuit(model(seed=1), twice())
    heads = ("head 1.0", "head 1.1", "head 1.2")
    intact = torch.tensor([0.1196214, 0.1042625, 0.1380586])  # by the course's solution
    expect(broken.intact, "intact").to_equal(
        intact,
        parts=heads,
        watch_for=[mistake("These are scores of the first layer.", torch.tensor([0.1019251, 0.1188844, 0.08969624]))],
    )
    right = torch.tensor([
        [0.08702262, 0.08833273, 0.1509221], [0.1315994, 0.09020612, 0.1254917], [0.1184602, 0.1036505, 0.1435937],
    ])  # fmt: skip
    expect(broken.ablated, "ablated [first, second]").to_equal(
        right,
        parts=heads,
        watch_for=[
            mistake("Rows and columns are swapped: a row is the head that was taken away.", right.T),
            mistake(
                "The heads were zeroed: let them add their mean.",
                torch.tensor(
                    [
                        [0.07920019, 0.09492078, 0.1608523],
                        [0.1273762, 0.09230517, 0.1242486],
                        [0.1184784, 0.1116377, 0.1213375],
                    ]
                ),
            ),
            mistake(
                "The mean was taken over positions, not over the batch.",
                torch.tensor(
                    [
                        [0.08657537, 0.09446072, 0.1544069],
                        [0.1306642, 0.1034285, 0.1274393],
                        [0.1167808, 0.1148644, 0.1320525],
                    ]
                ),
            ),
            mistake(
                "The mean was taken over batch and positions: keep positions apart.",
                torch.tensor(
                    [
                        [0.07701574, 0.09228984, 0.1608554],
                        [0.1315985, 0.1036265, 0.1219606],
                        [0.1163323, 0.1120785, 0.1350171],
                    ]
                ),
            ),
            mistake("Ablation changed nothing: every row is `intact`.", intact.expand(3, 3)),
            mistake(
                "These are scores of the first layer.",
                torch.tensor(
                    [
                        [0.1019251, 0.1188844, 0.08969624],
                        [0.1019251, 0.1188844, 0.08969624],
                        [0.1019251, 0.1188844, 0.08969624],
                    ]
                ),
            ),
            mistake(
                "Heads that were taken away before stay away: one at a time.",
                torch.tensor(
                    [
                        [0.08702262, 0.08833273, 0.1509221],
                        [0.09663827, 0.08350772, 0.1374589],
                        [0.1075338, 0.08663219, 0.1456052],
                    ]
                ),
            ),
            mistake("This is the change of the scores: the scores themselves are asked.", right - intact),
            mistake("This is the change of the scores: the scores themselves are asked.", intact - right),
        ],
    )


@pytest.fixture
def spare(circuit):
    """The circuit with a second induction head: 1.0 is what 1.1 is."""
    weights = circuit()
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        weights[name][1, 0] = weights[name][1, 1]
    return weights


@exercise("03.why_spared")
def test_a_head_whose_twin_is_there_is_covered_by_it(learner, spare, twice):
    for head, twin in ((0, 1), (1, 0)):
        found = learner.causal.why_spared(spare, twice(batch=8), 1, head)
        expect(found.verdict, f"verdict on 1.{head}, which has a twin").to_equal("covered")
        expect(tuple(found.other), f"the head that covers for 1.{head}").to_equal((1, twin))
        expect(found.alone, f"cost of 1.{head} alone").to_be_within(-0.01, 0.01)
        expect(found.beside, f"cost of 1.{head} once its twin has gone").to_be_at_least(1.0)


@exercise("03.why_spared")
def test_two_previous_token_heads_cover_for_each_other(learner, circuit, twice):
    """In the first layer, as in the second."""
    weights = circuit()
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        weights[name][0, 1] = weights[name][0, 0]
    found = learner.causal.why_spared(weights, twice(batch=8), 0, 0)
    expect(found.verdict, "verdict on 0.0, which has a twin").to_equal("covered")
    expect(tuple(found.other), "the head that covers for 0.0").to_equal((0, 1))


@exercise("03.why_spared")
def test_without_a_twin_it_is_missed(learner, circuit, twice):
    for layer, head in ((0, 0), (1, 1)):
        found = learner.causal.why_spared(circuit(), twice(batch=8), layer, head)
        expect(found.verdict, f"verdict on {layer}.{head}, half of the circuit").to_equal("missed")
        expect(found.alone, f"cost of {layer}.{head} alone").to_be_at_least(1.0)


@exercise("03.why_spared")
def test_a_head_that_writes_nothing_is_idle(learner, circuit, twice):
    found = learner.causal.why_spared(circuit(), twice(batch=8), 1, 0)
    expect(found.verdict, "verdict on 1.0, which writes nothing").to_equal("idle")
    expect(found.alone, "cost of 1.0 alone").to_equal(0.0, atol=1e-5)
    expect(found.beside, "largest cost of 1.0 beside another").to_equal(0.0, atol=1e-5)


@exercise("03.why_spared")
@pytest.mark.parametrize("layer", [0, 1])
def test_the_costs_are_differences_of_losses(learner, model, twice, layer):
    """Each loss is measured with your own functions; one head a layer, so that there is one other."""
    weights, tokens = model(heads=1), twice()
    intact = learner.transformer.attention_only_forward(weights, tokens)
    means = intact.outputs.mean(1)

    def loss(*instead):
        run = learner.transformer.attention_only_forward(weights, tokens, list(instead))
        return learner.losses.half_losses(learner.losses.per_position_loss(run.logits, tokens), 5).second

    this, other = ((which, 0, means[which, 0]) for which in (layer, 1 - layer))
    both, without_other = loss(this, other), loss(other)

    def mean_of_the_rest():
        rest = learner.transformer.attention_only_forward(weights, tokens, [other]).outputs.mean(1)
        return loss((layer, 0, rest[layer, 0]), other) - without_other

    found = learner.causal.why_spared(weights, tokens, layer, 0)
    expect(found.alone, f"cost of {layer}.0 alone").to_equal(loss(this) - loss(), atol=1e-5)
    expect(found.beside, f"cost of {layer}.0 once the other has gone").to_equal(
        both - without_other,
        atol=1e-5,
        watch_for=[
            mistake("The cost of the other head is counted, too.", both - loss()),
            mistake("This is what the other head costs once this one has gone.", lambda: both - loss(this)),
            mistake("The head's mean is that of a model without the other: take the intact model's.", mean_of_the_rest),
        ],
    )
    expect(tuple(found.other), "the other head").to_equal((1 - layer, 0))


@exercise("03.why_spared")
def test_every_head_of_random_weights_is_asked_about(learner, model, twice):
    weights, tokens = model(seed=1), twice()
    heads = [(layer, head) for layer in range(2) for head in range(3)]
    names = [f"head {layer}.{head}" for layer, head in heads]
    found = [learner.causal.why_spared(weights, tokens, *this) for this in heads]

    alone = torch.tensor([0.3405356, 0.2146249, -0.07978201, -0.02893353, -0.02936029, 0.02719307])
    expect([one.alone for one in found], "costs of six heads alone").to_equal(
        alone.tolist(),  # by the course's solution
        atol=1e-5,
        parts=names,
        watch_for=[
            mistake("The sign is wrong: a cost is a loss that rises.", -alone),
            mistake(
                "This is the loss without the head: subtract the intact model's.",
                torch.tensor([5.292005, 5.166094, 4.871687, 4.922535, 4.922109, 4.978662]),
            ),
        ],
    )
    beside = torch.tensor([0.3508062, 0.2858138, 0.07373714, 0.0422554, 0.1241589, 0.02036381])
    expect([one.beside for one in found], "largest costs of six heads beside another").to_equal(
        beside.tolist(),
        atol=1e-5,
        parts=names,
        watch_for=[
            mistake("The sign is wrong: a cost is a loss that rises.", -beside),
            mistake(
                "The cost of the other head is counted, too.",
                torch.tensor([0.4339128, 0.4339128, 0.2710242, 0.2568803, 0.2470541, 0.3326097]),
            ),
            mistake(
                "This is what the other head costs once this one has gone.",
                torch.tensor([0.09337711, 0.2192879, 0.3508062, 0.2858138, 0.2764144, 0.3054166]),
            ),
            mistake(
                "This is the smallest of the costs; the largest is asked.",
                torch.tensor([0.1921382, 0.05463552, -0.1783094, -0.177331, -0.1893497, -0.02899599]),
            ),
            mistake(
                "This is the mean of the costs; the largest is asked.",
                torch.tensor([0.2688127, 0.1495527, -0.08311395, -0.06764803, -0.04533567, -7.019043e-05]),
            ),
            mistake(
                "Only heads of the same layer were tried.",
                torch.tensor([0.3508062, 0.1555014, -0.06951141, -0.03138971, -0.03181648, 0.02036381]),
            ),
        ],
    )
    expect([tuple(one.other) for one in found], "the other heads").to_equal(
        [(0, 2), (1, 0), (1, 1), (0, 1), (0, 2), (1, 1)], parts=names
    )
    verdicts = ["missed", "missed", "idle", "idle", "covered", "idle"]
    expect([one.verdict for one in found], "the verdicts").to_equal(verdicts, parts=names)


@exercise("03.why_spared")
def test_the_threshold_decides(learner, spare, twice):
    tokens = twice(batch=8)
    for threshold, verdict in ((-1.0, "missed"), (0.5, "covered"), (100.0, "idle")):
        found = learner.causal.why_spared(spare, tokens, 1, 0, threshold)
        expect(found.verdict, f"verdict with a threshold of {threshold:g}").to_equal(verdict)


@exercise("03.phase_change")
def test_a_circuit_that_appears(learner, model, circuit, twice):
    tokens = twice()
    unborn = circuit()
    unborn["W_O"] = torch.zeros_like(unborn["W_O"])
    found = learner.causal.phase_change([unborn, circuit()], tokens)
    expect(found.prefix_matching, "prefix matching [snapshot, layer, head]").to_have_shape(2, 2, 2)
    expect(found.prefix_matching[0, 1, 1].item(), "score of 1.1 before").to_be_at_most(0.4)
    expect(found.prefix_matching[1, 1, 1].item(), "score of 1.1 after").to_be_at_least(0.99)
    expect(found.previous_token[:, 0, 0], "previous-token score of 0.0, before and after").to_be_at_least(0.99)
    expect(found.second_half.dtype, "dtype of the losses").to_equal(torch.float64)
    drop = (found.second_half[0] - found.second_half[1]).item()
    expect(drop, "how far the second half's loss drops").to_be_at_least(1.0)


@exercise("03.phase_change")
def test_three_snapshots_of_random_weights(learner, model, twice):
    found = learner.causal.phase_change([model(seed=s, heads=2) for s in range(3)], twice())
    snapshots = ("snapshot 0", "snapshot 1", "snapshot 2")
    losses = torch.tensor([[3.952968, 3.962264, 4.619406], [4.046605, 3.31529, 3.336698]])  # by the course's solution
    got = torch.stack([found.first_half, found.second_half])
    expect(got.float(), "losses [first half and second, snapshot]").to_equal(
        losses,
        parts=snapshots,
        watch_for=[
            mistake("The halves are swapped.", losses.flip(0)),
            mistake("The last snapshot comes first: keep the order given.", losses.flip(1)),
            mistake("All of them are the last snapshot's.", losses[:, 2:].expand(2, 3)),
        ],
    )
    previous = torch.tensor([
        [[0.1743574, 0.2002973], [0.239574, 0.1777446]],
        [[0.186391, 0.2200631], [0.2183381, 0.193834]],
        [[0.1738938, 0.1693091], [0.2078684, 0.2163029]],
    ])  # fmt: skip
    matching = torch.tensor([
        [[0.1166734, 0.07724619], [0.06493447, 0.08144458]],
        [[0.1352637, 0.07929751], [0.1005852, 0.1373113]],
        [[0.1362268, 0.1029343], [0.1280151, 0.1038546]],
    ])  # fmt: skip
    for name, right, other in (("previous_token", previous, matching), ("prefix_matching", matching, previous)):
        expect(getattr(found, name), f"{name} [snapshot, layer, head]").to_equal(
            right,
            watch_for=[
                mistake("This is the other of the two scores.", other),
                mistake("The last snapshot comes first: keep the order given.", right.flip(0)),
                mistake("All of them are the last snapshot's.", right[2:].expand(3, 2, 2)),
                mistake("Layers and heads are swapped.", right.transpose(1, 2)),
            ],
        )


@exercise("03.phase_change")
def test_a_model_of_one_layer(learner, model, twice):
    found = learner.causal.phase_change([model(layers=1, seed=s) for s in range(3)], twice())
    expect(found.previous_token, "previous-token scores").to_have_shape(3, 1, 3)
    expect(found.first_half, "losses of the first half").to_have_shape(3)
