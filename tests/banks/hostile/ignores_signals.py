"""hostile (time): ignores every signal it can and goes on computing. Says: Took too long."""
import signal


def logits(x, W, bias):
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
