"""Step 04: the IOI circuit in GPT-2 small."""
