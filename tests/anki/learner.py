"""A learner's collection in the real Anki: what the importer, the renderer and the database check make of a package."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest, ImportCsvRequest

from deckforge.emit import anki as emitter
from tests.anki.build import NOW, context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deckforge.model.course import Course


@dataclass
class Learner:
    """A collection. `packages` is where packages are put before they are imported."""

    collection: Collection
    packages: Path

    def take(self, package: bytes, *, merge: bool = False, presets: bool = False) -> dict[str, int]:
        """Import a package, and return how many notes were new, updated, duplicate and conflicting."""
        path = self.packages / f"{len(list(self.packages.iterdir()))}.apkg"
        path.write_bytes(package)
        options = ImportAnkiPackageOptions(merge_notetypes=merge, with_deck_configs=presets)
        log = self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
        self.collection.models._clear_cache()
        return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}

    def take_text(self, text: bytes) -> dict[str, int]:
        """Import a text file, and return how many notes were new, updated, and for how many a note type was missing."""
        path = self.packages / "notes.txt"
        path.write_bytes(text)
        metadata = self.collection.get_csv_metadata(path=str(path), delimiter=None)
        log = self.collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
        return {name: len(getattr(log, name)) for name in ("new", "updated", "missing_notetype", "missing_deck")}

    @property
    def schema(self) -> int:
        """When the schema last changed; a change of it asks the learner for a full sync."""
        return int(self.collection.db.scalar("select scm from col"))

    def note(self, item: str) -> Any:
        """Return the note of an item."""
        (found,) = self.collection.find_notes(f'"ID:{item}"')
        return self.collection.get_note(found)

    def sides(self, item: str) -> list[tuple[str, str]]:
        """Return what each card of an item shows before and after answering."""
        return [(card.question(), card.answer()) for card in self.note(item).cards()]

    @property
    def type_names(self) -> set[str]:
        """The names of the note types that have notes."""
        return {
            self.collection.models.get(mid)["name"] for mid in self.collection.db.list("select distinct mid from notes")
        }

    def problems(self) -> list[str]:
        """Return everything that is wrong with the collection as a learner would meet it."""
        found = []
        for card_id in self.collection.find_cards(""):
            card = self.collection.get_card(card_id)
            item = card.note()["ID"]
            rendered = card.render_output()
            for side, text in (("question", rendered.question_text), ("answer", rendered.answer_text)):
                shown = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
                if "{{" in shown or "}}" in shown:
                    found.append(f"{item}: braces left in the {side}")
                if "has a problem" in shown or "unknown field" in shown.lower():
                    found.append(f"{item}: template error in the {side}")
                if not re.sub(r"<[^>]*>", "", shown).strip():
                    found.append(f"{item}: blank {side}")
        empty = self.collection.get_empty_cards().notes
        found += [f"empty cards of note {note.note_id}" for note in empty]
        bare = self.collection.db.list("select id from notes where id not in (select nid from cards)")
        found += [f"note without cards: {note}" for note in bare]
        media = self.collection.media.check()
        found += [f"missing media: {name}" for name in media.missing]
        found += [f"unused media: {name}" for name in media.unused if not name.startswith("_")]
        text, healthy = self.collection.fix_integrity()
        return found if healthy else [*found, text]


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    """Open a new collection in a folder."""
    (folder / "packages").mkdir(parents=True)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield Learner(collection, folder / "packages")
    finally:
        collection.close()


def package(root: Path, course: Course, *, now: int = NOW) -> bytes:
    """Build a course in a project, keep its lock file there as the writer would, and return the package."""
    made = emitter.emit(context(root, course, now=now))
    assert not [each for each in made.diagnostics if each.severity.name == "ERROR"], made.diagnostics
    lock = root / "content" / "anki.lock"
    for artifact in made.value:
        if artifact.path == "content/anki.lock":
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.write_bytes(artifact.data)
    return made.value[0].data
