"""A person with a text editor, as a process of its own: adds and removes lines of a list, and saves as editors do.

Reads `pattern add|remove NAME` from standard input and answers `done`; nothing of the bot is imported.
"""

import os
import sys
from pathlib import Path


def truncate_and_write(path: Path, data: bytes) -> None:
    """As nano and `>` do it, in two writes."""
    with path.open("wb") as stream:
        stream.flush()
        stream.write(data[: len(data) // 2])
        stream.flush()
        stream.write(data[len(data) // 2 :])


def rename(path: Path, data: bytes) -> None:
    """As VS Code and git do it: a new file takes the place of the old one."""
    other = path.with_suffix(".new")
    other.write_bytes(data)
    other.replace(path)


def swap_file(path: Path, data: bytes) -> None:
    """As vim does it: the old file becomes a backup, a new one is made, a swap file lies beside them meanwhile."""
    swap, backup = path.with_name(f".{path.name}.swp"), path.with_name(f"{path.name}~")
    swap.write_bytes(b"b0VIM 9.0")
    path.rename(backup)
    with path.open("wb") as stream:
        stream.write(data)
        os.fsync(stream.fileno())
    backup.unlink()
    swap.unlink()


PATTERNS = {"truncate": truncate_and_write, "rename": rename, "swap": swap_file}


def edited(data: bytes, what: str, name: str) -> bytes:
    """One line more behind the first company, or the line of this company less."""
    lines = data.decode().splitlines(keepends=True)
    if what == "add":
        at = next(number for number, line in enumerate(lines) if line.startswith("  - "))
        lines.insert(at + 1, f"  - {name} # by hand\n")
    else:
        lines = [line for line in lines if not line.startswith(f"  - {name} ")]
    return "".join(lines).encode()


def main() -> None:
    """Edit the file that the command line names, as told, until there is nothing more to do."""
    path = Path(sys.argv[1])
    for line in sys.stdin:
        pattern, what, name = line.split(maxsplit=2)
        PATTERNS[pattern](path, edited(path.read_bytes(), what, name.strip()))
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
