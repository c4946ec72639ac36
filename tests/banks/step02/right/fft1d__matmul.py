"""right: multiplies flattened matrices."""

def fft1d(x):
    return (fourier_basis(len(x)) @ x.reshape(len(x), -1)).reshape(x.shape)
