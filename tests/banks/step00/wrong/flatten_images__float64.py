"""wrong: returns float64. Fails: 00.flatten_images."""

import torch


def flatten_images(images):
    if images.dtype != torch.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"not 28 x 28 images: {images.dtype} {images.shape}")
    return images.flatten(1).double() / 255
