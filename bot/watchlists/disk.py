"""Files on the disk: who may write, one writer at a time, and never half a file."""

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import ChangeRefused

try:
    import fcntl
except ImportError:  # Windows has no flock; the check of the bytes before the rename still stands
    fcntl = None  # type: ignore[assignment]

LOCK_WAIT = 5.0
_LOCK_PAUSE = 0.02
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def may_write(path: Path) -> bool:
    """Whether a file may be replaced: neither it nor its folder is read-only.

    The mode counts for everyone: a file without any write bit is not rewritten by root either.
    """
    target = path.resolve()
    return _open_to_us(target) and _open_to_us(target.parent)


def _open_to_us(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _WRITABLE) and os.access(path, os.W_OK)
    except OSError:
        return False


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only process that writes lists here; ChangeRefused when another one does not finish in five seconds.

    The folder itself is locked, so that nothing is left behind in it.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    until = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                message = "another process is changing the lists; try again in a moment, nothing was changed"
                raise ChangeRefused(message) from None
            time.sleep(_LOCK_PAUSE)
        except OSError:
            return  # some network file systems lock no folders; the check of the bytes before the rename still stands
        else:
            return


def replace_file(path: Path, data: bytes) -> None:
    """Put these bytes in the place of a file, whole or not at all, with its mode; OSError where that can't be done."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(stat.S_IMODE(target.stat().st_mode))
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def create_file(path: Path, data: bytes) -> None:
    """Write a new file; FileExistsError where there is one, other OSError where none can be made."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # a rename outlives a power cut only once its folder is on the disk; not every system can do that
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


Stamp = tuple[int, int, int, int]
GONE: Stamp = (0, 0, 0, 0)


def stamp(path: Path) -> Stamp:
    """What changes when a file or its rights do: times, size and identity; GONE for one that is not there."""
    try:
        found = path.stat()
    except OSError:
        return GONE
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
