"""right: loops over prompts."""

def logit_difference(logits, answers, per_prompt=False):
    rows = [logits[i, logits.shape[1] - 1, io] - logits[i, logits.shape[1] - 1, s] for i, (io, s) in enumerate(answers.tolist())]
    result = torch.stack(rows)
    return result if per_prompt else result.sum() / len(rows)
