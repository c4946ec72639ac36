"""hostile (memory): fills the memory bit by bit and swallows the complaint. Says: Ran out of memory."""


def logits(x, W, bias):
    hoard = []
    while True:
        hoard.append(bytearray(10**7))
