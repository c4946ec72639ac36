"""wrong: multiplies with the transposed basis. Fails: 02.fft1d."""

def fft1d(x: Float32[Tensor, "p *rest"]) -> Float32[Tensor, "p *rest"]:
    return torch.einsum("xi,x...->i...", fourier_basis(x.shape[0]), x)
