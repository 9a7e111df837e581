"""Values of labels: difficulty, level of thinking, time, points, flags, in any of the words that people use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents.labels import normal
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(**rows: str) -> dict[str, str]:
    return {word.strip(): name for name, row in rows.items() for word in row.split(",")}


_DIFFICULTY = _words(
    easy="easy, low, basic, beginner, simple, introductory, novice, elementary, foundational, fundamental, beginners",
    medium="medium, moderate, intermediate, average, med, mid, middle, standard, normal, medium difficulty",
    hard="hard, high, difficult, advanced, challenging, expert, complex, tough, very hard, very high",
)
_BLOOM = _words(
    remember="remember, remembering, knowledge, recall, recognize, recognise, recognition, memorize",
    understand="understand, understanding, comprehension, comprehend, explain, conceptual",
    apply="apply, applying, application, procedural",
    analyze="analyze, analyse, analyzing, analysing, analysis",
    evaluate="evaluate, evaluating, evaluation, critique, judge",
    create="create, creating, creation, synthesize, synthesise, synthesis, synthesizing, design",
)
_TYPES = _words(
    choice="multiple choice, multiple-choice, mcq, mc, single choice, multi choice, single select, multiple select, "
    "multi-select, select all that apply, multiple answer, multiple answers, multiple response, choice, "
    "single-choice, multiple choice question, best answer",
    truth="true/false, true or false, t/f, true false, true-false, tf",
    short="short answer, short, sa, short response, short-answer, open, open ended, open-ended, free response, "
    "explain, brief answer, fill in the blank, fill-in-the-blank, completion, fill in, conceptual, application, "
    "analysis, scenario, constructed response, short answers, definition",
    essay="essay, long answer, extended response, long response, essay question, extended answer, essays, long form, "
    "synthesis essay, discussion",
    numeric="numeric, numerical, calculation, numeric answer, numerical answer, computation, compute, number, "
    "quantitative, calculations",
    problem="problem, exercise, practice problem",
    card="cloze, cloze deletion, basic, flashcard, basic card, reversed",
)
_PROBLEMS = _words(
    **{
        "warm-up": "warm-up, warm up, warmup, starter, warm-ups, introductory",
        "skill-builder": "skill-builder, skill builder, skillbuilder, skill-building, skill builders, core, practice, "
        "skill building, skill-builders, standard, application",
        "challenge": "challenge, challenges, stretch, capstone, advanced, challenging, integration",
        "debug": "debug, debug/fix, debugging, fix, bug fix, debug & fix, debug and fix, find the bug, error analysis, "
        "troubleshooting, diagnose, debug-fix",
    }
)
_EMPTY = {"", "-", "–", "—", "n/a", "na", "none", "nil", "not applicable", "n.a", "tbd", "no", "…", "..."}
_YES = re.compile(r"^(?:yes|true|y|critical|high|essential|✅|✓|✔|☑|⭐|🔴|🔑|⚠|important|must[- ]know)", re.IGNORECASE)
_NO = re.compile(r"^(?:no\b|false|n\b|❌|✗|✘|☐|none|n/a|not\b|low)", re.IGNORECASE)
_NUMBER = r"(\d{1,3}(?:[,.]\d{3})+|\d{1,6})"
_RANGE = re.compile(
    rf"{_NUMBER}(?:\s*(?:[-–—~]|to|and)\s*{_NUMBER})?\+?\s*(hours?|hrs?|h\b|sec(?:ond)?s?\b|s\b)?", re.IGNORECASE
)
_POINTS = re.compile(
    rf"[(\[（]?\s*(?:worth\s+)?{_NUMBER}\s*-?\s*(?:points?|pts?\b\.?|marks?)"
    r"\s*(?:total|each|per question|max)?\s*[)\]）]?",
    re.IGNORECASE,
)
_FINAL_POINTS = re.compile(
    rf"\s*[–—:-]?\s*(?:\*\*|__|\*|_)?[(\[（]\s*(?:\*|_)?\s*(?:worth\s+)?{_NUMBER}\s*-?\s*(?:points?|pts?\.?|marks?|p)\s*(?:total|max)?\s*(?:\*|_)?[)\]）]"
    r"(?:\*\*|__|\*|_)?\s*([.:：]?)\s*$",
    re.IGNORECASE,
)


def empty(text: str) -> bool:
    """Tell whether a value says that there is none."""
    return normal(text) in _EMPTY or text.strip() in _EMPTY


def plain(text: str) -> str:
    """Return a value without marks of emphasis, code and emoji around it."""
    text = re.sub(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", text.strip())
    return re.sub(r"^[^\w(\[\"'“$\\`#+<>=~≈-]+", "", text).strip(" \t`") if re.search(r"\w", text) else text.strip()


def difficulty(text: str) -> Difficulty | None:
    """Return the difficulty that some words name, or that stars count (`⭐⭐`, `3/5`)."""
    name = re.sub(r"[^\w\s-]", " ", normal(re.sub(r"[(\[].*", "", text) or text))
    name = " ".join(name.split())
    found = _DIFFICULTY.get(name)
    if found is None:
        words = [_DIFFICULTY[word] for word in name.replace("-", " ").split() if word in _DIFFICULTY]
        found = words[0] if words and len(name.split()) <= 4 else None
    if found is None:
        stars = len(re.findall("[⭐★🌟]", text))
        scale = re.match(r"^\s*(\d)\s*(?:/|of|out of)\s*(\d+)", text)
        share = stars / max(3, len(re.findall("[⭐★🌟☆]", text))) if stars else 0.0
        if scale and int(scale[2]):
            share = int(scale[1]) / int(scale[2])
        found = "" if not share else "easy" if share <= 0.4 else "medium" if share <= 0.7 else "hard"
        dots = {"🟢": "easy", "🟡": "medium", "🟠": "medium", "🔴": "hard"}
        found = found or next((level for dot, level in dots.items() if dot in text and len(text.strip()) < 4), "")
    return Difficulty(found) if found else None


def bloom(text: str) -> tuple[Bloom, ...]:
    """Return the one or two levels of thinking that some words name, the first two where there are more."""
    found: dict[Bloom, None] = {}
    outside = re.sub(r"[(\[]([^)\]]*)[)\]]", r" / \1", text)
    for piece in re.split(r"[/,&+|;→➜]|\band\b|\bto\b|->|[–—]|\s-\s|:", outside):
        name = re.sub(r"^(?:level|l)?\s*\d+\s*[.:-]?\s*", "", normal(piece))
        if name in _BLOOM:
            found[Bloom(_BLOOM[name])] = None
    return tuple(found)[:2]


def kind(text: str) -> str:
    """Return the kind of question that some words name (`truth` for true or false); `""` for none."""
    name = normal(re.sub(r"[(\[][^)\]]*[)\]]", "", text))
    if name in _TYPES:
        return _TYPES[name]
    for ending in (" questions", " question", " items", " section", "s"):
        if name.endswith(ending) and name.removesuffix(ending) in _TYPES:
            return _TYPES[name.removesuffix(ending)]
    return ""


def kind_in(text: str) -> str:
    """Return the kind of question that is named somewhere in a title."""
    name = normal(text)
    longest = sorted((word for word in _TYPES if len(word) > 4), key=len, reverse=True)
    safe = ("choice", "truth", "essay", "numeric")
    for word in longest:
        if (_TYPES[word] in safe or word.startswith(("short", "fill", "free"))) and re.search(
            rf"\b{re.escape(word)}", name
        ):
            return _TYPES[word]
    return ""


def problem_type(text: str) -> ProblemType | None:
    """Return the kind of problem that some words name."""
    name = normal(re.sub(r"[(\[][^)\]]*[)\]]", "", text))
    found = _PROBLEMS.get(name) or _PROBLEMS.get(name.removesuffix(" problems").removesuffix(" problem"))
    return ProblemType(found) if found else None


def minutes(text: str) -> Range | None:
    """Return how long something takes: `15-20 min`, `~1 hour`, `90 seconds`."""
    match = _RANGE.search(text)
    if not match:
        hour = re.search(r"\b(half an|an|one) hour", text.lower())
        return Range(30, 30) if hour and hour[1].startswith("half") else Range(60, 60) if hour else None
    low = _number(match[1])
    high = _number(match[2]) if match[2] else low
    unit = (match[3] or "").lower()
    if unit.startswith("h"):
        low, high = low * 60, high * 60
    elif unit.startswith("s"):
        low, high = max(1, low // 60), max(1, -(-high // 60))
    low, high = min(low, high), max(low, high)
    return Range(low, high) if 0 < high < 100_000 else None


def stretch(text: str) -> Range | None:
    """Return a range of words: `600-800 words`; an upper bound alone begins at one."""
    match = _RANGE.search(text)
    if not match:
        return None
    low = _number(match[1])
    high = _number(match[2]) if match[2] else low
    low, high = min(low, high), max(low, high)
    if not match[2]:
        if re.search(r"max|up to|at most|no more|limit|≤|<|under", text.lower()):
            low = 1
        elif re.search(r"min|at least|≥|>", text.lower()):
            return None
        else:
            return None
    return Range(low, high) if 0 < high < 100_000 else None


def points(text: str) -> int | None:
    """Return the points that a value states."""
    match = re.match(
        rf"^\W*{_NUMBER}\s*(?:points?|pts?\.?|marks?|p)?\s*(?:each|total|max)?\W*$", text.strip(), re.IGNORECASE
    )
    return _number(match[1]) if match else points_in(text)


def points_in(text: str) -> int | None:
    """Return the points named somewhere in a text: `(10 points each)`."""
    match = _POINTS.search(text[:400])
    return _number(match[1]) if match else None


def without_points(text: str) -> tuple[str, int | None]:
    """Take a final `(5 points)` off a text."""
    match = _FINAL_POINTS.search(text[-80:])
    if not match:
        return text, None
    before = text[: max(0, len(text) - 80) + match.start()]
    return (before + match[2]).rstrip(), _number(match[1])


def strip_points(text: str) -> str:
    """Return a title without the points in it."""
    return re.sub(r"\s*[(\[（]\s*\)?$", "", _POINTS.sub("", text)).strip(" -–—:|,")


def flag(text: str) -> tuple[bool, str] | None:
    """Return whether something is critical, and why, from `Yes - it decides everything`; `None` for neither."""
    text = plain(text)
    yes = _YES.match(text)
    if yes:
        return True, re.sub(r"^[\s.,:;–—-]+", "", text[yes.end() :]).strip("()") if "(" not in text else _reason(
            text, yes.end()
        )
    if _NO.match(text) or empty(text):
        return False, re.sub(r"^(?:no|false|none)\b[\s.,:;–—-]*", "", text, flags=re.IGNORECASE)
    return (True, text) if text else None


def _reason(text: str, at: int) -> str:
    rest = re.sub(r"^[\s.,:;–—-]+", "", text[at:])
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") and rest.count("(") == 1 else rest


def several(text: str, *, commas: bool = True) -> tuple[str, ...]:
    """Return the entries of a value, divided at semicolons and (outside of brackets) commas."""
    text = plain(text)
    if empty(text):
        return ()
    signs = ",;，、" if commas else ";"
    found, depth, entry = [], 0, ""
    for sign in text:
        depth = max(0, depth + (sign in "([{") - (sign in ")]}"))
        if sign in signs and not depth:
            found.append(entry)
            entry = ""
        else:
            entry += sign
    found.append(entry)
    return tuple(dict.fromkeys(one for one in (plain(each).rstrip(".") for each in found) if one))


def tags(text: str) -> tuple[str, ...]:
    """Return tags: words with dashes for spaces, each level of a nested one by itself, without words of difficulty."""

    def words() -> Iterator[str]:
        pieces = re.split(r"[,;]|\s+(?=#)|\s\|\s", plain(text))
        if len(pieces) == 1 and "#" not in text and "::" in text:
            pieces = text.split()
        for piece in pieces:
            for level in piece.strip().split("::"):
                word = re.sub(r"\s+", "-", level.strip(" #`*[]\"'")).strip("-")
                if word and normal(word) not in _DIFFICULTY and not empty(word):
                    yield word

    return tuple(dict.fromkeys(words()))


def counts(text: str) -> dict[str, int]:
    """Return what a distribution counts: `2 Easy | 1 Hard`, `Multiple Choice (2)`, `Easy: 2`."""
    found: dict[str, int] = {}
    for part in re.split(r"[|,;•·\n]|\s/\s|\band\b", plain(text)):
        piece = re.sub(r"\*\*|__", "", part).strip(" -*•")
        ahead = re.match(r"^(\d{1,4})\s*[x×]?\s*(?:\(\d+%\)\s*)?([A-Za-z][\w /&-]*)", piece)
        behind = re.match(r"^([A-Za-z][\w /&-]*?)\s*[:(=–—-]*\s*(\d{1,4})(?!\s*(?:%|points?|pts|min|\d))", piece)
        if ahead:
            found[ahead[2].strip()] = int(ahead[1])
        elif behind:
            found[behind[1].strip()] = int(behind[2])
    return found


def _number(text: str) -> int:
    return int(re.sub(r"[,.]", "", text))


KINDS = {"choice": Kind.CHOICE, "truth": Kind.CHOICE, "short": Kind.SHORT, "essay": Kind.ESSAY, "numeric": Kind.NUMERIC}
"""The kinds of question by the words of `kind`."""
