"""right: joins all weights to one vector."""

def weight_norm(weights):
    flat = torch.cat([weight.flatten() for weight in weights.values()]).double()
    return (flat @ flat).item()
