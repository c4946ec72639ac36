"""Given for step 02: the `model` that grokked, with snapshots of its training, and `plots`."""
