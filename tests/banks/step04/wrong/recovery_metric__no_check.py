"""wrong: divides by zero. Fails: 04.recovery_metric."""

def recovery_metric(patched, clean, corrupted):
    return (patched - corrupted) / (clean - corrupted)
