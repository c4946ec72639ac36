"""right: measures angles modulo a half-turn."""

import torch



def classify_phases(W):
    angle = torch.rad2deg(torch.atan2(W[:, 0, 1], W[:, 0, 0])) % 180
    away = torch.stack([(angle - centre + 90) % 180 - 90 for centre in (0, 90, 135)]).abs()
    return away.min(0).indices
