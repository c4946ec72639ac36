"""right: transforms one axis, then the other."""

def fft2d(x):
    p = round(len(x) ** 0.5)
    if p**2 != len(x) or p % 2 == 0 or p < 3:
        raise ValueError("not the square of an odd number")
    grid = x.reshape(p, p, -1)
    once = (fourier_basis(p) @ grid.flatten(1)).reshape(grid.shape)
    twice = fourier_basis(p) @ once
    return twice.reshape(p, p, *x.shape[1:])
