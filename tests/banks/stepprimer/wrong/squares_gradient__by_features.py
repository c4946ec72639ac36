"""wrong: divides by the number of weights. Fails: primer.squares_gradient."""


def squares_gradient(w, x, y):
    return 2 * (x @ w - y) @ x / len(w)
