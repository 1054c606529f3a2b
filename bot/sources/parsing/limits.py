"""What a child process may take of the machine."""

CPU_SECONDS = 3
MEMORY_BYTES = 800_000_000


def limit() -> None:
    """Let the system end this process when it takes too much; where it can not, the clock of the parent does."""
    try:
        import resource  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue
