"""The command line."""


def main() -> None:
    """Run the `keepwell` command."""
