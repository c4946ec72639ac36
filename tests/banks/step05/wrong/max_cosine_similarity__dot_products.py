"""wrong: does not normalise. Fails: 05.max_cosine_similarity."""

def max_cosine_similarity(a, b):
    return (a @ b.T).amax(1)
