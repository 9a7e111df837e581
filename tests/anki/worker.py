"""A learner's collection in whichever Anki runs this file: JSON commands in, one a line; JSON answers out, one a line.

    python -P tests/anki/worker.py
    {"do": "open", "folder": "/tmp/…"}        a new collection
    {"do": "take", "package": "….apkg"}       import; answers how many notes were new, updated, duplicate, conflicting
    {"do": "look"}                            everything there is: notes by GUID with their cards, note types, decks
    {"do": "study", "item": "a", "days": 21}  …and whatever else a learner does; see `Learner`

The same code runs in the newest and in the oldest supported version, so it uses nothing of this project and only what
both of them have. With `"at": 1780000000` a command happens at that time instead of now. An answer is `{"ok": …}` or
`{"error": "…"}`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from anki.buildinfo import version
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest


class Learner:
    """One collection at a time; every public method is a command."""

    def __init__(self) -> None:
        self._collection: Collection | None = None

    @property
    def _col(self) -> Collection:
        assert self._collection is not None, "open a collection first"
        return self._collection

    def version(self) -> str:
        return version

    def open(self, folder: str) -> None:
        self.close()
        Path(folder).mkdir(parents=True)
        self._collection = Collection(str(Path(folder) / "collection.anki2"))

    def close(self) -> None:
        if self._collection is not None:
            self._collection.close()
            self._collection = None

    def at(self, time: int) -> None:
        """Make what Anki stamped with the machine's clock look as if it had been done at a time, in seconds."""
        self._col.db.execute("update notes set mod = ? where mod > ?", time, time)

    def take(self, package: str, merge: bool = False, update: int = 0, presets: bool = False) -> dict[str, int]:
        """Import a package. `update` is 0 for notes that are newer, 1 for always, 2 for never."""
        options = ImportAnkiPackageOptions(
            merge_notetypes=merge, update_notes=update, update_notetypes=update, with_deck_configs=presets
        )
        log = self._col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options)).log
        self._col.models._clear_cache()
        return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}

    def look(self) -> dict[str, Any]:
        """Everything that an import could have touched. `schema` moves when Anki will ask for a full sync."""
        notes = [self._note(note) for note in self._col.db.list("select id from notes order by id")]
        types = {
            type_["name"]: {
                "id": type_["id"],
                "kind": type_["type"],
                "fields": [field["name"] for field in type_["flds"]],
                "templates": [template["name"] for template in type_["tmpls"]],
                "notes": self._col.models.use_count(type_),
            }
            for type_ in self._col.models.all()
        }
        return {
            "schema": self._col.db.scalar("select scm from col"),
            "notes": {note["guid"]: note for note in notes},
            "types": {name: type_ for name, type_ in types.items() if type_["notes"]},
            "decks": sorted(deck.name for deck in self._col.decks.all_names_and_ids()),
            "media": sorted(path.name for path in Path(self._col.media.dir()).iterdir()),
        }

    def _note(self, number: int) -> dict[str, Any]:
        note = self._col.get_note(number)
        cards = []
        for card in note.cards():
            shown = card.render_output()
            options = self._col.decks.config_dict_for_deck_id(card.current_deck_id())
            cards.append(
                {
                    "ord": card.ord,
                    "deck": self._col.decks.name(card.did),
                    "days": card.ivl,
                    "due": card.due,
                    "suspended": card.queue == -1,
                    "flag": card.user_flag(),
                    "question": shown.question_text,
                    "answer": shown.answer_text,
                    "css": shown.css,
                    "per_day": options["new"]["perDay"],
                }
            )
        return {
            "guid": note.guid,
            "item": note["ID"],
            "type": note.note_type()["name"],
            "mod": note.mod,
            "fields": dict(note.items()),
            "tags": sorted(note.tags),
            "cards": cards,
        }

    def _find(self, item: str) -> Any:
        (number,) = self._col.find_notes(f'"ID:{item}"')
        return self._col.get_note(number)

    def study(self, item: str, days: int) -> None:
        card = self._find(item).cards()[0]
        card.ivl, card.type, card.queue, card.due = days, 2, 2, 99
        self._col.update_card(card)

    def write(self, item: str, field: str, text: str) -> None:
        note = self._find(item)
        note[field] = text
        self._col.update_note(note)

    def tag(self, item: str, tags: list[str]) -> None:
        note = self._find(item)
        note.tags += tags
        self._col.update_note(note)

    def delete(self, item: str) -> None:
        self._col.remove_notes([self._find(item).id])

    def suspend(self, item: str) -> None:
        self._col.sched.suspend_cards([card.id for card in self._find(item).cards()])

    def flag(self, item: str, colour: int) -> None:
        self._col.set_user_flag_for_cards(colour, [card.id for card in self._find(item).cards()])

    def move(self, item: str, deck: str) -> None:
        self._col.set_deck([card.id for card in self._find(item).cards()], self._col.decks.id(deck))

    def new_per_day(self, item: str, cards: int) -> None:
        """Change the preset of an item's deck."""
        options = self._col.decks.config_dict_for_deck_id(self._find(item).cards()[0].did)
        options["new"]["perDay"] = cards
        self._col.decks.update_config(options)

    def search(self, text: str) -> list[str]:
        """The items that a search in Anki's browser finds."""
        return [self._col.get_note(note)["ID"] for note in self._col.find_notes(text)]

    def empty_cards(self) -> int:
        """How many cards *Empty Cards* would delete."""
        find = getattr(self._col, "get_empty_cards", None) or self._col._backend.get_empty_cards
        return sum(len(note.card_ids) for note in find().notes)

    def problems(self) -> list[str]:
        """What is wrong with the collection as its owner would meet it."""
        found = []
        for number in self._col.find_cards(""):
            card = self._col.get_card(number)
            shown = card.render_output()
            for side, text in (("question", shown.question_text), ("answer", shown.answer_text)):
                visible = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", text, flags=re.DOTALL)
                if "{{" in visible or "has a problem" in visible or not re.sub(r"<[^>]*>", "", visible).strip():
                    found.append(f"{card.note()['ID']}: {side}")
        bare = self._col.db.list("select id from notes where id not in (select nid from cards)")
        found += [f"note without cards: {note}" for note in bare]
        found += [f"missing media: {name}" for name in self._col.media.check().missing]
        text, healthy = self._col.fix_integrity()
        return found if healthy else [*found, text]


def main() -> None:
    """Answer until standard input ends. What a library prints goes to standard error, not between the answers."""
    answers, sys.stdout = sys.stdout, sys.stderr
    learner = Learner()
    for line in sys.stdin:
        command = json.loads(line)
        name, time = command.pop("do"), command.pop("at", None)
        try:
            assert not name.startswith("_")
            answer = {"ok": getattr(learner, name)(**command)}
            if time is not None:
                learner.at(time)
        except Exception as error:  # whoever asked is told
            answer = {"error": f"{name}: {type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
    learner.close()


if __name__ == "__main__":
    main()
