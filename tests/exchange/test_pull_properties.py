"""Properties of pull: untouched texts never differ, and an edit is either written exactly or not at all.

The first goes through the real Anki. The second edits rendered fields at random, as somebody at an editor might, and
looks at the lesson afterwards.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anki.collection import ExportAnkiPackageOptions
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from deckforge.diagnostics import has_errors
from deckforge.emit.anki import ids, lock, notes
from deckforge.emit.anki.notetypes import SHAPES
from deckforge.emit.site.atlas import Atlas
from deckforge.exchange import tokens, words, write_back
from deckforge.exchange.apkg import NoteType, Package, PackedNote, read_package
from deckforge.exchange.pull import compare
from deckforge.exchange.tokens import Kind, Token
from deckforge.exchange.tracing import trace_lesson
from deckforge.project import Project
from deckforge.read import read
from tests.anki.build import context
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.exchange.pull import Pull
    from deckforge.model.course import Course

ROOT = Path(__file__).parents[2]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)
PLAIN = st.sampled_from(["gradient", "loss", "a", "the", "über", "don't", "0.5", "-1", "x<5", "y>3", "50 %"])
INLINE = st.one_of(
    PLAIN,
    PLAIN.map("*{}*".format),
    PLAIN.map("**{}**".format),
    st.sampled_from(["`a|b`", "$x_1$", "$\\frac{a}{b^{c}}$", "a\\_b", "\\*", "&amp;", "~~no~~", "[6](given:)"]),
    st.sampled_from(["[see](https://example.org)", "`` ` ``", "x::y", "`{{x}}`", "[sound:a.mp3]", "“q”", "é"]),
)
LINE = st.one_of(
    PLAIN,
    PLAIN.map("*{}*".format),
    PLAIN.map("**{}**".format),
    st.sampled_from(
        ["`a|b`", "`{{x}}`", "$x_1$", "$\\frac{a}{b^{c}}$", "a\\_b", "\\*", "&amp;", "[6.0](given:)", "~~no~~"]
    ),
    st.sampled_from(
        ["[see](https://example.org)", "`` ` ``", "x::y", "{{x}}", "[sound:a.mp3]", "“quoted”", "\\[", "é"]
    ),
)
LINE = st.lists(INLINE, min_size=1, max_size=8).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
BLOCK = st.one_of(
    PARAGRAPH,
    LINE.map("- {}\n- other".format),
    LINE.map("> {}".format),
    st.just("```python\nx = {'a': '<b>'}\n```"),
    st.just("$$\n\\sum_i x_i\n$$"),
    st.just("| a | b |\n|---|---|\n| `x` | **y** |"),
    st.just("<div class='note'>\nraw\n</div>"),
)
ANSWER = st.lists(BLOCK, min_size=1, max_size=4).map("\n\n".join)


def course(folder: Path, answers: Sequence[str]) -> Course | None:
    """Read a lesson with a card for each answer; nothing where the author made a mistake."""
    text = "---\nid: flow\ntitle: Flow\n---\n\n## Flashcards\n"
    for number, answer in enumerate(answers):
        text += f"\n### What is {number}? {{#item-{number}}}\n\n#### Answer\n\n{answer}\n"
    (folder / "content").mkdir(parents=True)
    (folder / "content/course.yaml").write_text("id: example\ntitle: An example\n")
    (folder / "content/flow.md").write_text(text)
    outcome = read(Project(folder))
    return None if has_errors(outcome.diagnostics) else outcome.value


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ANSWER, min_size=10, max_size=30))
def test_what_nobody_touched_never_differs(answers: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = [answer for number, answer in enumerate(answers) if course(folder / f"try-{number}", [answer])]
        made = course(folder / "course", good)
        assume(made is not None and made.items)
        assert made is not None
        with learner(folder / "anki") as anki:
            anki.take(package(folder / "course", made))
            for number, legacy in enumerate([True, False]):
                path = folder / f"{number}.apkg"
                anki.collection.export_anki_package(
                    out_path=str(path), options=ExportAnkiPackageOptions(legacy=legacy), limit=None
                )
                entries, _ = lock.read((folder / "course/content/anki.lock").read_bytes())
                found = compare(made, context(folder, made).verdicts, entries, read_package(path).value)
                assert found.value.notes == ()
                assert found.value.same == len(good)


SPECIAL = st.sampled_from(["*", "`", "$", "#", "- x", "1. x", "\\", "<b>", "&amp;", "[x](y)", "|", "{{c1::x}}"])
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "bold", "code"]),
        st.integers(0, 1000),
        st.one_of(PLAIN, WORDS, SPECIAL),
    ),
    min_size=1,
    max_size=3,
)


def html(found: Sequence[Token]) -> str:
    """Return tokens as a field that reads as they do."""
    from html import escape

    out = []
    for token in found:
        text = escape(token.text, quote=False)
        match token.kind:
            case Kind.MATH:
                out.append(rf"\({text}\)")
            case Kind.DISPLAY:
                out.append(rf"\[{text}\]")
            case Kind.CODE:
                out.append(f"<code>{text}</code>")
            case Kind.BLOCK:
                language, _, body = text.partition("\n")
                out.append(f'<pre><code class="language-{language}">{body}</code></pre>')
            case Kind.OPEN | Kind.VOID:
                out.append(f"<{token.text}>")
            case Kind.CLOSE:
                out.append(f"</{token.text}>")
            case Kind.IMAGE:
                source, _, alt = token.text.partition("|")
                out.append(f'<img src="{source}" alt="{alt}">')
            case _:
                out.append(text)
    return "".join(out)


def edited(field: str, edits: list[tuple[str, int, str]]) -> str:
    """Edit words of a field."""
    found = list(tokens.read(field))
    for what, where, text in edits:
        places = [index for index, token in enumerate(found) if token.kind is Kind.WORD]
        if not places:
            continue
        at = places[where % len(places)]
        new = [*tokens.read(html([Token(Kind.WORD, text)]))]
        match what:
            case "replace":
                found[at : at + 1] = new
            case "insert":
                found[at + 1 : at + 1] = [Token(Kind.SPACE, " "), *new]
            case "delete":
                del found[at]
            case "bold":
                found[at : at + 1] = [Token(Kind.OPEN, "strong"), found[at], Token(Kind.CLOSE, "strong")]
            case "code":
                found[at] = Token(Kind.CODE, found[at].text)
    return html(found)


def export(made: Course, folder: Path, changed: Mapping[tuple[str, str], str]) -> tuple[Package, dict[str, lock.Entry]]:
    """Return a package in which some fields were changed, and what the lock file would know of the notes."""
    verdicts = context(folder, made).verdicts
    entries = {f"notetype:{key}": lock.Entry(1000, "", "") for key in SHAPES}
    packed, types = [], {}
    for note in notes.from_course(made, verdicts).value.notes:
        entries[note.item] = lock.Entry(1000, lock.digest(note.content), note.type)
        names, number = notes.field_names(note.type), ids.moment(made.id, "note type", note.type)
        types[number] = NoteType(number, note.type, 1000, "normal", tuple((name, None) for name in names), (), "")
        fields = [(name, changed.get((note.item, name), text)) for name, text in zip(names, note.fields, strict=True)]
        packed.append(PackedNote(note.guid, len(packed), 2000, number, tuple(fields), note.tags, ()))
    return Package(tuple(packed), types), entries


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=ANSWER, edits=EDITS)
def test_an_edit_is_written_exactly_or_not_at_all(answer: str, edits: list[tuple[str, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = course(folder, [answer, "Another answer, of the **same** lesson."])
        assume(made is not None)
        assert made is not None
        verdicts = context(folder, made).verdicts
        (before, other) = notes.from_course(made, verdicts).value.notes
        back = edited(before.fields[2], edits)
        packed, entries = export(made, folder, {(before.item, "Back"): back})
        pulled: Pull = compare(made, verdicts, entries, packed).value
        path = folder / "content/flow.md"
        text = path.read_text()
        done = write_back.write(pulled, made, verdicts, Project(folder))
        again = read(Project(folder))
        (after, other_after) = notes.from_course(again.value, context(folder, again.value).verdicts).value.notes
        assert other_after.fields == other.fields
        event("written" if done.files else "left" if pulled.notes else "no difference")
        for note in done.notes:
            for change in note.changes:
                event(change.outcome[:40])
        if done.files:
            assert not has_errors(again.diagnostics)
            assert tokens.read(after.fields[2]) == tokens.read(back)
            assert compare(again.value, context(folder, again.value).verdicts, entries, packed).value.notes == ()
        else:
            assert path.read_text() == text
            assert all(change.outcome for note in done.notes for change in note.changes)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=PARAGRAPH, where=st.integers(0, 1000), word=st.sampled_from(["gradient", "loss", "über", "7", "don’t"]))
def test_a_plain_word_for_a_plain_word_is_always_written(answer: str, where: int, word: str) -> None:
    """In a paragraph, of words that no claim, link or code holds: what the promise is made for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = course(folder, [f"First {answer} last word.", "Another."])
        assume(made is not None)
        assert made is not None
        verdicts = context(folder, made).verdicts
        field = notes.from_course(made, verdicts).value.notes[0].fields[2]
        target = ["First", "last", "word"][where % 3]
        assume(field.count(target) == 1)
        packed, entries = export(made, folder, {("item-0", "Back"): field.replace(target, word)})
        done = write_back.write(compare(made, verdicts, entries, packed).value, made, verdicts, Project(folder))
        assert [change.outcome for note in done.notes for change in note.changes] == ["written"]
        assert (folder / "content/flow.md").read_text().count(target) == 0


