"""hostile (objects): returns a dictionary whose items are others than its keys."""
class Mine(dict):
    def items(self):
        return [("a", 1)] * 5

    def __getitem__(self, key):
        return self


def logits(x, W, bias):
    return Mine(a=2)
