"""Ablations: what must hold of any model."""

import torch

from autograder import exercise, expect, expect_error, mistake


def heads(*chosen, layers=3, count=2):
    """A Bool tensor [layer, head] with these heads."""
    tensor = torch.zeros(layers, count, dtype=torch.bool)
    for layer, head in chosen:
        tensor[layer, head] = True
    return tensor


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) @ torch.tensor([1.0, -1.0])).mean().item()


@exercise("04.template_means")
def test_the_mean_of_two_prompts_lies_between_them(learner, random_model, task):
    model, data = random_model(), task(4)
    own = learner.ablation.template_means(model, data.abc, torch.arange(4))
    expect(own, "means [frame, layer, position, head, d_head]").to_have_shape(4, 3, 9, 2, 8)
    expect(learner.ablation.template_means(model, data.abc, data.frames), "means").to_equal(
        torch.stack([(own[0] + own[2]) / 2, (own[1] + own[3]) / 2]).float(),
        atol=1e-5,
        watch_for=[
            mistake("The mean was taken over all prompts.", own.mean(0, keepdim=True).expand(2, -1, -1, -1, -1))
        ],
    )


@exercise("04.template_means")
def test_the_first_position_knows_nothing(learner, random_model, task):
    means = learner.ablation.template_means(random_model(), task().abc, task().frames)
    expect(means[0, :, 0], "z at BOS, frame 0 (no frame differs there)").to_equal(means[1, :, 0], atol=1e-5)
    expect((means[0, :, 1:] - means[1, :, 1:]).abs().max().item(), "difference elsewhere").to_be_at_least(0.01)


@exercise("04.template_means")
def test_every_frame_needs_a_prompt(learner, random_model, task):
    with expect_error(ValueError):
        learner.ablation.template_means(random_model(), task(3).abc, torch.tensor([0, 2, 2]))


@exercise("04.mean_ablate", part="heads")
def test_nothing_changes_when_all_heads_are_kept(learner, random_model, task):
    model, data = random_model(), task()
    means = torch.zeros(2, 3, 9, 2, 8)
    logits = learner.ablation.mean_ablate(model, data.tokens, data.frames, means, torch.ones(3, 2, dtype=torch.bool))
    expect(logits, "logits").to_equal(model(data.tokens), atol=1e-4)


@exercise("04.mean_ablate", part="heads")
def test_a_prompts_own_z_changes_nothing(learner, random_model, task):
    model, data = random_model(), task()
    each = torch.arange(6)
    own = learner.ablation.template_means(model, data.tokens, each)
    for keep in (heads(), heads((0, 1), (2, 0))):
        logits = learner.ablation.mean_ablate(model, data.tokens, each, own, keep)
        expect(logits, "logits, every prompt a frame of its own").to_equal(model(data.tokens), atol=1e-4)


