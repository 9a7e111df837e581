"""What phones are known to break, looked for in every template: nobody runs these tests on a phone.

Each rule names what happened to somebody. The text is looked at after Jinja has put the templates together, as Anki
gets it; and the fields, which hold the HTML of options, rubrics and hints, are looked at by the same rules.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from deckforge.emit.anki.notes import from_course
from deckforge.emit.anki.notetypes import SHAPES, NoteType, load
from deckforge.project import Project
from tests.anki.build import context, demo

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)

FORBIDDEN = {
    "localStorage": "AnkiDroid serves cards from another port every time: nothing stored is found again",
    "indexedDB": "the same",
    "document.cookie": "the same",
    "AnkiDroidJS": "the new study screen has no such interface, and the script dies at its first use",
    'href="#"': "AnkiDroid's new study screen takes it for a change of page and resets the card",
    "javascript:": "the same",
    "location.": "the same",
    "history.": "the same",
    "document.write": "it replaces the reviewer",
    "alert(": "AnkiMobile and AnkiDroid show no dialogues of cards",
    "confirm(": "the same",
    "prompt(": "the same",
    "fetch(": "cards work without a network",
    "XMLHttpRequest": "the same",
    "WebSocket": "the same",
    "import(": "cards are no modules, and nothing is loaded",
    'type="module"': "Anki puts scripts in with innerHTML and runs them again as classic ones",
    "<script src": "the same; a file of a template is not imported without a leading underscore, and never updated",
    "<link": "a style sheet of its own is copied once and never updated",
    "@import": "the same",
    "@font-face": "the same",
    "url(": "the same",
    "http:": "nothing from the web",
    "https:": "nothing from the web",
    "innerHTML": "what somebody typed would become HTML",
    "DOMContentLoaded": "a card is put into a page that was loaded long ago: the event never comes",
    "window.onload": "the same",
    "prefers-color-scheme": "follows the system and not Anki's own theme",
    "100vh": "counts the bars of a phone's browser",
}

# What is younger than ES2017, in the script's text without its strings and comments.
YOUNGER = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "logical assignment": r"(?:\|\||&&)=",
    "object spread": r"\{\s*\.\.\.",
    "a private member": r"#\w+\s*[=(]",
    "a big integer": r"\b\d+n\b",
    "a catch without its error": r"catch\s*\{",
    "finally of a promise": r"\.finally\(",
    "a method of ES2019 and later": r"\.(?:flat|flatMap|trimStart|trimEnd|replaceAll|matchAll|at|fromEntries)\(",
    "a look behind or a named group": r"\(\?<",
    "a top-level await": r"^\s*await\b",
    "structuredClone": r"\bstructuredClone\b",
    "globalThis": r"\bglobalThis\b",
}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NoteType]:
    return load(Project(tmp_path_factory.mktemp("course")), demo())


def sides(type_: NoteType) -> dict[str, str]:
    """Return the templates' text by its name."""
    return {
        f"{template.name}: {side}": text
        for template in type_.templates
        for side, text in (("front", template.front), ("back", template.back))
    }


@pytest.mark.parametrize("key", SHAPES)
def test_a_template_does_nothing_that_a_phone_breaks(types: dict[str, NoteType], key: str) -> None:
    for name, text in {**sides(types[key]), "style": types[key].css}.items():
        for word, reason in FORBIDDEN.items():
            assert word not in text, f"{key}, {name}: {word}: {reason}"


@pytest.mark.parametrize("key", SHAPES)
def test_scripts_are_classic_and_old_enough(types: dict[str, NoteType], key: str) -> None:
    for name, text in sides(types[key]).items():
        for script in SCRIPT.findall(text):
            bare = re.sub(r"//[^\n]*|\"(?:[^\"\\]|\\.)*\"", '""', script)
            for what, pattern in YOUNGER.items():
                found = re.search(pattern, bare, re.MULTILINE)
                assert found is None, f"{key}, {name}: {what}: {bare[max(0, found.start() - 30) : found.end() + 30]}"
            # A side is shown again and again in one page: what it declares must not meet itself.
            assert re.fullmatch(r"\s*\(function \(\) \{.*\}\)\(\);\s*", script, re.DOTALL), f"{key}, {name}"


