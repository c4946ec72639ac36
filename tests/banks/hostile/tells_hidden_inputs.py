"""hostile: puts what hidden tests hand it into messages, names and output, to read it in the report."""


def secret(x):
    return " ".join(f"{value:.4f}" for value in x.flatten().tolist()[:5])


def logits(x, W, bias):
    print("leak", secret(x))
    kind = type(f"Leak{secret(x)}".replace(" ", "_").replace(".", "_").replace("-", "m"), (Exception,), {})
    raise kind(f"leak {secret(x)}")


def cross_entropy(logits, labels):
    return logits.flatten()[:3]
