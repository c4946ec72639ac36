"""hostile (objects): returns empty tensors of the right number of dimensions, of which nothing is wrong."""
import torch


def logits(x, W, bias):
    return torch.zeros(0, 10)


def flatten_images(images):
    return torch.zeros(0, 784)


def class_means(x, labels):
    return torch.zeros(0, 784)
