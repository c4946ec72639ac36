"""hostile (answers): returns a list of two million numbers. Says: more than 1,000,000 values or Took too long."""
def logits(x, W, bias):
    return list(range(2_000_000))
