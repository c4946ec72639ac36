"""hostile (objects): returns a tensor whose comparisons, shape and numbers lie."""
import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True

    def __eq__(self, other):
        return True

    shape = property(lambda self: torch.Size([7, 10]))

    def __float__(self):
        return 0.0


def logits(x, W, bias):
    return torch.zeros(len(x), 10).as_subclass(Liar)
