"""Labels: `**Difficulty:** Easy`, `[FRONT]`, `Answer: B` and every other way in which this family names a value.

A label's name is found in tables of synonyms, never by its place. What a name means in the place where it stands is
for `outline` to say: "Answer" is the back of a card, the key of a choice and a sentence of a solution.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


def _table(**names: str) -> dict[str, str]:
    return {synonym.strip(): name for name, row in names.items() for synonym in row.split(",")}


META = _table(
    difficulty="difficulty, difficulty level, level of difficulty, difficulty rating, card difficulty, level, hardness",
    bloom="cognitive level, bloom, blooms, bloom's, bloom level, blooms level, bloom's level, bloom's taxonomy, "
    "blooms taxonomy, bloom's taxonomy level, bloom taxonomy, taxonomy level, cognitive skill, thinking level, "
    "cognitive domain, bloom's cognitive level, cognitive process",
    concept="concept, concepts, concept tested, concepts tested, key concept, key concepts, core concept, "
    "concept focus, concept assessed, concept covered, concepts covered, topic, topics, focus, tests, skill, "
    "skills tested, related concept, related concepts, main concept, topic area, knowledge area, tested concept",
    source="source section, source, reference, source reference, lesson section, section, from, lesson reference, "
    "source location, see section, source material, references, lesson, based on",
    requires="prerequisites, prerequisite, requires, prerequisite knowledge, required knowledge, prior knowledge, "
    "before you start, prereqs, you should know, prerequisite concepts, assumed knowledge",
    tags="tags, tag, keywords, labels, anki tags",
    terms="key terms, key term, terms, terminology, key terminology, key vocabulary, vocabulary",
    minutes="time, estimated time, time estimate, est time, est. time, duration, suggested time, time limit, "
    "time allotted, time needed, expected time, recommended time, time to complete, time allocation, target time",
    points="points, point value, marks, worth, score, value, pts, max points, maximum points, total points, max score, "
    "weight",
    type="type, question type, problem type, card type, format, item type, kind, exercise type, category",
    critical="critical knowledge flag, critical knowledge, critical flag, critical, critical concept, is critical, "
    "critical?, must know, high priority, essential, key knowledge flag, critical knowledge?, must-know",
    words="word limit, word count, length, expected length, target length, suggested length, response length, "
    "recommended length, answer length, word range",
    id="id, card id, question id, problem id, item id, number, card number",
)
"""Names of values that an item has."""

PARTS = _table(
    front="front, question, front of card, card front, front side, side a, q, prompt, ask, cue, stem, question stem, "
    "question text, problem statement, statement, problem, task description, the problem, description, front text, "
    "problem description, essay prompt, essay question, the question, exercise, situation",
    back="back, back of card, card back, back side, side b, a, response, back text",
    cloze="cloze, cloze deletion, cloze text, fill in the blank, fill-in-the-blank",
    context="context, scenario, background, setup, given, given information, case, case study, setting",
    tasks="tasks, your tasks, task, sub-questions, subquestions, questions, requirements, what to do, your task, "
    "to do, instructions, deliverables, subtasks, sub-tasks, required",
    options="options, choices, answer choices, answer options, possible answers, alternatives, select one, choose one, "
    "response options, select all that apply, choose all that apply",
    answer="answer, correct answer, correct answers, key, answer key, correct, correct option, correct options, "
    "correct choice, correct choices, right answer, solution key, the answer, correct response, answers, "
    "ans, expected result, final answer, numeric answer, numerical answer, correct value",
    explanation="explanation, rationale, why, reasoning, justification, why this is correct, why it is correct, "
    "why it's correct, why correct, answer explanation, explanations, why this answer, feedback, detailed explanation, "
    "why this works, reason, why the answer is correct",
    wrong="why others are wrong, why the others are wrong, why other options are wrong, "
    "why the other options are wrong, "
    "why the others are incorrect, why other options are incorrect, why others are incorrect, why not the others, "
    "why not the other options, distractor analysis, distractors, incorrect options, wrong answers, "
    "why the distractors are wrong, option analysis, analysis of options, incorrect answers, distractor explanations, "
    "why wrong answers are wrong, distractor rationale, why the other options are incorrect, why the rest are wrong, "
    "why each distractor is wrong, why other answers are wrong, why other answers are incorrect, "
    "explanation of distractors, common wrong answers, option feedback, answer choice analysis",
    gap="understanding gap, knowledge gap, gap, gap analysis, if you missed this, if you got this wrong, "
    "if you chose wrong, remediation, learning gap, misconception, common misconception, misconception addressed, "
    "if you missed it, if incorrect, if you answered incorrectly",
    model="model answer, sample answer, example answer, exemplar, exemplary answer, model response, sample response, "
    "expected answer, ideal answer, suggested answer, reference answer, sample essay, model essay, model solution, "
    "strong answer, sample strong answer, full answer, exemplar response, sample solution, expected response",
    points_of="key points, key points to include, expected key points, must include, answer should include, "
    "points to cover, expected points, key elements, essential points, key ideas, a complete answer includes, "
    "a good answer includes, look for, content checklist",
    rubric="rubric, scoring rubric, grading rubric, marking scheme, mark scheme, scoring, scoring guide, grading, "
    "marking rubric, assessment rubric, evaluation rubric, point breakdown, grading guide, points breakdown, "
    "marking guide",
    criteria="evaluation criteria, criteria, grading criteria, assessment criteria, success criteria, "
    "scoring criteria, marking criteria, what graders look for",
    hint="hint, tip, clue, nudge",
    hints="hints, progressive hints, hint ladder, scaffolded hints, hint sequence, tips, graduated hints, "
    "guided hints, stepwise hints, clues",
    solution="solution, worked solution, complete solution, full solution, detailed solution, step-by-step solution, "
    "solution steps, answer and solution, solution walkthrough, step by step solution, worked answer, "
    "solution and explanation, walkthrough, solution approach, reference solution",
    mistakes="common mistakes, mistakes, common errors, common pitfalls, pitfalls, mistakes to avoid, "
    "frequent mistakes, "
    "typical mistakes, watch out, watch out for, common mistakes to avoid, typical errors, errors to avoid, "
    "common traps, traps, common mistake, common error, typical mistake, pitfall",
    extension="extension, extensions, going further, extension challenge, challenge extension, bonus, "
    "extension question, take it further, follow-up, follow up, further challenge, stretch goal, "
    "extension problem, bonus challenge, extension activity, stretch challenge, variation, variations",
    short_question="short question, short front, anki front, quick question, condensed front, short form question",
    in_short="in short, short answer, short back, summary, quick answer, anki back, tl;dr, tldr, one-liner, "
    "in a nutshell, short form, concise answer, brief answer, short version",
    why="why it matters, why this matters, importance, why is this important, why important, significance, "
    "why it is critical, why critical",
    definition="definition, meaning",
    overview="summary table, overview table",
)
"""Names of the parts of an item."""

DOCUMENT = _table(
    source="source, source file, source lesson, source document, based on, source material, lesson file, from, "
    "generated from, input, source content",
    subject="subject, subject area, topic area, field, domain, course, discipline, area, topic, course topic",
    generated="date generated, generated, generated on, date, created, date created, creation date, generation date, "
    "last updated, date of creation, created on",
    title="title, lesson title, lesson, lesson name",
    tags="tags, keywords",
    requires="prerequisites, prerequisite, prerequisite knowledge, required knowledge",
    minutes="estimated time, estimated completion, time allowed, time, "
    "duration, time limit, total time, time estimate, estimated total time, "
    "suggested time, estimated duration, total estimated time, time allowed, recommended time",
    description="description, summary, overview, purpose, about, abstract",
    objectives="learning objectives, objectives, learning goals",
)
"""Names of what a document says of itself."""

LONGEST = 3_000
"""Characters of a line that is looked at for a label, an option or points: beyond that it is text, and no title."""
_EDGE = re.compile(r"^[^\w\[(<*_`$\\\"'“‘#|~>+\-{]+|^[>\s]+")
_BULLET = re.compile(r"^\s*[-*+•▪◦‣]\s+(?=\S)")
_MARKED = re.compile(r"^(\*\*\*|\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_BRACKETED = re.compile(r"^\[([^\]\n]{1,60})\](?![(\[:])\s*[:：]?\s*(.*)$")
_PLAIN = re.compile(r"^([^\W\d_][\w'’ ()/&.?\-]{0,58}?)\s*(?:[:：]|(?<=\s)(?:[➜→⇒➡]|=>|->)(?=\s))\s*(?!//)(.*)$")
_PAREN = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*")
_NUMBERED = re.compile(r"^(.*?)[\s#]*(\d+)(?:\s*(?:of|/)\s*\d+)?$")
_DASH = re.compile(r"^\s*[–—-]\s+")
_COUNTED = re.compile(
    r"^(?:total|number of|distribution|question distribution|card count|question count|count|passing|difficulty|level|"
    r"version|author|format|time|target|estimated|max|(?:cards|questions|problems)(?: in (?:this|the) \w+)?$)"
)
_SPANS = re.compile(r"\s*(?:`[\w ]+:[^`]+`[\s|·•]*)+")
"""A line of code spans, each a name and a value."""
_HTML_BOLD = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\s+[|•·]\s+|\s*\|\s*(?=\*\*)|(?<=\S)\s+(?=\*\*[^*\n]{2,40}[:：]\s*\*\*|\*\*[^*\n]{2,40}\*\*\s*[:：])"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label and what follows it on its line; `bare` is one that stands alone, without a colon."""

    name: str
    """In lower case, without brackets, numbers, marks and emoji."""
    rest: str
    aside: str = ""
    """What stood in brackets: "Question" of `FRONT (Question)`."""
    number: int | None = None
    bold: bool = False
    bare: bool = False
    words: str = ""
    """The name as written."""

    @property
    def meta(self) -> str:
        """Which value of an item it names; `""` for none."""
        return META.get(self.name, "")

    @property
    def part(self) -> str:
        """Which part of an item it names; `""` for none."""
        return PARTS.get(self.name) or _part_like(self.name)

    @property
    def counts(self) -> bool:
        """Whether a document counts or describes itself by this name."""
        return bool(_COUNTED.match(self.name))

    @property
    def known(self) -> bool:
        """Whether it names anything of an item."""
        return bool(self.meta or self.part)


