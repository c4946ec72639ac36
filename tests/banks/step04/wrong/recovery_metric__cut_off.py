"""wrong: keeps it between 0 and 1. Fails: 04.recovery_metric."""

def recovery_metric(patched, clean, corrupted):
    if clean == corrupted:
        raise ValueError("nothing to recover")
    return ((patched - corrupted) / (clean - corrupted)).clamp(0, 1)
