"""hostile (escape): asks the kernel for new namespaces, mounts and other processes' memory. Says: all refused."""
import ctypes
import os
import sys


def logits(x, W, bias):
    libc = ctypes.CDLL(None, use_errno=True)
    granted = []
    if libc.unshare(0x10000000) == 0:
        granted.append("unshare")
    if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0:
        granted.append("mount")
    if libc.umount2(b"/proc", 2) == 0:
        granted.append("umount")
    if libc.ptrace(16, os.getppid(), 0, 0) == 0:
        granted.append("ptrace")
    if libc.chroot(b"/tmp") == 0:
        granted.append("chroot")
    if libc.setuid(0) == 0:
        granted.append("setuid")
    if libc.setns(3, 0) == 0:
        granted.append("setns")
    raise RuntimeError(f"granted {granted}" if granted else "all refused")
