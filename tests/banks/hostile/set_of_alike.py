"""hostile (answers): returns a set of numbers whose hashes are all alike, so that each has to be compared with all others. Says: to be rebuilt."""
class Alike(set):
    def __iter__(self):
        return (number * (2**61 - 1) for number in range(400_000))


def attack():
    return Alike()


def logits(x, W, bias):
    return attack()


def flatten_images(images):
    return attack()
