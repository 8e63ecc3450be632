"""The `tracemark` command."""

import sys

from tracemark.cli.errors import EXTRAS, ExitCode

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process, and exit."""
    try:
        from tracemark.cli._app import app  # noqa: PLC0415 - without its extra the SDK alone is installed
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        sys.stderr.write(
            f"error: the tracemark command needs {error.name}: pip install 'tracemark[{EXTRAS[error.name]}]'\n"
        )
        sys.exit(ExitCode.COULD_NOT_ASK)
    app(prog_name="tracemark")


if __name__ == "__main__":
    main()
