"""wrong: reshapes whatever comes. Fails: 00.flatten_images."""

def flatten_images(images):
    return images.reshape(-1, 784).float() / 255
