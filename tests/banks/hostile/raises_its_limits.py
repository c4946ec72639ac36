"""hostile (processes): raises its own resource limits. Says: all refused."""
import resource


def logits(x, W, bias):
    raised = []
    for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CPU"):
        try:
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            raised.append(name)
        except (ValueError, OSError):
            pass
    raise RuntimeError(f"raised {raised}" if raised else "all refused")
