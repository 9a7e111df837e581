"""From a learner's Anki back into the lessons: what `deckforge pull` shows, and what `--write` writes and refuses.

Every package here is one that the real Anki exported, after it imported ours and somebody edited notes in it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anki.collection import ExportAnkiPackageOptions
from click.testing import CliRunner
from rich.console import Console

from deckforge import cli
from deckforge.emit.anki import lock
from deckforge.errors import OutputError
from deckforge.exchange.apkg import read_package
from deckforge.exchange.pull import compare
from deckforge.exchange.pull_command import coloured
from deckforge.model import diagrams
from deckforge.project import Project
from deckforge.read import read
from tests.anki.build import context, demo
from tests.anki.learner import learner, package
from tests.exchange.pulling import BUILT, DECK, FILES, MARKDOWN, YAML, Course, Reader, reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.exchange.pull import Pull
    from deckforge.model import course as model

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with an item of every kind, in Markdown and in YAML, as its author has it after a build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(BUILT))
        course = Course(tmp_path_factory.mktemp("built"), FILES)
        course.deck()
    return course.root


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Course:
    """A copy of the built course."""
    shutil.copytree(built, tmp_path / "course")
    return Course(tmp_path / "course", {})


@pytest.fixture
def anki(course: Course, tmp_path: Path) -> Iterator[Reader]:
    """A learner who has just imported the course."""
    with reader((course.root / DECK).read_bytes(), tmp_path / "learner") as found:
        yield found


# What nobody touched


@pytest.mark.parametrize("legacy", [False, True], ids=["current", "legacy"])
def test_untouched_notes_show_no_difference(course: Course, anki: Reader, legacy: bool) -> None:
    assert course.pull(anki.export(legacy=legacy)).text == "notes.apkg: 10 notes of this course, 0 differ\n"


@pytest.mark.parametrize("made", [demo(), read(Project(ROOT)).value], ids=["every kind", "the course that ships"])
def test_untouched_notes_of_real_courses_show_no_difference(made: model.Course, tmp_path: Path) -> None:
    assert pulled(made, tmp_path).notes == ()


def pulled(made: model.Course, folder: Path) -> Pull:
    """Import a course into Anki, export it again, and compare."""
    with learner(folder / "anki") as anki:
        anki.take(package(folder / "course", made))
        path = folder / "notes.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=False)
        anki.collection.export_anki_package(out_path=str(path), options=options, limit=None)
    entries, _ = lock.read((folder / "course/content/anki.lock").read_bytes())
    outcome = compare(made, context(folder, made).verdicts, entries, read_package(path).value)
    assert outcome.value.same == len(made.items)
    return outcome.value


def test_what_anki_s_editor_makes_of_a_field_is_no_difference(course: Course, anki: Reader) -> None:
    """Opening a note and typing a space and taking it away leaves other HTML that shows the same."""
    anki.edit(
        "vanishing",
        ("Back", "<em>Jacobian</em>", "<i>Jacobian</i>"),
        ("Back", "fifty factors", "fifty&nbsp;factors"),
        ("Back", "</p>\n<ul>", "</p><ul>"),
        ("Back", "a_b &amp; c &lt; d", "a_b&nbsp;&amp; c &lt; d"),
        ("Front", "networks?", "networks?<br>"),
    )
    anki.edit("fix", ("Options", '<ol class="df-options">', "<ol  class='df-options' style=''>"))
    assert "0 differ" in course.pull(anki.export()).text


# What is shown


def edit_everything(anki: Reader) -> None:
    """Edit notes as learners and co-authors do."""
    anki.edit(
        "vanishing",
        ("Front", "deep", "very deep"),
        ("Back", "Each layer", "Every <b>single</b> layer"),
        ("Back", "a_b", "a_b*"),
        ("Why", "Nothing learns.", "Nothing learns, <i>ever</i>: \\(x_1\\)."),
        tags={"hard": True, "marked": True, "backprop": False},
    )
    anki.edit("prints", ("Back", "twice", "thrice"))
    anki.edit("scaler", ("Front", "grows", "then grows"))
    anki.edit("fix", ("Options", "exploding", "large"), ("Explanation", "factor", "<code>factor</code>"))
    anki.edit("twice", ("Back", ">6.0<", ">7.0<"))
    anki.edit("design", ("Tasks", "memory", "memory of a device"), ("Rubric", "guessed", "a guess"))
    anki.edit("dead", ("Hints", "derivative", "derivative first"), ("Mistakes", "the factor", "it"))
    anki.edit("stride", ("Back", "elements further", "“items” further"))
    anki.edit("rank", ("Back", 'number of "axes"', 'count of "axes" \\ "dims"'))
    anki.edit("axis", ("Back", "a tensor", "a tensor’s shape"))


def golden(name: str, text: str) -> None:
    """Compare with a golden file; with DECKFORGE_GOLDEN=write, write it."""
    path = GOLDEN / name
    if os.environ.get("DECKFORGE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("legacy", [False, True], ids=["current", "legacy"])
def test_edits_are_shown_word_by_word(course: Course, anki: Reader, legacy: bool) -> None:
    edit_everything(anki)
    golden("pull.txt", course.pull(anki.export(legacy=legacy)).text)
    assert course.read() == MARKDOWN


def test_the_same_as_json(course: Course, anki: Reader) -> None:
    anki.edit("vanishing", ("Front", "deep", "very deep"), tags={"hard": True})
    document = json.loads(course.pull(anki.export(), style="json").text)
    (note,) = document["notes"]
    assert note["item"] == "vanishing"
    assert note["place"] == "content/flow.md:18"
    assert note["whose"] == "theirs"
    assert note["tags_added"] == ["hard"]
    (change,) = note["changes"]
    assert change["html"] == "Why do gradients vanish in very deep networks?"
    assert ["new", "very"] in change["difference"]
    assert (document["same"], document["missing"], document["foreign"], document["diagnostics"]) == (9, [], 0, [])


def test_at_a_terminal_words_are_coloured_instead_of_bracketed(course: Course, anki: Reader) -> None:
    anki.edit("design", ("Back", "the moments", "two moments"))
    made = read(course.project).value
    entries, _ = lock.read((course.root / "content/anki.lock").read_bytes())
    found = compare(made, context(course.root, made).verdicts, entries, read_package(anki.export()).value).value
    out = io.StringIO()
    coloured(found, made.sources, "notes.apkg", Console(file=out, force_terminal=True, color_system="standard"))
    assert "    Shard \x1b[9;31mthe\x1b[0m \x1b[32mtwo\x1b[0m moments." in out.getvalue()
    assert "[-" not in out.getvalue()


def test_notes_that_are_gone_new_or_retired_are_told(course: Course, anki: Reader) -> None:
    collection = anki.learner.collection
    collection.remove_notes([anki.learner.note("stride").id, anki.learner.note("axis").id])
    own = collection.new_note(collection.models.by_name("Basic"))
    own["Front"] = "A card of mine"
    collection.add_note(own, collection.decks.id("Default"))
    course.write({"content/terms.yaml": YAML.replace("      - id: rank", "      - id: order")})
    shown = course.pull(anki.export()).text
    assert shown.splitlines()[0] == "notes.apkg: 7 notes of this course, 0 differ"
    assert "not in the file (deleted there, or never imported): stride, order, axis\n" in shown
    assert "no longer in the course, and still in the file: rank" in shown
    assert "not of this course: 1 note\n" in shown


def test_a_tag_in_another_case_is_the_same_tag(course: Course, anki: Reader) -> None:
    anki.edit("scaler", tags={"backprop": False, "BackProp": True, "leech": True})
    assert "0 differ" in course.pull(anki.export()).text


# Whose a difference is


def test_a_note_older_than_the_sources_differs_by_our_own_change(
    course: Course, anki: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.replace("content/flow.md", "Shard the moments.", "Shard the moments first.")
    unbuilt = course.pull(anki.export()).text
    assert "the sources have changed since the last build: the difference is ours" in unbuilt
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(BUILT + 1000))
    course.deck()
    built = course.pull(anki.export(), write=True).text
    assert "older than the sources" in built
    assert "design  content/flow.md:62  Back: older than our last build of it: the difference is ours" in built
    assert "Shard the moments first." in course.read()


def test_an_edit_of_a_note_whose_source_went_on_is_shown_and_not_written(course: Course, anki: Reader) -> None:
    anki.edit("design", ("Back", "moments", "two moments"))
    course.replace("content/flow.md", "Shard the moments.", "Shard the moments first.")
    before = course.read()
    shown = course.pull(anki.export(), write=True).text
    assert "it was edited in Anki, and its source has changed since the last build" in shown
    assert course.read() == before


def test_an_edit_that_may_be_of_an_older_build_is_not_written(
    course: Course, anki: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The learner edits the old note and never imports the new build: writing would undo ours."""
    anki.edit("design", ("Back", "moments", "two moments"))
    course.replace("content/flow.md", "Shard the moments.", "Shard all the moments.")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(BUILT + 1000))
    course.deck()
    shown = course.pull(anki.export(), write=True).text
    assert "perhaps before our last build of it was imported there" in shown
    assert "Shard all the moments." in course.read()


