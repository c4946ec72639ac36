"""right: one long batch of every feature alone, and of none; by hand, without the model's forward."""

import torch


def collision_losses(model, x, importance):
    with torch.no_grad():
        batch, instances, features = x.shape
        masks = torch.cat([torch.eye(features), torch.zeros(1, features), torch.ones(1, features)])
        inputs = masks[:, None, None] * x  # [feature + 2, batch, instance, feature]
        gram = torch.einsum("ihf,ihg->ifg", model.W, model.W)
        outputs = torch.einsum("mbif,ifg->mbig", inputs, gram) + model.b
        if model.relu:
            outputs = outputs.clamp(min=0)
        losses = torch.einsum("mbif,if->mi", (inputs - outputs) ** 2, importance) / (batch * features)
        apart = losses[:features].sum(0) - (features - 1) * losses[features]
        together = losses[-1]
        return Collisions(together=together, apart=apart, to_blame=(together - apart) / together > 0.5)