def _part_like(name: str) -> str:
    """Return what a name that is in no table means by its form."""
    if re.match(r"^(?:your|the|a|this) .*\b(?:must|should|needs? to) (?:address|include|cover|contain|discuss)", name):
        return "tasks"
    if re.match(r"^why (?:the |each |all )?(?:other|rest|wrong|incorrect|distractor)", name):
        return "wrong"
    if re.match(r"^why (?:option )?[a-h] is (?:correct|right)$", name) or name.startswith("why this is"):
        return "explanation"
    if re.match(r"^if you (?:chose|selected|picked|missed|got|answered)", name):
        return "gap"
    if re.match(r"^(?:rubric|scoring rubric)\b", name):
        return "rubric"
    return ""


def normal(name: str) -> str:
    """Return a name as the tables spell it."""
    name = unicodedata.normalize("NFKC", name).replace("’", "'").replace("‘", "'").casefold()
    name = re.sub(r"[*_`\"“”]|[^\w\s'()/&.?;\-]", " ", name)
    return re.sub(r"\s+", " ", name).strip(" .-?:;/") if name.strip(" ?") else ""


def of_name(words: str, rest: str = "", *, bold: bool = False, bare: bool = False) -> Label:
    """Return the label that a name makes, its brackets and number taken apart."""
    aside = " ".join(part.strip() for part in _PAREN.findall(words))
    name = normal(_PAREN.sub(" ", words)) or normal(words)
    number = None
    match = _NUMBERED.match(name)
    if match and match[1]:
        name, number = match[1].strip(" .-#"), int(match[2][:9])
    shown = re.sub(r"^[^\w(\[]+", "", words.strip(" :：*_[]"))
    return Label(name, rest.strip(), aside, number, bold, bare, shown)


