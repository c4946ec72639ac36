"""Primer: a network is arithmetic on lists of numbers, and all of it can be followed by hand."""