def test_no_proof_is_executed(course: Course, anki: Reader) -> None:
    """The proof has changed and would fail; a pull neither notices nor takes it for somebody's edit."""
    course.replace("verify/sums.py", 'return {"value": 2 * x}', 'return {"value": 2 * x / 0}')
    assert course.pull(anki.export()).text == "notes.apkg: 10 notes of this course, 0 differ\n"


def test_without_a_lock_file_nobody_can_say_whose_it_is(course: Course, anki: Reader) -> None:
    anki.edit("design", ("Back", "moments", "two moments"))
    (course.root / "content/anki.lock").unlink()
    assert "content/anki.lock does not know this note" in course.pull(anki.export(), write=True).text
    assert course.read() == MARKDOWN


# What is written


def test_what_was_written_shows_no_difference_afterwards(course: Course, anki: Reader) -> None:
    edit_everything(anki)
    file = anki.export()
    golden("pull-write.txt", course.pull(file, write=True).text)
    again = course.pull(file).text
    assert [line for line in again.splitlines() if line.startswith("  ") and "tags" not in line] == [
        "  Back  content/flow.md:37",
        "    [-twice-] {+thrice+} = 2 * 4.0 # 8.0",
        "  Back  content/flow.md:60",
        "    [-6.0-] {+7.0+}",
    ]


