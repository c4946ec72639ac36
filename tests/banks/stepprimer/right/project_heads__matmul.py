"""right: lets the product of matrices broadcast over heads."""


def project_heads(x, W):
    return x @ W
