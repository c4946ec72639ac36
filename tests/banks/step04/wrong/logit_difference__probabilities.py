"""wrong: takes probabilities for logits. Fails: 04.logit_difference."""

def logit_difference(
    logits: Float[Tensor, "prompt position vocab"], answers: Answers, per_prompt: bool = False
) -> Float[Tensor, "*prompt"]:
    both = logits[:, -1].softmax(-1).gather(1, answers)
    differences = both[:, 0] - both[:, 1]
    return differences if per_prompt else differences.mean()
