"""hostile (secrets): raises in a line, and with a class, that depend on what it was given. Says: Raised an exception."""
def logits(x, W, bias):
    bits = int(abs(float(x.flatten()[0])) * 10**6)
    if bits % 8 == 0:
        raise ArithmeticError(0)
    if bits % 8 == 1:
        raise BufferError(1)
    if bits % 8 == 2:
        raise EOFError(2)
    if bits % 8 == 3:
        raise ReferenceError(3)
    if bits % 8 == 4:
        raise RecursionError(4)
    if bits % 8 == 5:
        raise UnicodeError(5)
    if bits % 8 == 6:
        raise OverflowError(6)
    if bits % 8 == 7:
        raise SystemError(7)
