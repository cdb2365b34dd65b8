"""`keepwell read`: shows what is read in notes, one JSON object a line."""

import json
from typing import BinaryIO

import click

from language.read import read_note


@click.command("read")
@click.argument("file", type=click.File("rb"), default="-")
def read(file: BinaryIO) -> None:
    """Read notes, one a line, from FILE or from standard input.

    Each line gives one JSON object: text, language, tone, strain (-1 well to 1 very strained, null = no signal) and
    flags. An empty line gives an empty reading, so that lines of input and output match. Bytes that are not UTF-8 are
    shown as the replacement character. Nothing is stored.
    """
    with click.open_file("-", "wb") as output:
        for number, line in enumerate(file):
            text = line.decode("utf-8", errors="replace").rstrip("\r\n")
            if number == 0:
                text = text.removeprefix("\ufeff")
            output.write(json.dumps(read_note(text).as_json(), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            output.flush()