@exercise("04.mean_ablate", part="heads")
def test_without_any_head_no_position_knows_another(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    logits = learner.ablation.mean_ablate(model, data.tokens, data.frames, means, heads())
    expect(logits[2, -1], "logits at END, prompt 2").to_equal(
        logits[0, -1],  # of the same frame: the names differ, END's own token does not
        atol=1e-4,
        watch_for=[mistake("Nothing was ablated.", lambda: model(data.tokens)[2, -1])],
    )
    expect((logits[0, -1] - logits[1, -1]).abs().max().item(), "difference between frames").to_be_at_least(0.01)


@exercise("04.mean_ablate", part="positions")
def test_keeping_heads_everywhere_is_keeping_them(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    keep = heads((0, 1), (1, 0), (1, 1))
    logits = [
        learner.ablation.mean_ablate(model, data.tokens, data.frames, means, kept)
        for kept in (keep, keep[..., None, None].expand(3, 2, 6, 9))
    ]
    expect(logits[1], "logits with `keep` [layer, head, prompt, position]").to_equal(logits[0], atol=1e-5)


@exercise("04.mean_ablate", part="positions")
def test_what_happens_later_is_not_seen_before(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    keep = torch.ones(3, 2, 6, 9, dtype=torch.bool)
    keep[:, :, 1, 5:] = False
    logits, intact = learner.ablation.mean_ablate(model, data.tokens, data.frames, means, keep), model(data.tokens)
    expect(logits[:, :5], "logits before position 5").to_equal(intact[:, :5], atol=1e-4)
    expect(logits[[0, 2, 3, 4, 5]], "logits of the other prompts").to_equal(intact[[0, 2, 3, 4, 5]], atol=1e-4)
    expect((logits[1, 5:] - intact[1, 5:]).abs().max().item(), "change of prompt 1").to_be_at_least(0.01)


@exercise("04.knock_out")
def test_no_head_no_change(learner, random_model, task):
    model, data = random_model(), task()
    found = learner.ablation.knock_out(model, data.tokens, data.answers, heads())
    intact = difference(model(data.tokens), data.answers)
    expect([found.before, found.after], "before and after").to_equal(
        [intact, intact], atol=1e-4, parts=("before", "after")
    )
    expect(found.change, "change").to_equal(torch.zeros(3, 2), atol=1e-5)


@exercise("04.knock_out")
def test_a_silenced_head_loses_all_it_had(learner, random_model, task):
    model, data = random_model(), task()
    direct = learner.attribution.head_attribution(model, data.tokens, data.answers)
    chosen = heads((0, 1), (2, 0))
    found = learner.ablation.knock_out(model, data.tokens, data.answers, chosen)
    expect(found.change[chosen], "change of the silenced heads").to_equal(
        -direct[chosen],
        atol=1e-4,
        parts=("head 0.1", "head 2.0"),
        watch_for=[
            mistake("Before minus after: the sign is wrong.", direct[chosen]),
            mistake("This is the attribution after, not its change.", torch.zeros(2)),
        ],
    )
    others = ~chosen
    others[0] = False  # beside a silenced head nothing changes but LayerNorm's scale; above it everything may
    expect(found.change[others].abs().max().item(), "largest change of a head that was not silenced").to_be_at_least(
        1e-4
    )


@exercise("04.knock_out")
def test_the_model_is_itself_again(learner, random_models, task):
    (model, own), data = random_models(layers=3, heads=2, width=16), task()
    learner.ablation.knock_out(model, data.tokens, data.answers, heads((1, 1)))
    expect(model(data.tokens), "logits after a knockout").to_equal(own(data.tokens).detach())


@exercise("04.faithfulness")
def test_the_whole_model_is_faithful_to_itself(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    everything = torch.ones(3, 2, dtype=torch.bool)
    found = learner.ablation.faithfulness(model, data.tokens, data.answers, data.frames, means, everything)
    intact = difference(model(data.tokens), data.answers)
    expect(found.circuit, "F(C)").to_equal(intact, atol=1e-4)
    expect(found.model, "F(M)").to_equal(intact, atol=1e-4)
    expect(found.ratio, "F(C) / F(M)").to_equal(1.0, atol=1e-3)


@exercise("04.faithfulness")
def test_what_is_left_is_the_circuit(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    circuit = heads((0, 0), (1, 1), (2, 1))

    def score(keep):
        return difference(learner.ablation.mean_ablate(model, data.tokens, data.frames, means, keep), data.answers)

    found = learner.ablation.faithfulness(model, data.tokens, data.answers, data.frames, means, circuit)
    more = [heads((0, 1)), heads((1, 0), (2, 0)), heads((0, 0), (0, 1), (1, 1)), ~heads((0, 0), (2, 1))]
    given = data.tokens, data.answers, data.frames, means
    five = [found, *(learner.ablation.faithfulness(model, *given, one) for one in more)]
    names = ("0.0, 1.1, 2.1", "0.1", "1.0, 2.0", "0.0, 0.1, 1.1", "0.1, 1.0, 1.1, 2.0")
    whole = -0.8232346
    right = torch.tensor([-0.8228669, -1.0823, -1.095755, -0.8427414, -1.137984])  # by the course's solution
    expect([one.circuit for one in five], "F(C) of five circuits").to_equal(
        right.tolist(),
        atol=1e-5,
        parts=names,
        watch_for=[
            mistake(
                "This is F(M ∖ C): the circuit was taken away.",
                torch.tensor([-1.116779, -0.8347824, -0.8258035, -1.057303, -0.8195304]),
            ),
            mistake(
                "The others were zeroed: they should write their means.",
                torch.tensor([-1.231037, -0.9947729, -0.5390062, -1.322692, -0.7481496]),
            ),
            mistake(
                "The means are of these prompts, not the given ones.",
                torch.tensor([-0.8306308, -1.151429, -1.155205, -0.8599493, -1.192075]),
            ),
            mistake("This is the ratio.", right / whole),
            mistake("The sign is wrong: logit(IO) − logit(S).", -right),
        ],
    )
    expect([one.ratio for one in five], "F(C) / F(M) of five circuits").to_equal(
        (right / whole).tolist(),
        atol=1e-4,
        parts=names,
        watch_for=[
            mistake("Model over circuit: the ratio is upside down.", whole / right),
            mistake("This is the difference.", right - whole),
            mistake("This is the distance.", (right - whole).abs()),
            mistake(
                "This says how far the circuit gets from no head at all to the model: divide F(C) by F(M).",
                torch.tensor([1.001775, -0.2502445, -0.3151747, 0.9058603, -0.5189752]),
            ),
        ],
    )
    expect(found.circuit, "F(C)").to_equal(
        score(circuit),
        atol=1e-4,
        watch_for=[mistake("This is F(M ∖ C): the circuit was taken away.", lambda: score(~circuit))],
    )
    expect(found.ratio, "F(C) / F(M)").to_equal(found.circuit / found.model, rtol=1e-4)


@exercise("04.completeness")
def test_the_whole_model_is_complete(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    circuit, sets = torch.ones(3, 2, dtype=torch.bool), torch.stack([heads(), heads((0, 1), (1, 0)), heads((2, 1))])
    found = learner.ablation.completeness(model, data.tokens, data.answers, data.frames, means, circuit, sets)
    expect(found.incompleteness, "incompleteness").to_equal(torch.zeros(3), atol=1e-4)
    spread = (found.model - found.model[0]).abs()[1:].min().item()
    expect(spread, "what taking a set away changes").to_be_at_least(1e-3)


@exercise("04.completeness")
def test_taking_nothing_away(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    circuit = heads((0, 0), (1, 1))
    given = data.tokens, data.answers, data.frames, means, circuit
    found = learner.ablation.completeness(model, *given, heads()[None])
    whole = learner.ablation.faithfulness(model, *given)
    expect(found.circuit, "F(C)").to_equal(torch.tensor([whole.circuit]), atol=1e-4)
    expect(found.model, "F(M)").to_equal(torch.tensor([whole.model]), atol=1e-4)
    expect(found.incompleteness, "|F(C) − F(M)|").to_equal(torch.tensor([abs(whole.circuit - whole.model)]), atol=1e-4)


@exercise("04.completeness")
def test_sets_are_taken_from_circuit_and_model(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    sets = torch.stack([heads((1, 0)), heads((0, 0), (2, 1)), heads((0, 1), (1, 0), (2, 0))])
    given = data.tokens, data.answers, data.frames, means, ~heads((1, 1)), sets
    found = learner.ablation.completeness(model, *given)
    right = torch.tensor(
        [[-0.8587332, -0.8441604], [-1.116779, -1.137984], [-0.8195304, -0.8228669]]
    )  # by the course's solution
    kept = torch.tensor([-1.016359, -0.8195304, -1.116779])
    whole = torch.tensor([-0.8364498, -0.8232346])
    expect(torch.stack([found.circuit, found.model], -1), "F(C without K) and F(M without K), of three sets").to_equal(
        right,
        atol=1e-5,
        parts=("F(C without K)", "F(M without K)"),
        watch_for=[
            mistake("F(C ∖ K) and F(M ∖ K) are in each other's place.", right.flip(1)),
            mistake("In both, K was kept and the rest taken away.", kept[:, None].expand(3, 2)),
            mistake("K was kept and the rest of the circuit taken away.", torch.stack([kept, right[:, 1]], -1)),
            mistake("Twice this is F(M ∖ K): of C, heads outside the circuit are to be ablated too.",
                    right[:, 1:].expand(3, 2)),
            mistake("K is taken from the circuit and not from the model.",
                    torch.stack([right[:, 0], whole[1].expand(3)], -1)),
            mistake("K is taken from the model and not from the circuit.",
                    torch.stack([whole[0].expand(3), right[:, 1]], -1)),
            mistake("K is taken from neither.", whole.expand(3, 2)),
            mistake("The sign is wrong: logit(IO) − logit(S).", -right),
        ],
    )  # fmt: skip
    apart = right[:, 0] - right[:, 1]
    expect(found.incompleteness, "incompleteness of three sets").to_equal(
        apart.abs(),
        atol=2e-5,
        watch_for=[
            mistake("Take the absolute value.", apart),
            mistake("Take the absolute value.", -apart),
            mistake("This is a ratio, as faithfulness has it: take the distance.", right[:, 0] / right[:, 1]),
            mistake("This is |F(M) − F(C ∖ K)|: K is to be taken from the model too.", (whole[1] - right[:, 0]).abs()),
            mistake("The distances were squared.", apart**2),
        ],
    )


@exercise("04.completeness")
def test_sets_are_of_the_circuit(learner, random_model, task):
    model, data = random_model(), task()
    means = torch.zeros(2, 3, 9, 2, 8)
    given = data.tokens, data.answers, data.frames, means
    with expect_error(ValueError):
        learner.ablation.completeness(model, *given, heads((0, 0)), heads((0, 0), (1, 1))[None])


@exercise("04.minimality")
def test_one_head_and_nothing_else(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    one = heads((1, 0))

    def score(keep):
        return difference(learner.ablation.mean_ablate(model, data.tokens, data.frames, means, keep), data.answers)

    found = learner.ablation.minimality(
        model, data.tokens, data.answers, data.frames, means, one, torch.stack([heads(), one])
    )
    expect(found, "minimality").to_equal(abs(score(one) - score(heads())) * one.float(), atol=1e-4)


@exercise("04.minimality")
def test_the_largest_over_the_sets(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    circuit = heads((0, 0), (1, 1), (2, 0), (2, 1))
    sets = torch.stack([heads(), heads((2, 0)), heads((0, 0), (2, 1))])
    given = data.tokens, data.answers, data.frames, means, circuit
    each = torch.stack([learner.ablation.minimality(model, *given, one[None]) for one in sets])
    expect(learner.ablation.minimality(model, *given, sets), "minimality").to_equal(
        each.max(0).values,
        atol=1e-4,
        watch_for=[
            mistake("This is the mean over the sets.", each.mean(0)),
            mistake("This is the last set's.", each[-1]),
        ],
    )
    expect(each[:, ~circuit], "heads that are not in the circuit").to_equal(torch.zeros(3, 2))
