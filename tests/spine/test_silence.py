"""What a course silences, and what it silences in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import places

if TYPE_CHECKING:
    from tests.example import Example

COURSE = "id: example\ntitle: DF304, DF999\nconcepts: [{id: chain-rule, title: The chain rule}]\nsilence: [%s]\n"


@pytest.mark.parametrize(
    ("silenced", "expected"),
    [
        ("", []),
        ("DF433", []),
        ("DF999", ["content/course.yaml:4:11 DF145 silenced-unknown-code"]),
        ("DF433, DF432", ["content/course.yaml:4:18 DF146 silenced-error"]),
        ("DF999, DF999, DF145", []),
    ],
)
def test_what_is_silenced_in_vain_is_said(example: Example, silenced: str, expected: list[str]) -> None:
    example.write({"content/course.yaml": COURSE % silenced})
    found = [place for place in places(example.check()) if "course.yaml" in place]
    assert [place for place in found if "DF14" in place] == expected


def test_an_error_is_shown_all_the_same(example: Example) -> None:
    example.write({"content/course.yaml": COURSE % "DF301", "content/b.md": "---\nid: B B\ntitle: b\n---\n\nText.\n"})
    assert any("DF301" in place for place in places(example.check()))
