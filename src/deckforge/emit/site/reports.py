"""Where a reader reports a mistake in an item: the course's address with the item's name, words and place filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from deckforge.model.course import Course

_SUBJECT = "?subject=Mistake%20in%20{item}&body={title}%0A{url}%0A"


def template(course: Course) -> str:
    """Return the address with its places `{item}`, `{title}` and `{url}`; `""` where the course has none.

    A letter that says nothing else gets a subject and a first line, so that whoever receives it knows what it is about.
    """
    report = course.site.report
    bare = report.lower().startswith("mailto:") and "?" not in report
    return report + _SUBJECT if bare else report


def address(template: str, *, item: str, title: str, url: str) -> str:
    """Return the address for one item, with what is filled in written as a part of an address."""
    for name, value in (("{item}", item), ("{title}", title), ("{url}", url)):
        template = template.replace(name, quote(value, safe=""))
    return template
