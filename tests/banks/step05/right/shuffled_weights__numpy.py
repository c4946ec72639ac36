"""right: lets NumPy permute."""

def shuffled_weights(weights, seed):
    import numpy as np

    generator = np.random.default_rng(seed)
    return {
        name: torch.from_numpy(generator.permutation(weight.numpy().ravel()).reshape(weight.shape))
        for name, weight in weights.items()
    }
