"""hostile (escape): imports the reference, the tests and the grader. Says: nothing to import."""
import importlib


def logits(x, W, bias):
    found = []
    for name in ("reference.step00_mnist_templates.softmax_regression", "tests.hidden.step00.test_softmax_regression",
                 "autograder.expect", "autograder.grading", "autograder.checkpoints"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        if name.startswith(("reference", "tests")):
            return module.logits(x, W, bias)
        found.append(name)
    raise RuntimeError("nothing to import")
