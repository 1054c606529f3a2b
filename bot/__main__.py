"""`python -m bot` is the same as `namewatch`."""

import signal
import sys

# Ctrl-C ends the command also while its libraries load, which takes a second, and without a traceback.
# Where Ctrl-C is ignored (a command in the background), it stays ignored.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from bot.cli import main as command_line


def main() -> int:
    """Run the command line; from here on Ctrl-C is a KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return command_line()


if __name__ == "__main__":
    sys.exit(main())
