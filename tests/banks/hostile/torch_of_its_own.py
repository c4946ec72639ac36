"""hostile (interpreter): puts a torch of its own in the place of the real one."""
import sys
import types

fake = types.ModuleType("torch")
fake.Tensor = fake.dtype = fake.layout = object
fake.__getattr__ = lambda name: lambda *args, **kwargs: True
sys.modules["torch"] = sys.modules["numpy"] = fake


def logits(x, W, bias):
    return fake.zeros(len(x), 10)
