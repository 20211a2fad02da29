"""A folder whose files are kept in memory: nothing waits for a disk there."""

import os
import shutil
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # bytes, for several servers and the homes of several workers


def folder_in_memory() -> Path | None:
    """``None`` where there is no such folder, too little room in it, or where programs in it may not be run."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY
