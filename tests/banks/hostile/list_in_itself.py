"""hostile (objects): returns a list that holds itself. Says: nested more than."""
def logits(x, W, bias):
    nest = []
    nest.append(nest)
    return nest
