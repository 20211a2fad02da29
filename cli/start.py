"""Entry point of the `callqa` command.

Ctrl-C is quiet while it loads and once its work is over, for there is nothing to clean up then.
"""

import signal


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.translate import speak_as_the_terminal

    speak_as_the_terminal()
    from cli.main import main  # takes a second

    try:
        main()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
