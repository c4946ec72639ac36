"""hostile (text): writes formulas, markup and scripts into its exceptions. Says: Raised an exception."""
def logits(x, W, bias):
    raise ValueError('=cmd|"/c calc"!A1\n</pre><script>alert(1)</script>\n[x](javascript:alert(1))\n| a | b |\n\t@SUM(1)')