def test_only_the_edited_words_of_a_lesson_change(course: Course, anki: Reader) -> None:
    edit_everything(anki)
    course.pull(anki.export(), write=True)
    markdown, yaml = MARKDOWN, YAML
    for old, new in (
        ("in deep networks", "in very deep networks"),
        ("Each layer", "Every **single** layer"),
        ("a\\_b", "a\\_b\\*"),
        ("Nothing learns.", "Nothing learns, *ever*: $x_1$."),
        ("and grows", "and then grows"),
        ("exploding", "large"),
        ("a factor.", "a `factor`."),
        ("the memory.", "the memory of a device."),
        ("| guessed |", "| a guess |"),
        ("the derivative.", "the derivative first."),
        ("write the factor", "write it"),
    ):
        assert markdown.count(old) == 1
        markdown = markdown.replace(old, new)
    for old, new in (
        ("elements further", "“items” further"),
        ('number of \\"axes\\"', 'count of \\"axes\\" \\\\\\\\ \\"dims\\"'),
        ("a tensor\n", "a tensor’s shape\n"),
    ):
        assert yaml.count(old) >= 1
        head, _, tail = yaml.rpartition(old)
        yaml = head + new + tail
    assert course.read() == markdown
    assert course.read("content/terms.yaml") == yaml


def test_a_written_course_builds_and_updates_the_learner(
    course: Course, anki: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way round: the author's next package agrees with what the co-author wrote."""
    anki.edit("vanishing", ("Front", "deep", "very deep"))
    course.pull(anki.export(), write=True)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(BUILT + 999_999))
    log = anki.learner.take(course.deck())
    assert (log["updated"], log["conflicting"]) == (1, 0)
    assert anki.learner.note("vanishing")["Front"] == "Why do gradients vanish in very deep networks?"
    assert "0 differ" in course.pull(anki.export()).text


# What is refused, and why


