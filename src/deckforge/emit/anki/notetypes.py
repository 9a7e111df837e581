"""The seven note types: their fields, their templates, and why they are cut this way.

Adding a field or a template to a note type that learners already have costs each of them a one-way sync, and moving a
note to another type is a conflict that Anki does not resolve. So the shapes are made once, and wide:

- one type for a card whether or not it is asked in both directions: the reverse template is empty unless the field
  `Both` is set, so that adding `.both` to a card adds a card and moves no note. Terms alike; short questions and
  essays share `written`;
- six reserved fields in every type. They can be renamed later, because every field has an id of its own;
- fifteen fields shared by all types come first and in one order, so that the columns of a text import mean the same
  thing in every row.

The first field is `ID`, not the question. Anki compares first fields to find duplicates, and two questions may well
read alike ("Which of these is true?"); a text import without GUIDs falls back on it; and no note is refused because
its first field is empty. What the browser lists and sorts by is `Front` all the same (`sort_field`), and the editor
shows `ID` collapsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.emit.anki import ids
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from deckforge.model.course import Course
    from deckforge.project import Project

COMMON = (
    "ID",
    "Front",
    "Back",
    "Title",
    "InShort",
    "Why",
    "Evidence",
    "Concept",
    "Bloom",
    "Difficulty",
    "Lesson",
    "Source",
    "Terms",
    "Points",
    "Minutes",
)
RESERVED = tuple(f"Reserved{number}" for number in range(1, 7))
SORT_FIELD = COMMON.index("Front")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is written down here about a note type: its key and name, its own fields, its templates.

    A template is its name and the prefix of its two files in `templates/anki/<key>/`.
    """

    key: str
    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]
    cloze: bool = False


SHAPES: dict[str, Shape] = {
    shape.key: shape
    for shape in (
        Shape("card", "Card", ("Both",), (("Question", ""), ("Reverse", "reverse-"))),
        Shape("cloze", "Cloze", (), (("Cloze", ""),), cloze=True),
        Shape("choice", "Choice", ("Options", "Multiple", "Explanation", "Gap"), (("Choice", ""),)),
        Shape("numeric", "Number", ("Low", "High", "Scale", "Unit", "Accepted", "Explanation"), (("Number", ""),)),
        Shape("written", "Written", ("Tasks", "Rubric", "Criteria", "Words"), (("Written", ""),)),
        Shape("problem", "Problem", ("Type", "Tasks", "Hints", "Mistakes", "Extension"), (("Problem", ""),)),
        Shape("term", "Term", ("Both",), (("Definition", ""), ("Word", "reverse-"))),
    )
}
"""By key; a key is permanent, because ids are derived from it."""

OF_KIND: dict[Kind, str] = {
    Kind.CARD: "card",
    Kind.CLOZE: "cloze",
    Kind.CHOICE: "choice",
    Kind.NUMERIC: "numeric",
    Kind.SHORT: "written",
    Kind.ESSAY: "written",
    Kind.PROBLEM: "problem",
    Kind.TERM: "term",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name may change, its id may not."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class Template:
    """A card template: `front` and `back` in Anki's template language."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type of one course, ready for a package."""

    key: str
    id: int
    name: str
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    cloze: bool

    @property
    def ours(self) -> bool:
        """Whether it is one of the tool's own, and not taken over with a deck."""
        return self.key in SHAPES

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields' names in their order."""
        return tuple(field.name for field in self.fields)


def field_names(key: str) -> tuple[str, ...]:
    """Return the names of a note type's fields in their order."""
    return (*COMMON, *SHAPES[key].fields, *RESERVED)


def display_name(course: Course, key: str) -> str:
    """Return a note type's name. Anki renames a second type of the same name, so the course's title is part of it."""
    title = " ".join(course.title.replace('"', "").split())
    return f"{title} · {SHAPES[key].name}"


def load(project: Project, course: Course) -> dict[str, NoteType]:
    """Return the course's note types by key, with the project's own templates in place of the packaged ones."""
    from deckforge.render.templates import environment

    # Anki's own language has {{…}}; ours steps aside in these files.
    jinja = environment(project).overlay(
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    words = {"language": course.language or "en"}

    def text(path: str) -> str:
        return jinja.get_template(f"anki/{path}").render(words).strip() + "\n"

    css = text("shared/style.css")
    return {
        key: NoteType(
            key,
            ids.moment(course.id, "note type", key),
            display_name(course, key),
            tuple(Field(name, ids.part(course.id, "field", key, name)) for name in field_names(key)),
            tuple(
                Template(
                    name,
                    ids.part(course.id, "template", key, name),
                    text(f"{key}/{prefix}front.html"),
                    text(f"{key}/{prefix}back.html"),
                )
                for name, prefix in shape.templates
            ),
            css,
            shape.cloze,
        )
        for key, shape in SHAPES.items()
    }
