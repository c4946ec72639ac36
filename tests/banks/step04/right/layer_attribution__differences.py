"""right: takes differences of the accumulated streams."""

@torch.no_grad()
def layer_attribution(model, tokens, answers):
    points = logit_lens(model, tokens, answers)
    offset = logit_difference_directions(model, answers).offsets.mean()
    return torch.cat([points[:1] - offset, points[1:] - points[:-1]])