def test_the_rules_find_what_they_look_for() -> None:
    younger = ["a?.b", "a ?? b", "a ||= b", "f({ ...a })", "#x = 1", "10n", "catch {", "a.flat()", "/(?<=a)/"]
    for text in younger:
        assert any(re.search(pattern, text, re.MULTILINE) for pattern in YOUNGER.values()), text
    for text in ("a ? .5 : b", "a ? b : c", "[...a]", "catch (e) {", "/(?:a)/", "a || b"):
        assert not any(re.search(pattern, text, re.MULTILINE) for pattern in YOUNGER.values()), text


@pytest.mark.parametrize("key", SHAPES)
def test_scripts_make_buttons_that_submit_nothing(types: dict[str, NoteType], key: str) -> None:
    for text in sides(types[key]).values():
        for made in re.finditer(r'(\w+) = document\.createElement\("button"\)', text):
            assert f'{made[1]}.type = "button"' in text
            assert f'{made[1]}.className = "tappable"' in text


class Elements(HTMLParser):
    """Collects the start tags of an HTML text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(SCRIPT.sub("", text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


TAPPABLE = {"details", "button", "input", "textarea", "label", "select"}


def wrong(text: str) -> list[str]:
    """Return what a learner's finger or screen reader would stumble over."""
    found = []
    for tag, attributes in Elements(text).found:
        classes = attributes.get("class", "").split()
        hidden = tag == "input" and attributes.get("type") in ("radio", "checkbox")
        if tag in TAPPABLE and not hidden and "tappable" not in classes:
            found.append(f"<{tag}> is not tappable: on AnkiMobile a tap on it shows the answer")
        if tag == "button" and attributes.get("type") != "button":
            found.append("<button> submits")
        if tag in ("form", "iframe", "object", "embed", "base", "meta", "svg", "audio", "video", "dialog"):
            found.append(f"<{tag}> does not work everywhere")
        if tag == "img" and not attributes.get("alt"):
            found.append("<img> without alt")
        found += [f"{name} on <{tag}>: the editor takes handlers out" for name in attributes if name.startswith("on")]
    return found


@pytest.mark.parametrize("key", SHAPES)
def test_what_can_be_tapped_says_so(types: dict[str, NoteType], key: str) -> None:
    for name, text in sides(types[key]).items():
        assert wrong(text) == [], f"{key}, {name}"


def test_the_html_of_fields_keeps_the_same_rules(tmp_path: Path) -> None:
    made = context(tmp_path, demo())
    for note in from_course(made.course, made.verdicts).value.notes:
        for text in note.fields:
            assert wrong(text) == [], note.item
            assert "<script" not in text, note.item


def test_night_is_told_by_anki_s_own_classes(types: dict[str, NoteType]) -> None:
    """`.nightMode` today, `.night_mode` on older phones, on the card itself or above it."""
    css = types["card"].css
    for selector in (".card.nightMode", ".nightMode .card", ".card.night_mode", ".night_mode .card"):
        assert selector in css


def test_no_selector_takes_others_down_with_it(types: dict[str, NoteType]) -> None:
    """An older web view drops a whole rule for one selector that it cannot read, such as `:has()`."""
    for rule in re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"/\*.*?\*/", "", types["card"].css, flags=re.DOTALL)):
        selectors = re.split(r",(?![^(]*\))", rule)
        if ":has(" in rule:
            assert all(":has(" in selector for selector in selectors), rule.strip()


@pytest.mark.parametrize("key", SHAPES)
def test_both_sides_say_their_language_and_have_one_main_part(types: dict[str, NoteType], key: str) -> None:
    for name, text in sides(types[key]).items():
        mains = [attributes for tag, attributes in Elements(text).found if tag == "main"]
        assert [each.get("lang") for each in mains] == ["en"], f"{key}, {name}"
