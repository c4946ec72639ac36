"""Run a submission's code where it can do no harm: a protocol, a guest inside, a host that starts and stops it."""
