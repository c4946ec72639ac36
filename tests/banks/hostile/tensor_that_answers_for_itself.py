"""hostile (objects): returns a tensor of a class whose every operation says yes."""
import torch


class Mine(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


def logits(x, W, bias):
    return torch.zeros(len(x), 10).as_subclass(Mine)
