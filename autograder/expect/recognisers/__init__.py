"""Small functions that recognise a mistake: each takes what came and what is expected, and returns a sentence or None.

They are listed, in the order in which they are tried, by `autograder.expect.diagnosis`.
"""
