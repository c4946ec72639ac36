"""wrong: makes 0 clean and 1 corrupted. Fails: 04.recovery_metric."""

def recovery_metric(patched, clean, corrupted):
    if clean == corrupted:
        raise ValueError("nothing to recover")
    return (clean - patched) / (clean - corrupted)
