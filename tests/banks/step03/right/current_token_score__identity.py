"""right: multiplies by the identity."""

def current_token_score(pattern):
    t = pattern.shape[-1]
    return (pattern * __import__("torch").eye(t)).sum((-2, -1)) / t