@pytest.mark.parametrize(
    ("item", "field", "old", "new", "reason"),
    [
        ("twice", "Back", ">6.0<", ">6.1<", "changing 6.0 would change what is claimed"),
        ("vanishing", "Back", ">0.5<", ">0.75<", "changing 0.5 would change what is claimed"),
        ("vanishing", "Back", "fifty factors", "fifty<br>factors", "line break"),
        ("vanishing", "Back", "fifty factors", '<font color="red">fifty</font> factors', "the structure (`<font>`)"),
        ("vanishing", "Back", "<li>another</li>", "<li>another</li><li>third</li>", "the structure (`<li>`)"),
        ("vanishing", "Back", "and a_b", '<img src="paste.png"> a_b', "a picture"),
        ("vanishing", "Back", "and a_b", '<a href="https://example.org">and</a> a_b', "a link"),
        ("prints", "Back", "twice", "thrice", "a code block"),
        ("scaler", "Difficulty", "easy", "hard", "it comes from the item's attributes"),
        ("scaler", "Lesson", "Gradient", "The gradient", "it is the title of the lesson"),
        (
            "twice",
            "Evidence",
            "</span> checked",
            "</span> not checked",
            "it is made from the proofs of the item's claims",
        ),
        ("fix", "Options", "<li data-key>", "<li>", "the structure (`<li>`)"),
        ("design", "Tasks", "4 points", "5 points", "is made by the build"),
        (
            "scaler",
            "Front",
            "{{c2::slowly::how}}",
            "{{c1::slowly",
            "it would be a mistake in the lesson: `{{c1::` is not closed",
        ),
        ("stride", "Back", "next", "next: <b>", "exactly what was written"),
    ],
)
def test_what_cannot_be_written_without_loss_is_left_with_the_reason(  # noqa: PLR0917
    course: Course, anki: Reader, item: str, field: str, old: str, new: str, reason: str
) -> None:
    anki.edit(item, (field, old, new))
    shown = course.pull(anki.export(), write=True).text
    assert "→ not written: " in shown
    assert reason in shown.partition("→ not written: ")[2], shown
    assert (course.read(), course.read("content/terms.yaml")) == (MARKDOWN, YAML)


def test_a_part_that_the_item_does_not_have_is_named(course: Course, anki: Reader) -> None:
    note = anki.learner.note("scaler")
    note["Why"], note["Reserved3"] = "Because.", "mine"
    anki.learner.collection.update_note(note)
    shown = course.pull(anki.export(), write=True).text
    assert "the item has no such part; add `#### Why it matters` by hand" in shown
    assert "the sources have no place for this field" in shown
    assert course.read() == MARKDOWN


def test_an_emptied_field_is_for_a_person(course: Course, anki: Reader) -> None:
    note = anki.learner.note("vanishing")
    note["Why"] = ""
    anki.learner.collection.update_note(note)
    assert "the field was emptied" in course.pull(anki.export(), write=True).text
    assert course.read() == MARKDOWN


def test_one_change_that_cannot_be_written_keeps_no_other_back(course: Course, anki: Reader) -> None:
    anki.edit("vanishing", ("Back", ">0.5<", ">0.75<"), ("Front", "deep", "very deep"))
    anki.edit("twice", ("Front", "twice 3", "2 * 3 = <b>x</b>"))
    shown = course.pull(anki.export(), write=True).text
    assert shown.count("→ written") == 2
    assert shown.count("→ not written") == 1
    changed = MARKDOWN.replace("in deep", "in very deep").replace("twice 3?", "2 \\* 3 = **x**?")
    assert course.read() == changed


