"""wrong: leaves out the 2 of the square. Fails: primer.squares_gradient."""


def squares_gradient(w, x, y):
    return (x @ w - y) @ x / len(x)
