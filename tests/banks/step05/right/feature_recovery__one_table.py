"""right: one table of cosines, both axes, counted in a loop."""

def feature_recovery(learned, true, threshold=0.95):
    table = torch.cosine_similarity(true[:, None], learned[None], dim=-1)
    best = table.max(dim=1).values.tolist()
    recovered = len([cosine for cosine in best if cosine >= threshold]) / len(best)
    return Recovery(recovered=recovered, true_to_learned=sum(best) / len(best), learned_to_true=float(table.amax(0).mean()))
