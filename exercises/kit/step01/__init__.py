"""Given for step 01: the ideal `shapes` that features settle in, and `plots` of toy models."""