def label_of(line: str) -> Label | None:
    """Return the label that a line begins with, whether anybody knows it or not; `None` where it has none."""
    if len(line) > LONGEST:
        return None
    text = _HTML_BOLD.sub("**", line) if "<" in line else line
    text = _BULLET.sub("", text.strip(), count=1)
    text = _EDGE.sub("", text)
    if not text:
        return None
    bracketed = _BRACKETED.match(text)
    if bracketed:
        label = of_name(bracketed[1], bracketed[2], bold=True)
        return label if label.known else None
    marked = _MARKED.match(text)
    if marked:
        return _marked(marked[2].strip(), text[marked.end() :], bold=marked[1] in ("**", "__", "***"))
    plain = _PLAIN.match(text)
    if plain and len(plain[1].split()) <= 8:
        label = of_name(plain[1], plain[2])
        counted = label.counts and label.rest[:1].isdigit()
        return label if label.known or label.name in DOCUMENT or counted else None
    return None


def _marked(inner: str, rest: str, *, bold: bool) -> Label | None:
    inner = inner.strip("*_ ")
    bracketed = _BRACKETED.match(inner)
    if bracketed and not bracketed[2]:
        inner = bracketed[1]
        if of_name(inner).known:
            return of_name(inner, rest.lstrip(" :："), bold=bold)
    if inner.endswith((":", "：")):
        return of_name(inner[:-1], rest, bold=bold)
    if inner.endswith(".") and bold and of_name(inner[:-1]).part:  # "**Solution.** …"
        return of_name(inner[:-1], rest, bold=bold)
    follows = rest.lstrip()
    if follows.startswith((":", "：")):
        return of_name(inner, follows[1:], bold=bold)
    name, colon, value = re.sub("：", ":", inner).partition(":")
    if not follows:
        named = of_name(name)
        if colon and len(name) < 50 and (named.known or named.counts or named.name in DOCUMENT):
            return of_name(name, value, bold=bold)
        label = of_name(inner, "", bold=bold, bare=True)
        return label if bold else None
    label = of_name(inner, follows, bold=bold)
    if _DASH.match(rest) and (label.known or label.name in DOCUMENT):
        return of_name(inner, _DASH.sub("", rest), bold=bold)
    if colon and (of_name(name).known) and bold and len(name) < 40:
        return of_name(name, f"{value.strip()} {follows}", bold=bold)
    if bold and label.part in ("front", "back", "hint") and not follows[:1].islower() and len(inner) < 24:
        return label
    return None


