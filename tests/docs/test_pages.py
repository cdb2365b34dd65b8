"""The pages name what is there."""

import re
from pathlib import Path

import pytest
from PIL import Image

from program.load import parse_program
from scripts.docs import PROJECT, Page, faults, pages
from scripts.pictures import MAX_BYTES, PICTURES, SHOTS

# A file or a folder of this project in a span of code.
FILE = re.compile(
    r"`((?:app|bot|scheduler|flows|storage|program|language|core|emulator|tests|benchmarks|scripts|docs)/[\w./-]+)`"
)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DECISIONS = PROJECT / "docs" / "decisions"
# A program's manual tells nothing about the machine that it was written on.
FOREIGN = re.compile(r"/(?:work|root|home|tmp)/\w|\blocalhost:\d|pypi\.org|TODO|FIXME|XXX")


def names(page: Page) -> str:
    return str(page.path.relative_to(PROJECT))


PAGES = [page for page in pages() if not names(page).startswith("tests/")]


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_settings_and_commands_lead_somewhere(page: Page) -> None:
    anchors = {other.path: other.anchors for other in PAGES}
    assert list(faults(page, anchors)) == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_files_that_are_named_are_there(page: Page) -> None:
    assert [name for name in FILE.findall(page.prose) if not (PROJECT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_nothing_of_the_machine_stands_in_a_page(page: Page) -> None:
    assert FOREIGN.findall(page.text) == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_picture_is_told_in_words(page: Page) -> None:
    for words, target in PICTURE.findall(page.prose):
        assert len(words) > 60, target
        assert (page.path.parent / target).exists()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_an_example_of_a_program_is_a_program(page: Page) -> None:
    # The reference shows single keys, which are no programs by themselves.
    for example in [] if "docs/reference" in names(page) else TOML.findall(page.text):
        assert parse_program(example, names(page)).checkins


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_is_small_and_sharp_enough(name: str) -> None:
    file = PICTURES / name
    assert file.stat().st_size <= MAX_BYTES
    with Image.open(file) as picture:
        assert picture.width >= 390


def test_decisions_are_numbered_and_listed() -> None:
    found = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    assert len(found) >= 10
    index = (DECISIONS / "README.md").read_text("utf-8")
    numbers = [int(path.name.partition("-")[0]) for path in found]
    assert len(set(numbers)) == len(numbers)  # written side by side, they may leave gaps
    for number, path in zip(numbers, found, strict=True):
        title = _first_line(path).removeprefix(f"# {number}. ")
        assert f"{number}. [{title}]({path.name})" in index


def test_a_decision_has_its_parts_and_fits_on_half_a_page() -> None:
    for path in DECISIONS.glob("0*.md"):
        text = path.read_text("utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Decision", "Consequences", "Alternatives"], path.name
        assert len(text.splitlines()) <= 40, path.name


def _first_line(path: Path) -> str:
    return path.read_text("utf-8").splitlines()[0]
