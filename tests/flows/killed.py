"""A run that is killed (SIGKILL) at the n-th call of a store function: ``killed.py FUNCTION N WHEN ARGUMENTS...``"""

import os
import signal
import sys
from typing import Any

from cli import main
from store.calls import failures, write


def die_at(name: str, n: int, when: str) -> None:
    module = failures if hasattr(failures, name) else write
    function, calls = getattr(module, name), 0

    def deadly(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == n and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **options)
        if calls == n and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, deadly)


if __name__ == "__main__":
    name, n, when, *arguments = sys.argv[1:]
    die_at(name, int(n), when)
    sys.argv = ["callqa", *arguments]
    main.main()