def labels_of(line: str) -> list[Label]:
    """Return the labels of a line: several where bars or marks divide it, all of them known; else the one it begins."""
    if len(line) > LONGEST:
        return []
    pieces = [piece for piece in _SEVERAL.split(line.strip().strip("|").strip()) if piece.strip()]
    if _SPANS.fullmatch(line):
        pieces = re.findall(r"`([^`]+)`", line)
    if len(pieces) > 1:
        found = [label_of(_balanced(piece)) for piece in pieces]
        known = [one for one in found if one and (one.known or one.counts or one.name in DOCUMENT) and not one.bare]
        if len(known) == len(pieces):
            return known
    one = label_of(line)
    return [one] if one else []


def _balanced(piece: str) -> str:
    """Return a piece of an emphasised line without the mark that its other end took away."""
    piece = piece.strip()
    for mark in ("*", "_"):
        if piece.count(mark) == 1 and (piece.startswith(mark) or piece.endswith(mark)):
            return piece.strip(mark)
    return piece


def heading_label(title: str) -> Label | None:
    """Return the label that a heading is: `Hint 2: Procedural` is one with a name."""
    title = re.sub(r"^[^\w\[(*_]+", "", title).strip("*_ ")
    whole = of_name(title)
    if whole.known:
        return whole
    name, sign, rest = (
        re.split(r"(\s*[:：]\s*|\s+[–—-]\s+)", title, maxsplit=1)
        if re.search(r"[:：]|\s[–—-]\s", title)
        else (title, "", "")
    )
    if sign:
        label = of_name(name, rest)
        return label if label.known else None
    return None
