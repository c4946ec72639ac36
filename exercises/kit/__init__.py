"""Given code: data, pictures. Nothing in this folder is for you to fill in."""