def test_a_lesson_that_changes_meanwhile_is_left_alone(
    course: Course, anki: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deckforge.exchange import write_back

    anki.edit("vanishing", ("Front", "deep", "very deep"))
    proposal = write_back._proposal

    def somebody_saves(*arguments: object) -> object:
        course.replace("content/flow.md", "A lesson on", "My lesson on")
        return proposal(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write_back, "_proposal", somebody_saves)
    with pytest.raises(OutputError, match="changed while it was being read"):
        course.pull(anki.export(), write=True)
    assert course.read() == MARKDOWN.replace("A lesson on", "My lesson on")


def test_a_full_disk_leaves_the_lesson_as_it_was(course: Course, anki: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    anki.edit("vanishing", ("Front", "deep", "very deep"))
    file = anki.export()
    put = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == ".flow.md.new":
            put(path, data[:10])
            raise OSError(28, "No space left on device")
        return put(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        course.pull(file, write=True)
    assert course.read() == MARKDOWN
    assert sorted(path.name for path in (course.root / "content").iterdir()) == [
        "anki.lock", "course.yaml", "flow.md", "terms.yaml",
    ]  # fmt: skip


def test_permissions_of_a_lesson_stay(course: Course, anki: Reader) -> None:
    (course.root / "content/flow.md").chmod(0o600)
    anki.edit("vanishing", ("Front", "deep", "very deep"))
    course.pull(anki.export(), write=True)
    assert (course.root / "content/flow.md").stat().st_mode & 0o777 == 0o600


# The command


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, ["pull", *arguments])
    return result.exit_code, result.stdout


def test_the_command_shows_and_writes(course: Course, anki: Reader) -> None:
    anki.edit("vanishing", ("Front", "deep", "very deep"))
    file, project = str(anki.export()), str(course.root)
    assert run(file, "--project", project)[0] == 0
    assert course.read() == MARKDOWN
    status, shown = run(file, "--project", project, "--write")
    assert status == 0
    assert shown.endswith("changed: content/flow.md\n")
    assert run(file, "--project", project, "--format", "json")[1].startswith("{")


def test_a_package_of_another_course_is_an_error(course: Course, tmp_path: Path) -> None:
    (tmp_path / "other.apkg").write_bytes(package(tmp_path / "other", demo()))
    status, shown = run(str(tmp_path / "other.apkg"), "--project", str(course.root))
    assert status == 1
    assert "DF760" in shown
    (tmp_path / "no.apkg").write_bytes(b"no zip")
    status, shown = run(str(tmp_path / "no.apkg"), "--project", str(course.root), "--write")
    assert status == 1
    assert "DF750" in shown
    assert run(str(tmp_path / "missing.apkg"), "--project", str(course.root))[0] == 2


def test_a_course_with_mistakes_is_not_compared(course: Course, anki: Reader) -> None:
    course.replace("content/flow.md", "#### Solution", "#### Solutoin")
    status, shown = run(str(anki.export()), "--project", str(course.root), "--write")
    assert status == 1
    assert "Solutoin" in shown


def test_a_field_that_somebody_renamed_is_still_ours(course: Course, anki: Reader) -> None:
    """Fields are told apart by their permanent ids."""
    collection = anki.learner.collection
    type_ = anki.learner.note("vanishing").note_type()
    collection.models.rename_field(type_, type_["flds"][2], "Antwort")
    collection.models.update_dict(type_)
    anki.edit("vanishing", ("Antwort", "Each layer", "Every layer"))
    shown = course.pull(anki.export()).text
    assert "  Back  content/flow.md:22\n    [-Each-] {+Every+} layer" in shown


def test_a_note_that_was_given_another_type_is_told(course: Course, anki: Reader) -> None:
    collection = anki.learner.collection
    note, basic = anki.learner.note("vanishing"), collection.models.by_name("Basic")
    info = collection.models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"])
    request = info.input
    request.note_ids.extend([note.id])
    collection.models.change_notetype_of_notes(request)
    assert "it was given another note type, “Basic”" in course.pull(anki.export(), write=True).text
    assert course.read() == MARKDOWN


def test_the_newest_of_two_notes_with_one_guid_counts(course: Course, anki: Reader) -> None:
    read_back = read_package(anki.export()).value
    note = next(each for each in read_back.notes if each["ID"] == "scaler")
    fields = tuple((name, html.replace("grows", "shrinks")) for name, html in note.fields)
    newer = replace(note, id=note.id + 1, mod=note.mod + 9, fields=fields)
    made = read(course.project).value
    entries, _ = lock.read((course.root / "content/anki.lock").read_bytes())
    twice = replace(read_back, notes=(newer, *read_back.notes))
    (changed,) = compare(made, context(course.root, made).verdicts, entries, twice).value.notes
    assert changed.item == "scaler"


# Diagrams that are drawn


def test_an_item_with_a_drawn_diagram_is_placed_and_written_like_any_other(tmp_path: Path) -> None:
    """Its fields show the drawing, which the project keeps; the edit is around it."""
    text = "flowchart LR\n  accTitle: Loss to gradients\n  A[Loss] --> B[Gradients]\n"
    course = Course(
        tmp_path / "course",
        {
            "content/course.yaml": "id: example\ntitle: An example\n",
            "content/flow.md": "---\nid: flow\ntitle: Flow\n---\n\n# Flow\n\n## Flashcards\n\n"
            "### A picture {#shows .easy}\n\n"
            f"What is shown here?\n\n```mermaid\n{text}```\n\n#### Answer\n\nA loop.\n",
        },
    )
    [code] = diagrams.of_course(course.check().course)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>drawn</title></svg>\n'
    course.write({diagrams.path(code): drawing})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(BUILT))
        deck = course.deck()
    with reader(deck, tmp_path / "learner") as anki:
        assert "<img" in anki.learner.note("shows")["Front"]
        anki.edit("shows", ("Front", "is shown here", "does this show"))
        pulled = course.pull(anki.export(), write=True).text
    assert "Front  content/flow.md:12" in pulled
    assert "What does this show?\n\n```mermaid\n" in (course.root / "content" / "flow.md").read_text()