def test_a_word_in_every_text_of_the_course_that_ships_can_be_changed(tmp_path: Path) -> None:
    """Words of cards, options, hints, rubrics, tables: everything that an author wrote and no proof answers for."""
    for name in ("content", "verify"):
        shutil.copytree(ROOT / name, tmp_path / name)
    made = read(Project(tmp_path)).value
    verdicts = context(tmp_path, made).verdicts
    changed = {}
    for lesson in made.lessons:
        for item, traced in trace_lesson(Atlas(made), lesson, verdicts).items():
            for name, marked in traced.fields.items():
                field = re.sub("\x11\\d+\x12|\x13", "", marked)
                own = [token.text for token, owner in tokens.traced(marked) if owner >= 0 and token.kind is Kind.WORD]
                word = next((word for word in own if word.isalpha() and len(word) > 3 and field.count(word) == 1), "")
                if word:
                    changed[item, name] = field.replace(word, "changed")
    assert len(changed) > 100
    packed, entries = export(made, tmp_path, changed)
    done = write_back.write(compare(made, verdicts, entries, packed).value, made, verdicts, Project(tmp_path))
    outcomes = {(note.item, change.field): change.outcome for note in done.notes for change in note.changes}
    assert outcomes == dict.fromkeys(changed, "written")
    again = read(Project(tmp_path)).value
    assert compare(again, context(tmp_path, again).verdicts, entries, packed).value.notes == ()


LETTERS = st.lists(st.sampled_from("abcd"), max_size=20)


@given(LETTERS, LETTERS)
def test_both_texts_can_be_read_out_of_their_differences(old: list[str], new: list[str]) -> None:
    assume(old != new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "AROUND", 100)
        pieces = words.differences(old, new)
    for side, text in (("old", old), ("new", new)):
        assert [word for piece in pieces if piece.op in ("same", side) for word in piece.text.split()] == text
    assert "[-" in words.plain(pieces) or "{+" in words.plain(pieces)
