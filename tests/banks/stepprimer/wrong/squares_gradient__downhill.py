"""wrong: points downhill. Fails: primer.squares_gradient."""


def squares_gradient(w, x, y):
    return 2 * (y - x @ w) @ x / len(x)
