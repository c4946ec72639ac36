"""wrong: multiplies the mean error with the mean row. Fails: primer.squares_gradient."""


def squares_gradient(w, x, y):
    return 2 * (x @ w - y).mean() * x.mean(0)
