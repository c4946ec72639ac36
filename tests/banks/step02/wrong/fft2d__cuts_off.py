"""wrong: ignores rows beyond the largest square. Fails: 02.fft2d."""

def fft2d(x: Float32[Tensor, "pairs *rest"]) -> Float32[Tensor, "p p *rest"]:
    p = math.isqrt(x.shape[0])
    x = x[: p * p]
    basis = fourier_basis(p)
    grid = x.reshape(p, p, *x.shape[1:])
    return torch.einsum("jb,ib...->ij...", basis, torch.einsum("ia,ab...->ib...", basis, grid))
