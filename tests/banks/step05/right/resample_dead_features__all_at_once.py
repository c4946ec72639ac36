"""right: draws an example for every latent of every instance and keeps the old weights where it is alive."""

import torch


@torch.no_grad()
def resample_dead_features(sae, optimiser, x, dead, generator=None, power=2):
    if not dead.any():
        return
    log_error = power * (x - sae(x)[0]).square().sum(-1).log()  # [batch, instance]
    uniform = torch.rand(len(x), *dead.shape, generator=generator)
    drawn = (log_error[..., None] - (-uniform.log()).log()).argmax(0)  # the largest of Gumbel's: [instance, latent]
    centred = (x - sae.b_dec).transpose(0, 1)
    rows = torch.nn.functional.normalize(torch.take_along_dim(centred, drawn[..., None], dim=1), dim=-1)
    live = (~dead).float()
    mean = (sae.W_enc.norm(dim=1) * live).sum(1) / live.sum(1)
    size = 0.2 * mean.nan_to_num(1.0)
    sae.W_dec.copy_(torch.where(dead[..., None], rows, sae.W_dec))
    sae.W_enc.copy_(torch.where(dead[:, None], size[:, None, None] * rows.mT, sae.W_enc))
    sae.b_enc.masked_fill_(dead, 0)
    for parameter, keep in ((sae.W_dec, live[..., None]), (sae.W_enc, live[:, None]), (sae.b_enc, live)):
        for name, value in optimiser.state[parameter].items():
            if name.startswith("exp_avg"):
                value *= keep
