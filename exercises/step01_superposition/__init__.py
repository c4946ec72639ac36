"""Step 01: toy models of superposition, more features than neurons."""
