"""A mistake inside a text of a YAML file is shown where it stands in the file, whatever YAML did to the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.model.source import Source
from deckforge.read.nodes import Mapping, Scalar, compose
from deckforge.read.text import Text


def scalar(yaml: str, key: str = "a") -> tuple[Source, Scalar]:
    source = Source("a.yaml", yaml.encode())
    node, diagnostics = compose(Text.of_file("a.yaml", source.data))
    assert diagnostics == ()
    assert isinstance(node, Mapping)
    found = node.get(key)
    assert isinstance(found, Scalar)
    return source, found


def place(yaml: str, word: str) -> str:
    """Where a word of the value of `a` is said to stand, as `line:column text`."""
    source, found = scalar(yaml)
    text = found.markdown()
    at = text.data.index(word.encode())
    span = text.span(at, at + len(word.encode()))
    position = source.position(span.start)
    return f"{position.line}:{position.column} {source.text(span)}"


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("a: one HERE two\n", "1:8 HERE"),
        ("é: x\na: één HERE\n", "2:8 HERE"),
        ('a: "one HERE two"\n', "1:9 HERE"),
        ("a: 'one HERE two'\n", "1:9 HERE"),
        ("a: |\n  one\n    two HERE\n", "3:9 HERE"),
        ("b: x\na: |2-  # a comment\n    one\n\n  HERE\n", "5:3 HERE"),
        ("a: |\r\n  one\r\n\r\n  é HERE\r\n", "4:5 HERE"),
        ("a: |+\n\n\n  one HERE\n\n\nb: x\n", "4:7 HERE"),
        ("a: >\n  one\n  two\n\n  three HERE\n", "5:9 HERE"),
        ("a: one\n  two\n\n  three HERE\n", "4:9 HERE"),
        ("a: 'it''s ''so'' HERE'\n", "1:18 HERE"),
        ('a: "\\u00e9 \\x41 \\t \\"q\\" HERE"\n', "1:26 HERE"),
        ('a: "one \\\n    HERE"\n', "2:5 HERE"),
        ('a: "one\n\n    HERE"\n', "3:5 HERE"),
        ('a: "\\L\\N\\_ HERE"\n', "1:12 HERE"),
        ('{c: [x, "y"], a: z HERE}\n', "1:20 HERE"),
    ],
)
def test_the_place_of_a_word_is_exact(yaml: str, expected: str) -> None:
    assert place(yaml, "HERE") == expected


def test_a_slice_of_a_text_keeps_its_places() -> None:
    source, found = scalar("a: |\n  one\n    two\n  three\n")
    text = found.markdown()
    part = text.slice(text.data.index(b"two"), text.data.index(b"ree"))
    assert part.data == b"two\nth"
    assert source.text(part.span(0, 3)) == "two"
    assert source.text(part.span(4, 6)) == "th"
    assert source.text(part.whole) == "two\n  th"


def test_a_span_over_several_lines_ends_with_its_last_letter() -> None:
    source, found = scalar("a: |\n  one\n  two\n")
    text = found.markdown()
    assert source.text(text.span(0, 4)) == "one\n"
    assert source.text(text.span(0, 7)) == "one\n  two"


LINES = st.lists(st.text("aé𝛼 '\"\\#-:|>", max_size=12), min_size=1, max_size=5)
WIDTHS = st.integers(1, 4)


def quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@settings(deadline=None)
@given(LINES, WIDTHS)
def test_literal_blocks_are_exact_to_the_byte(lines: list[str], width: int) -> None:
    lines = ["x", *lines]
    source, found = scalar("b: 1\na: |\n" + "".join(" " * width + line + "\n" for line in lines))
    text = found.markdown()
    for at in range(len(text.data.rstrip())):
        span = text.span(at, at + 1)
        assert source.data[span.start : span.end] == text.data[at : at + 1]


@settings(deadline=None)
@given(LINES, WIDTHS, st.sampled_from(["'", '"', ">", ">-", ">+"]))
def test_other_styles_stay_inside_the_scalar_and_go_forwards(lines: list[str], width: int, style: str) -> None:
    indent = " " * width
    if style == "'":
        body = "'" + f"\n{indent}".join(line.replace("'", "''") for line in lines) + "'"
    elif style == '"':
        body = '"' + f"\n{indent}".join(quoted(line) for line in lines) + '"'
    else:
        body = f"{style}\n" + "\n".join(indent + line for line in ["x", *lines])
    source, found = scalar(f"b: 1\na: {body}\nc: 2\n")
    text = found.markdown()
    places = [text.offset(at) for at in range(len(text.data) + 1)]
    assert places == sorted(places)
    assert all(found.span.start <= place <= found.span.end for place in places)
    for at, byte in enumerate(text.data):
        if chr(byte) in "aé𝛼" or byte > 127:
            assert source.data[places[at]] == byte, "letters are found where they are"
