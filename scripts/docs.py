"""Check that what the documentation names exists: linked files and headings, settings, commands and make targets."""

import importlib
import inspect
import pkgutil
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import click
from pydantic_settings import BaseSettings

import app
import app.main

PROJECT: Final = Path(__file__).parent.parent
FENCE: Final = re.compile(r"^ *```+ *(\w*)[^\n]*\n(.*?)^ *```+ *$", re.MULTILINE | re.DOTALL)
SPAN: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK: Final = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s>]+)>?(?: \"[^\"]*\")?\)|^\[[^\]]+\]: +(\S+)", re.MULTILINE
)
HEADING: Final = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
SETTING: Final = re.compile(r"\bKEEPWELL_[A-Z0-9_]*[A-Z0-9]\b")
TARGET: Final = re.compile(r"^([a-z]+):(?!=)", re.MULTILINE)
ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//")
SHELLS: Final = ("console", "sh", "bash", "shell")


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file: all of it, its prose, and the commands that it shows."""

    path: Path
    text: str

    @property
    def prose(self) -> str:
        """The text without blocks of code."""
        return FENCE.sub("", self.text)

    @property
    def anchors(self) -> set[str]:
        """The names under which the headings can be linked."""
        found, plain = list[str](), re.compile(r"[^\w\- ]")
        for heading in HEADING.findall(self.prose):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
            name = plain.sub("", words.lower()).replace(" ", "-")
            before = sum(re.fullmatch(re.escape(name) + r"(-\d+)?", other) is not None for other in found)
            found.append(f"{name}-{before}" if before else name)
        return {*found, *re.findall(r'<a (?:id|name)="([^"]+)"', self.text)}

    def commands(self) -> Iterator[str]:
        """The command lines: after a prompt in a console block, all lines of a script, and spans of code."""
        for language, code in FENCE.findall(self.text):
            if language not in SHELLS:
                continue
            for line in code.replace("\\\n", " ").splitlines():
                if language != "console" or line.lstrip().startswith("$ "):
                    yield line.lstrip().removeprefix("$ ")
        yield from SPAN.findall(self.prose)


def pages() -> list[Page]:
    """Return the Markdown files of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = sorted(PROJECT / name for name in listed.stdout.split("\0") if name)
    return [Page(path, path.read_text("utf-8")) for path in paths if path.exists()]


@cache
def settings() -> frozenset[str]:
    """Return the variables that the program's settings read, and those that only the tests read."""
    found = set(SETTING.findall((PROJECT / "tests" / "postgres.py").read_text("utf-8")))
    for module in pkgutil.walk_packages(app.__path__, "app."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, BaseSettings):
                prefix = kind.model_config.get("env_prefix", "")
                found |= {f"{prefix}{field}".upper() for field in kind.model_fields}
    return frozenset(found)


@cache
def targets() -> frozenset[str]:
    """Return the targets of the Makefile."""
    return frozenset(TARGET.findall((PROJECT / "Makefile").read_text("utf-8")))


@cache
def program() -> click.Group:
    """Return the `keepwell` command."""
    groups = [value for value in vars(app.main).values() if isinstance(value, click.Group)]
    if not groups:
        raise SystemExit("app/main.py has no group of commands")
    return max(groups, key=lambda group: len(group.commands))


def link_faults(page: Page, anchors: Mapping[Path, set[str]]) -> Iterator[str]:
    """Say which links of a page lead nowhere."""
    for inline, reference in LINK.findall(SPAN.sub("", page.prose)):
        link = inline or reference
        if ELSEWHERE.match(link):
            continue
        name, _, anchor = link.partition("#")
        path = (page.path.parent / name).resolve() if name else page.path
        if not path.is_relative_to(PROJECT) or not path.exists():
            yield f"the link {link} leads nowhere"
        elif anchor and path in anchors and anchor not in anchors[path]:
            yield f"the link {link} names no heading of {path.name}"


def command_fault(line: str) -> str | None:
    """Say what is wrong with a command line of `keepwell` or `make`; None for the others."""
    try:
        words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
    except ValueError:
        return None  # not a command: a piece of text in a span
    match words:
        case ["make", *names]:
            strange = next((name for name in names if re.fullmatch("[a-z]+", name) and name not in targets()), None)
            return f"there is no `make {strange}`" if strange else None
        case [first, *rest] if Path(first).name == "keepwell" and not first.startswith("../"):
            return keepwell_fault(rest)
    return None


def keepwell_fault(words: list[str]) -> str | None:
    """Say which word names no command or no option of `keepwell`."""
    command: click.Command = program()
    context = click.Context(command)
    known = {"--help"}
    for word in words:
        if word in ("|", ">", "<", "&&", ";", "…", "..."):
            break
        known |= {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        option = word.split("=")[0]
        if option.startswith("-") and option not in known and option != "-":
            return f"`keepwell {' '.join(words)}`: there is no option {option}"
        if isinstance(command, click.Group) and re.fullmatch("[a-z][a-z-]*", word):
            below = command.get_command(context, word)
            if below is None:
                return f"there is no `keepwell … {word}`"
            command = below
    return None


def faults(page: Page, anchors: Mapping[Path, set[str]]) -> Iterator[str]:
    """Say everything that is wrong with a page."""
    yield from link_faults(page, anchors)
    for name in sorted(set(SETTING.findall(page.text)) - settings()):
        yield f"there is no setting {name}"
    for line in page.commands():
        fault = command_fault(line)
        if fault:
            yield fault


def example_faults() -> Iterator[str]:
    """Say which settings `.env.example` lacks or invents."""
    path = PROJECT / ".env.example"
    named = set(SETTING.findall(path.read_text("utf-8"))) if path.exists() else set[str]()
    own = {name for name in settings() if not name.startswith("KEEPWELL_TEST_")}
    for name in sorted(own - named):
        yield f".env.example: lacks {name}"
    for name in sorted(named - own):
        yield f".env.example: there is no setting {name}"


def main() -> int:
    """Print every fault and return the exit status."""
    found = pages()
    anchors = {page.path: page.anchors for page in found}
    lines = [f"{page.path.relative_to(PROJECT)}: {fault}" for page in found for fault in faults(page, anchors)]
    lines += example_faults()
    for line in dict.fromkeys(lines):
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
