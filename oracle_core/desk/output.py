"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path

from oracle_core.errors import InputError, fault


def write_file(path: Path, content: bytes) -> Path:
    """Write beside the place and move there, so that a reader never sees half a file.

    Raises: InputError: the place cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe is written to, never replaced
            return path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise InputError([fault(str(path), "", error.strerror or str(error), "a place that can be written")]) from error
    return path
