"""Where the `callqa` command begins: Ctrl-C ends it quietly while it loads, for then there is nothing to clean up."""

import signal


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from flows.cli import main  # takes a second

    main()
