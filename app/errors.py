"""What a command says when it cannot do its work: one line, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from program.faults import ProgramInvalid
from storage.database import DATABASE_AWAY, SCHEMA_MISSING, tables_missing
from storage.vault import WrongKey


class CommandFailed(click.ClickException):
    """The command did nothing, or says what it did. Exit code 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's own form
        """Print the message to standard error."""
        for line in self.format_message().splitlines():
            click.echo(f"keepwell: {line}", err=True)


class SettingsInvalid(CommandFailed):
    """A setting is missing or wrong. Exit code 2."""

    exit_code = 2


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what an operator can mend into one clear line."""
    try:
        yield
    except ProgramInvalid as error:
        raise CommandFailed(str(error)) from error
    except WrongKey as error:
        raise SettingsInvalid(str(error)) from error
    except BrokenPipeError:
        raise
    except (*SCHEMA_MISSING, *DATABASE_AWAY) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise CommandFailed(f"{error.filename}: {error.strerror}") from error
        if tables_missing(error):
            raise CommandFailed("the database has no tables, or old ones; run `keepwell migrate` first") from error
        raise CommandFailed(
            f"the database does not answer ({type(error).__name__}); check KEEPWELL_DATABASE_URL and that it runs"
        ) from error
