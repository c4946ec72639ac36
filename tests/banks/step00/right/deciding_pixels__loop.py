"""right: erases pixel after pixel and looks at the logits again."""

import torch


def deciding_pixels(x, W, bias):
    x, W, bias = (tensor.detach().double() for tensor in (x, W, bias))
    order = (W @ x + bias).argsort(descending=True)
    winner, rival = int(order[0]), int(order[1])

    def ahead(image):
        scores = W @ image + bias
        return float(scores[winner] - scores[rival])

    image, erased = x.clone(), []
    for pixel in torch.argsort(x * (W[rival] - W[winner])).tolist():
        if ahead(image) <= 1e-9 or x[pixel] * (W[winner, pixel] - W[rival, pixel]) <= 0:
            break
        image[pixel] = 0
        erased.append(pixel)
    return Deciding(winner, rival, torch.tensor(erased, dtype=torch.int64), ahead(x), ahead(image))
