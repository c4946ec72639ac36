"""right: subtracts what is still missing."""

def recovery_metric(patched, clean, corrupted):
    if clean == corrupted:
        raise ValueError("nothing to recover")
    return 1 - (clean - patched) / (clean - corrupted)
