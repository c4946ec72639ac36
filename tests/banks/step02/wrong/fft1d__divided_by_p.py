"""wrong: divides by p. Fails: 02.fft1d."""

def fft1d(x: Float32[Tensor, "p *rest"]) -> Float32[Tensor, "p *rest"]:
    return torch.einsum("ix,x...->i...", fourier_basis(x.shape[0]), x) / x.shape[0]
