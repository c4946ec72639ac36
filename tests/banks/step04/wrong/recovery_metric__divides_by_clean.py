"""wrong: divides by the clean metric. Fails: 04.recovery_metric."""

def recovery_metric(patched, clean, corrupted):
    if clean == corrupted:
        raise ValueError("nothing to recover")
    return (patched - corrupted) / clean
