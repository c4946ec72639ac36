"""wrong: averages the ratios of the prompts, where one of the averages is asked. Fails: 04.faithfulness."""
import torch

def faithfulness(model, tokens, answers, frames, means, circuit):
    def each(logits):
        return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1)

    c, m = each(mean_ablate(model, tokens, frames, means, circuit)), each(model(tokens))
    return Faithfulness(c.mean().item(), m.mean().item(), (c / m).mean().item())
