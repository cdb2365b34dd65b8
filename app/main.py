"""The command line. Commands are loaded when they are called, so that each starts quickly."""

import importlib
import os
import sys
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

import click

COMMANDS: Final[Mapping[str, tuple[str, str, str]]] = {
    # name: module, attribute, what --help says
    "run": ("app.commands.run", "run", "Run the service."),
    "demo": ("app.commands.run", "demo", "Run the service with a Telegram on this machine."),
    "doctor": ("app.commands.doctor", "doctor", "Check everything, and say what to do about each fault."),
    "migrate": ("app.commands.migrate", "migrate", "Bring the database to this version."),
    "backup": ("app.commands.backup", "backup", "Write everything into one encrypted file."),
    "restore": ("app.commands.backup", "restore", "Bring a backup back."),
    "keys": ("app.commands.keys", "keys", "Show and change the secret keys."),
    "roster": ("app.commands.roster", "roster", "Bring people in from a spreadsheet."),
    "send": ("app.commands.send", "send", "Send a check-in now."),
    "program": ("app.commands.program", "program", "Show or check a program file."),
    "export": ("app.commands.export", "export", "Export answers, alerts or the audit trail."),
    "replay": ("app.commands.replay", "replay", "Score a history without Telegram."),
    "read": ("app.commands.read", "read", "Read notes: language, tone, strain and flags."),
    "simulate": ("app.commands.simulate", "simulate", "Play a program file in a simulated world."),
}


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own form
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("keepwell"), prog_name="keepwell")
def cli() -> None:
    """Keepwell notices early when peer-support work wears on a mentor, and brings a person to them.

    Settings come from the environment or from .env (see .env.example).
    """


def main() -> None:
    """Run the `keepwell` command. Whatever an operator can mend is one line; a pipe that closes early is no error."""
    from app.errors import clear_errors

    os.umask(0o077)  # the database, exports and backups tell about people: nobody else on this machine may read them
    try:
        with clear_errors():
            cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
