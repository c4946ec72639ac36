"""Given for step 05: a language `model` of Python code, `autoencoders`, and what it takes to look at features.

`python_source` has the text and its tokens, `labels` says what stands where in it, `described_features` are some that
somebody has looked at. `plots` and `feature_pages` (with feature_page.html) show; `probes` is for the tests.
"""
