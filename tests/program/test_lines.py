"""On which line each key of a TOML file stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.faults import Place
from program.lines import DEEPEST, LONGEST_KEY, TooComplex, find_lines, line_of
from program.shipped import shipped_text

FILES = ("default", "items/pulse", "items/weekly", "items/practice", "items/monthly", "items/response")


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a = 1\n\nb = 2", ("b",), 3),
        ("# c = 1\nc = 2 # c = 3", ("c",), 2),
        ("[t]\nx = 1\n[u]\ny = 2", ("u",), 3),
        ("[t]\nx = 1\n[u]\ny = 2", ("u", "y"), 4),
        ("[a.b]\n\nc.d = 1", ("a", "b", "c", "d"), 3),
        ("[a.b]\n\nc.d = 1", ("a", "b", "c"), 3),
        ("[a.b]\n\nc.d = 1", ("a",), 1),
        ("x.y = 1\nx.z = 2", ("x",), 1),
        ("x.y = 1\nx.z = 2", ("x", "z"), 2),
        ("[[t]]\na = 1\n[[t]]\na = 2", ("t", 0, "a"), 2),
        ("[[t]]\na = 1\n[[t]]\na = 2", ("t", 1), 3),
        ("[[t]]\na = 1\n[[t]]\na = 2", ("t", 1, "a"), 4),
        ("[[t]]\n[[t.u]]\n[[t.u]]\nb = 1", ("t", 0, "u", 1, "b"), 4),
        ("[[t]]\n[[t.u]]\n[[t]]\n[[t.u]]\nb = 1", ("t", 1, "u", 0, "b"), 5),
        ("[[t]]\n[t.s]\nb = 1", ("t", 0, "s", "b"), 3),
        ("l = [\n  1, # one\n\n  2,\n]", ("l", 1), 4),
        ("l = [[1], [\n2]]\nm = 3", ("l", 1, 0), 2),
        ("l = [[1], [\n2]]\nm = 3", ("m",), 3),
        ("l = [\n { a = 1 },\n { a = 2, b = { c = 3 } },\n]", ("l", 1, "b", "c"), 3),
        ("i = { a = [\n1,\n2 ], b = 3 }", ("i", "b"), 3),
        ('s = """\na = 1\n[x]\n"""\nb = 1', ("b",), 5),
        ('s = """a""\\"""""\nb = 1', ("b",), 2),
        ("s = '''\na = 1\n''''\nb = 1", ("b",), 4),
        ('s = "a # \\" ] }"\nb = 1', ("b",), 2),
        ('l = ["]", \'[\', "}"]\nb = 1', ("b",), 2),
        ('"a b".\'c.d\' = 1\n"a b".e = 2', ("a b", "e"), 2),
        ('"\\u0061" = 1\nb = 1', ("a",), 1),
        ("d = 1979-05-27 07:32:00\nb = 1", ("b",), 2),
        ("a = 1\r\nb = 2\r\n", ("b",), 2),
        (" [ a . b ] \n c = 1", ("a", "b", "c"), 2),
        ("e = []\nf = {}\ng = 1", ("g",), 3),
    ],
)
def test_a_place_is_found_on_its_line(text: str, place: Place, line: int) -> None:
    tomllib.loads(text)
    assert find_lines(text)[place] == line


def test_a_place_that_is_not_written_has_the_line_of_the_table_around_it() -> None:
    lines = find_lines("a = 1\n[[t]]\nx = 1\n[[t]]\nx = 2")
    assert line_of(lines, ("t", 1, "missing", "deep")) == 4
    assert line_of(lines, ("elsewhere",)) == 0


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*place, key))
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*place, number))


@pytest.mark.parametrize("name", FILES)
def test_every_place_of_a_shipped_file_is_found_where_its_key_stands(name: str) -> None:
    text = shipped_text(name)
    lines, rows = find_lines(text), text.splitlines()
    found = list(places(tomllib.loads(text)))
    assert len(found) > 10
    for place in found:
        row = rows[lines[place] - 1]
        assert isinstance(place[-1], int) or place[-1] in row, place


words = st.sampled_from(["a", "b", "c", "long_key", '"quoted key"', "'x.y'"])
simple = st.sampled_from(["1", "true", '"x"', "'y'", '"""\n]\n"""', "'''\n{\n'''", "1.5", "2024-01-01", '"#"'])
nested = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: "[" + ",\n".join(parts) + "]")
        | st.dictionaries(words, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=8,
)
statements = st.one_of(
    st.builds("{} = {}".format, words, nested),
    st.builds("{}.{} = {}".format, words, words, nested),
    st.builds("[{}]".format, words),
    st.builds("[{}.{}]".format, words, words),
    st.builds("[[{}]]".format, words),
    st.builds("[[{}.{}]]".format, words, words),
    st.just("# comment [ ' \""),
    st.just(""),
)


@given(st.lists(statements, max_size=10))
def test_whatever_is_toml_has_a_line_for_every_place(parts: list[str]) -> None:
    text = "\n".join(parts)
    lines = find_lines(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    rows = text.splitlines()
    for place in places(data):
        assert isinstance(place[-1], int) or place[-1] in rows[lines[place] - 1]


@given(st.text(alphabet="ab=.[]{}\"'\\#,\n 1", max_size=200))
def test_any_text_is_scanned_to_an_end(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in find_lines(text).values())


def test_nesting_and_keys_beyond_the_limits_are_refused_with_their_line() -> None:
    for text in ("\na = " + "[" * (DEEPEST + 2), "\n" + ".".join("a" * (LONGEST_KEY + 1)) + " = 1"):
        with pytest.raises(TooComplex) as refused:
            find_lines(text)
        assert refused.value.line == 2
