"""Step 03: induction heads. Fill in the functions; README.md is the lesson."""
