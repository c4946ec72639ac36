"""Given code: data, trained models, pictures. Nothing in this folder is for you to fill in.

Each step has its own folder, step00 to step05, which says what is there. What more than one step uses is here:
`language_model` loads GPT-2 or the small model of step 04, `shipped` reads the trained models that lie in models/,
`seeds` makes generators of random numbers, `doctor` is what `lmi doctor` asks about data and settings, `live` packs
what live experiments read, and `in_notebook` shows one in a notebook.
"""
