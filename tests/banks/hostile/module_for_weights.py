"""hostile (answers): returns an nn.ParameterDict where a test hands the weights on to the reference."""
import torch


def train_softmax_regression(*args, **kwargs):
    return torch.nn.ParameterDict({"W": torch.nn.Parameter(torch.zeros(10, 784))})


def train_mlp(*args, **kwargs):
    return torch.nn.ParameterDict({"W1": torch.nn.Parameter(torch.zeros(4, 784))})
