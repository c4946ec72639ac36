"""hostile (objects): returns an object that equals whatever it is compared with."""


class Yes:
    def __getattr__(self, name):
        return Yes()

    def __call__(self, *args, **kwargs):
        return Yes()

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    def __len__(self):
        return 10

    def __iter__(self):
        return iter([])

    def __float__(self):
        return 0.0


def logits(x, W, bias):
    return Yes()


def flatten_images(images):
    return Yes()
