"""`python -m tools COMMAND`: whatever Python starts this, a supported one carries on."""

import sys

from tools import interpreter


def main():
    interpreter.require_supported()
    from tools import commands

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
