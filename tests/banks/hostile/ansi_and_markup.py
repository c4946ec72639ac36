"""hostile (text): puts control characters, markup and broken text into what staff will read. Says: Raised an exception."""


def logits(x, W, bias):
    print("\x1b[2J\x1b]0;owned\x07</pre><script>alert(1)</script>\ud800")
    raise ValueError("\x1b[31m</pre><script>alert(1)</script>\u202e=cmd|' /C calc'!A0")
