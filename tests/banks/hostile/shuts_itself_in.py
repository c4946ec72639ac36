"""hostile (processes): ends the process by a system call that the sandbox answers with its end. Says: before it answered."""
import ctypes
import signal


def logits(x, W, bias):
    libc = ctypes.CDLL(None)
    libc.raise_(signal.SIGSYS) if hasattr(libc, "raise_") else libc.syscall(62, libc.getpid(), signal.SIGSYS)
    return None
