"""What it takes for a new file to be there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Put the names in ``folder`` on disk: a file that was renamed or linked into place is there only with them."""
    if os.name != "posix":  # Windows has no such handle and needs none
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
