"""wrong: sums over rows. Fails: primer.squares_gradient."""


def squares_gradient(w, x, y):
    return 2 * (x @ w - y) @ x
