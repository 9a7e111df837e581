"""AnkiConnect's protocol over a real collection: what is pushed to this server is in Anki, or is not.

The actions do what the add-on does, by the same calls into the `anki` package, on a thread of its own as the add-on's
do. `Faults` makes it as bad as the world: slow, of another version, closed, no AnkiConnect at all, or dead after so
many requests, before or after it has done what it was asked.
"""

from __future__ import annotations

import base64
import contextlib
import fnmatch
import io
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from anki.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Faults:
    """What is wrong with the server.

    `die_at` is (action, n, after): the process goes away at the n-th request of that action, `after` having done it or
    before. `body` is answered in place of everything. `errors` are what actions fail with, the first times as many as
    there are. `before` is called ahead of an action.
    """

    delay: float = 0
    version: Any = 6
    denied: bool = False
    key: str = ""
    body: bytes | None = None
    status: int = 200
    die_at: tuple[str, int, bool] | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    unsupported: frozenset[str] = frozenset()
    before: dict[str, Callable[[], None]] = field(default_factory=dict)


class Dead(Exception):  # noqa: N818 - says what happened
    """The process has gone."""


class Anki:
    """A collection and the actions on it; `log` has the names of all that were asked for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.collection = Collection(str(folder / "collection.anki2"))
        self.faults = Faults()
        self.log: list[str] = []
        self._count: Counter[str] = Counter()

    def count(self, action: str) -> int:
        """How often an action was asked for."""
        return self._count[action]

    # The protocol

    def handle(self, request: dict[str, Any]) -> Any:
        name = request.get("action", "")
        try:
            result = self._act(name, request.get("params", {}), request.get("key", ""))
        except Dead:
            raise
        except Exception as error:
            return {"result": None, "error": str(error)} if request.get("version", 4) > 4 else None
        return {"result": result, "error": None} if request.get("version", 4) > 4 else result

    def _act(self, name: str, params: dict[str, Any], key: str) -> Any:
        if name != "requestPermission" and key != self.faults.key:
            raise ValueError("valid api key must be provided")
        self.log.append(name)
        self._count[name] += 1
        die = self.faults.die_at
        dying = die is not None and (name, self._count[name]) == die[:2]
        if dying and not die[2]:
            raise Dead
        if self.faults.errors.get(name):
            raise ValueError(self.faults.errors[name].pop(0))
        action = getattr(self, f"do_{name}", None)
        if action is None or name in self.faults.unsupported:
            raise ValueError("unsupported action")
        self.faults.before.get(name, lambda: None)()
        result = action(**params)
        if dying:
            raise Dead
        return result

    @property
    def changed(self) -> list[str]:
        """The actions asked for that change something."""
        reading = ("get", "find", "request", "version", "notesInfo", "deckNames", "model", "retrieve", "multi")
        return [name for name in self.log if not name.startswith(reading)]

    # Actions

    def do_requestPermission(self) -> Any:  # noqa: N802
        if self.faults.denied:
            return {"permission": "denied"}
        return {"permission": "granted", "requireApikey": bool(self.faults.key), "version": self.faults.version}

    def do_version(self) -> Any:
        return self.faults.version

    def do_multi(self, actions: list[dict[str, Any]]) -> list[Any]:
        return [self.handle(each) for each in actions]

    def do_getActiveProfile(self) -> str:  # noqa: N802
        return "User 1"

    def do_deckNames(self) -> list[str]:  # noqa: N802
        return [deck.name for deck in self.collection.decks.all_names_and_ids()]

    def do_modelNamesAndIds(self) -> dict[str, int]:  # noqa: N802
        return {each.name: int(each.id) for each in self.collection.models.all_names_and_ids()}

    def do_findModelsById(self, modelIds: list[int]) -> list[Any]:  # noqa: N802, N803
        found = [self.collection.models.get(number) for number in modelIds]
        if None in found:
            raise ValueError("model was not found: " + str(modelIds[found.index(None)]))
        return found

    def do_findNotes(self, query: str) -> list[int]:  # noqa: N802
        return list(map(int, self.collection.find_notes(query)))

    def do_notesInfo(self, notes: list[int]) -> list[Any]:  # noqa: N802
        return [self._info(number) for number in notes]

    def _info(self, number: int) -> Any:
        try:
            note = self.collection.get_note(number)
        except Exception:
            return {}
        fields = {name: {"value": value, "order": order} for order, (name, value) in enumerate(note.items())}
        return {
            "noteId": note.id,
            "profile": "User 1",
            "tags": note.tags,
            "fields": fields,
            "modelName": note.note_type()["name"],
            "mod": note.mod,
            "cards": self.collection.db.list("select id from cards where nid = ? order by ord", number),
        }

    def do_getDecks(self, cards: list[int]) -> dict[str, list[int]]:  # noqa: N802
        decks: dict[str, list[int]] = {}
        for card in cards:
            did = self.collection.db.scalar("select did from cards where id = ?", card)
            decks.setdefault(self.collection.decks.get(did)["name"], []).append(card)
        return decks

    def do_getMediaDirPath(self) -> str:  # noqa: N802
        return str(Path(self.collection.media.dir()).absolute())

    def do_getMediaFilesNames(self, pattern: str = "*") -> list[str]:  # noqa: N802
        return fnmatch.filter((path.name for path in Path(self.collection.media.dir()).iterdir()), pattern)

    def do_retrieveMediaFile(self, filename: str) -> Any:  # noqa: N802
        path = Path(self.collection.media.dir()) / filename
        return base64.b64encode(path.read_bytes()).decode() if path.is_file() else False

    def do_storeMediaFile(self, filename: str, data: str) -> str:  # noqa: N802
        self.collection.media.trash_files([filename])
        return self.collection.media.write_data(filename, base64.b64decode(data))

    def do_deleteMediaFile(self, filename: str) -> None:  # noqa: N802
        self.collection.media.trash_files([filename])

    def do_importPackage(self, path: str) -> bool:  # noqa: N802
        _import(self.collection, path)
        self.collection.models._clear_cache()
        return True

    def do_updateNote(self, note: dict[str, Any]) -> None:  # noqa: N802
        try:
            there = self.collection.get_note(note["id"])
        except Exception as error:
            raise ValueError(f"Note was not found: {note['id']}") from error
        for name, value in note.get("fields", {}).items():
            if name in there:
                there[name] = value
        self.collection.update_note(there, skip_undo_entry=True)
        if "tags" in note:
            self.collection.tags.bulk_remove([there.id], " ".join(there.tags))
            self.collection.tags.bulk_add([there.id], " ".join(note["tags"]))

    def do_addTags(self, notes: list[int], tags: str) -> None:  # noqa: N802
        self.collection.tags.bulk_add(notes, tags)

    def do_changeDeck(self, cards: list[int], deck: str) -> None:  # noqa: N802
        self.collection.set_deck(cards, self.collection.decks.id(deck))

    def do_suspend(self, cards: list[int]) -> bool:
        self.collection.sched.suspend_cards(cards)
        return True

    def do_unsuspend(self, cards: list[int]) -> bool:
        self.collection.sched.unsuspend_cards(cards)
        return True

    def do_deleteNotes(self, notes: list[int]) -> None:  # noqa: N802
        self.collection.remove_notes(notes)

    def do_updateModelTemplates(self, model: dict[str, Any]) -> None:  # noqa: N802
        there = self._model(model["name"])
        for template in there["tmpls"]:
            given = model["templates"].get(template["name"], {})
            template["qfmt"] = given.get("Front", template["qfmt"])
            template["afmt"] = given.get("Back", template["afmt"])
        self.collection.models.update_dict(there)

    def do_updateModelStyling(self, model: dict[str, Any]) -> None:  # noqa: N802
        there = self._model(model["name"])
        there["css"] = model["css"]
        self.collection.models.update_dict(there)

    def _model(self, name: str) -> Any:
        found = self.collection.models.by_name(name)
        if found is None:
            raise ValueError(f"model was not found: {name}")
        return found


def _import(collection: Collection, path: str) -> None:
    """Import as the add-on does, whatever Anki's version makes of that, and without its notices on standard output."""
    import anki.lang

    anki.lang.set_lang("en")  # as the desktop program does when it starts
    with contextlib.redirect_stdout(io.StringIO()):
        from anki.importing import AnkiPackageImporter

        AnkiPackageImporter(collection, path).run()


class Server:
    """A server for one collection, on a port of its own."""

    def __init__(self, anki: Anki) -> None:
        self.anki = anki
        self._start()

    def _start(self, port: int = 0) -> None:
        anki, server = self.anki, self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(anki.faults.delay)
                try:
                    body = anki.faults.body
                    if body is None:
                        body = json.dumps(anki.handle(json.loads(data))).encode()
                except Dead:
                    server.dead = True
                    self.close_connection = True
                    return
                try:
                    self.send_response(anki.faults.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # nobody waits any longer

            def log_message(self, *arguments: object) -> None:
                pass

        self.dead = False
        self._http = HTTPServer(("127.0.0.1", port), Handler)
        self._http.timeout = 0.05
        self._stop = False
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop and not self.dead:
            self._http.handle_request()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def stop(self) -> None:
        self._stop = True
        self._thread.join()

    def restart(self) -> None:
        """Come back, sound, at the same address."""
        self.stop()
        self.anki.faults = Faults()
        self._start(int(self._http.server_address[1]))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a new collection in a folder."""
    anki = Anki(folder)
    server = Server(anki)
    try:
        yield server
    finally:
        server.stop()
        anki.collection.close()
