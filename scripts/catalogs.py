"""Bring the catalogs up to date with the texts in the code: `make catalogs`.

English is the source, so its catalog is filled from the texts themselves. New texts of other languages stay empty until
somebody translates them, and a test fails until then. With `--check` nothing is written.
"""

import io
import sys
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parent.parent
LOCALE: Final = ROOT / "bot" / "locale"
KEYWORDS: Final = {"say": None, "count": (1, 2)}
WIDTH: Final = 110


def template() -> Catalog:
    """Return all texts of the bot, in the order of the files."""
    catalog = Catalog(project="Keepwell", charset="utf-8")
    found = extract_from_dir(str(ROOT / "bot"), [("**.py", "python")], keywords=KEYWORDS, comment_tags=("i18n:",))
    for filename, _line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        # Without its line, which would change with every edit of the file.
        place: Any = (f"bot/{filename}", None)
        catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def updated(language: str) -> bytes:
    """Return the catalog of a language with every text of the code, and no other."""
    path = LOCALE / language / "LC_MESSAGES" / "keepwell.po"
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language, project="Keepwell", charset="utf-8", fuzzy=False)
    for message in template():
        if not message.id:
            continue
        known = old.get(message.id)
        text = known.string if known is not None else ""
        if language == "en":
            text = message.id
        new.add(message.id, text, message.locations, auto_comments=message.auto_comments)
    buffer = io.BytesIO()
    write_po(buffer, new, width=WIDTH, omit_header=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return (header + plural).encode() + buffer.getvalue()


def main() -> int:
    """Write the catalogs, or say which are not up to date."""
    check = "--check" in sys.argv[1:]
    stale = []
    for folder in sorted(LOCALE.iterdir()):
        path = folder / "LC_MESSAGES" / "keepwell.po"
        content = updated(folder.name)
        if not path.exists() or path.read_bytes() != content:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.write_bytes(content)
    if stale and check:
        print(f"not up to date: {', '.join(stale)}; run `make catalogs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
