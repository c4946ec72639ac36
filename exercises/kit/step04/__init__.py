"""Given for step 04; its model is loaded by `exercises.kit.language_model`.

`words` has the names and the frames of sentences, `sentences` the lists of them that everyone gets, `gpt2` the prompts
and the circuit that others have published. `plots`, `patching_plots` and `circuit_plots` draw.
"""
