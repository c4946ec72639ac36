"""hostile (secrets): puts what hidden tests hand it into messages, names, shapes, places and output, to read it in the report."""

import sys

import torch


def secret(x):
    return " ".join(f"{value:.4f}" for value in x.flatten().tolist()[:5])


def lies_about_the_place(x):
    for module in list(sys.modules.values()):
        if hasattr(module, "_describe"):
            place = {"file": f"leak{secret(x)}.py", "line": 31337, "function": f"leak{secret(x)}"}
            module._describe = lambda error, home: {"kind": "error", "type": f"Leak{secret(x)}", "message": "", "where": place}


def logits(x, W, bias):
    print("leak", secret(x))
    kind = type(f"Leak{secret(x)}".replace(" ", "_").replace(".", "_").replace("-", "m"), (Exception,), {})
    raise kind(f"leak {secret(x)}")


def cross_entropy(logits, labels):
    return torch.zeros(31337, 2)


def flatten_images(images):
    return [0] * 31337


def mlp_logits(x, mlp):
    lies_about_the_place(x)
    raise ValueError
