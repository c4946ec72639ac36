"""Step 05: sparse autoencoders, dictionaries of features."""
