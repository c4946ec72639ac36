"""Given for step 00: handwritten digits, and pictures of them.

`data` has the images, MNIST or scikit-learn's (`download` fetches MNIST's files, `idx` reads them); `plots` shows
images, templates and curves; `model` has trained templates, which the live experiment shows.
"""
