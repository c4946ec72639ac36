"""hostile (escape): looks into other processes through /proc. Says: nothing to see."""
import os


def logits(x, W, bias):
    try:
        seen = [name for name in os.listdir("/proc") if name.isdigit() or name == "self"]
    except OSError:
        seen = []
    for pid in [*seen, str(os.getppid()), "1"]:
        for what in ("environ", "cmdline", "mem", "maps", "root", "cwd", "fd"):
            try:
                with open(f"/proc/{pid}/{what}", "rb") as file:
                    raise RuntimeError(f"saw {pid}/{what}: {file.read(100)!r}")
            except OSError:
                pass
    raise RuntimeError("saw processes" if seen else "nothing to see")
