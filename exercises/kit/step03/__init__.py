"""Given for step 03: the `model` that learned induction, its one-layer control, snapshots of both, and `plots`."""
