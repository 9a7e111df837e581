"""Every key of a lesson and of `course.yaml`, declared once.

Reading YAML, reading a heading's attributes, the JSON Schemas (`schema`) and the manual's tables (`table`) all follow
from the tables below: to add a key, add a line here and use its value where the model is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.model.claims import ClaimKind
from deckforge.model.course import ENGINES, SectionKind
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType
from deckforge.read.score import Score
from deckforge.read.simple import Day, Flag, Line, Markdown, Number, OneOf, Pairs, Share, Stretch
from deckforge.read.values import AnyField, Either, Field, Many, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

# Words that authors use for one another, read once and everywhere as the word on the right.
SYNONYMS: dict[str, tuple[tuple[str, str], ...]] = {
    "difficulty": (
        ("low", "easy"),
        ("warm", "easy"),
        ("warmup", "easy"),
        ("beginner", "easy"),
        ("moderate", "medium"),
        ("intermediate", "medium"),
        ("high", "hard"),
        ("difficult", "hard"),
        ("advanced", "hard"),
    ),
    "bloom": (
        ("remembering", "remember"),
        ("recall", "remember"),
        ("understanding", "understand"),
        ("applying", "apply"),
        ("application", "apply"),
        ("analyse", "analyze"),
        ("analyzing", "analyze"),
        ("analysing", "analyze"),
        ("analysis", "analyze"),
        ("evaluating", "evaluate"),
        ("evaluation", "evaluate"),
        ("creating", "create"),
        ("synthesize", "create"),
        ("synthesise", "create"),
        ("synthesis", "create"),
    ),
    "type": (
        ("skill", "skill-builder"),
        ("debug-fix", "debug"),
        ("debugging", "debug"),
    ),
    "kind": (
        ("flashcard", "card"),
        ("multiple-choice", "choice"),
        ("short-answer", "short"),
    ),
}

QUESTIONS = frozenset({Kind.CHOICE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC})
_WRITTEN = frozenset({Kind.SHORT, Kind.ESSAY})
_PROBLEM = frozenset({Kind.PROBLEM})

_TEXT = Line()
_LINE = Markdown(inline=True)
_BLOCKS = Markdown()
_WORD = Line(name="word", pattern=r"[^\s,]+", example="a word without spaces or commas, such as `back-prop`")
_DECK = Line(
    name="deck",
    pattern=r"\s*[^\s:](?:[^:]|:(?!:))*(?:::\s*[^\s:](?:[^:]|:(?!:))*)*",
    example="a name, or names with `::` between them, such as `Training::Optimizers`",
)
_WEB = Line(name="web address", pattern=r"https?://[^\s]+", example="an address that begins with https://")
_REPORT = Line(
    name="address",
    pattern=r"(?:https?://|mailto:)(?:[^\s{}]|\{(?:item|title|url)\})+",
    example="an address that begins with https:// or mailto:, in braces nothing but `{item}`, `{title}` and `{url}`",
)
_LANGUAGE = Line(
    name="language code", pattern=r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*", example="a code such as `en` or `pt-BR`"
)
_CODE = Line(name="code", pattern=r"DF[0-9]{3}", example="a code such as DF130")

# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEXT = Field("text", _LINE, "what it says", required=True)

OPTION_TEXT = Field("text", _LINE, "the answer to choose", required=True, markdown="`- [ ] …`")
OPTION_KEY = Field("key", Flag(), "whether it is right", markdown="`- [x] …`")
OPTION_FEEDBACK = Field("feedback", _BLOCKS, "for a learner who chose it", markdown="a block quote inside the option")
OPTION = Record("option", (OPTION_TEXT, OPTION_KEY, OPTION_FEEDBACK), "An answer to choose.", short="text")

TASK_TEXT = Field("text", _LINE, "what to do", required=True, markdown="an entry of a list")
TASK_POINTS = Field("points", Number(), "what it is worth", markdown="`(5 points)` at its end")
TASK = Record("task", (TASK_TEXT, TASK_POINTS), "One task of a question.", short="text")

ROW_COMPONENT = Field("component", _LINE, "what is scored", required=True, markdown="the first cell of a row")
ROW_POINTS = Field("points", Number(), "what it is worth", markdown="`(5 points)` behind the component")
ROW_CELLS = Field("cells", Many(_LINE), "one text for each level", required=True, markdown="the other cells")
ROW = Record("rubric row", (ROW_COMPONENT, ROW_POINTS, ROW_CELLS), "One criterion of a rubric.")
RUBRIC_LEVELS = Field("levels", Many(_LINE), "the levels, best first", required=True, markdown="the table's header")
RUBRIC_ROWS = Field("rows", Many(ROW), "the criteria", required=True, markdown="the table's rows")
RUBRIC = Record("rubric", (RUBRIC_LEVELS, RUBRIC_ROWS), "A table for scoring.")

HINT_NAME = Field("name", _TEXT, "what kind of help it is", markdown="`#### Hint: Conceptual`")
HINT_TEXT = Field("text", _BLOCKS, "the help", required=True)
HINT = Record("hint", (HINT_NAME, HINT_TEXT), "One step of help.", short="text")

MISTAKE_MISTAKE = Field("mistake", _LINE, "what goes wrong", required=True, markdown="the first cell")
MISTAKE_WHY = Field("why", _LINE, "why it is wrong", required=True, markdown="the second cell")
MISTAKE_PREVENTION = Field("prevention", _LINE, "how to avoid it", markdown="the third cell")
MISTAKE = Record("mistake", (MISTAKE_MISTAKE, MISTAKE_WHY, MISTAKE_PREVENTION), "A common mistake.")

ID = Field("id", _TEXT, "permanent, unique in the course; decides which card it is", markdown="`{#id}`", attribute="id")
KIND = Field(
    "kind",
    OneOf(tuple(Kind), SYNONYMS["kind"]),
    "the kind of item; card, problem or term where the section says so",
    markdown="`{.choice}`",
    attribute="class",
)
TITLE = Field(
    "title", _LINE, "a title, hidden until answered", markdown="the heading, where text stands before the parts"
)
FRONT = Field(
    "front", _BLOCKS, "what is asked", required=True, markdown="the text before the first part, else the heading"
)
DIFFICULTY = Field(
    "difficulty",
    OneOf(tuple(Difficulty), SYNONYMS["difficulty"]),
    "how hard it is",
    markdown="`{.easy}`",
    attribute="class",
)
BLOOM = Field(
    "bloom",
    Many(OneOf(tuple(Bloom), SYNONYMS["bloom"]), one=True, most=2),
    "one or two levels of Bloom's taxonomy",
    markdown="`{.analyze}`",
    attribute="class",
)
CONCEPT = Field("concept", Many(_WORD, one=True), "concepts of the course", markdown="`{concept=a,b}`", attribute="key")
ITEM_TAGS = Field("tags", Many(_WORD, one=True), "further tags", markdown="`{tags=a,b}`", attribute="key")
ITEM_SOURCE = Field(
    "source", _TEXT, "where in the lesson's source it is from", markdown="`{source=…}`", attribute="key"
)
TERMS = Field("terms", Many(_TEXT, one=True), "its key terms", markdown="`{terms=a,b}`", attribute="key")
ITEM_REQUIRES = Field(
    "requires",
    Many(_TEXT, one=True),
    "what to know first: concepts, lessons or other words",
    markdown="`{requires=a,b}`",
    attribute="key",
)
CRITICAL = Field("critical", Flag(), "worth knowing above all", markdown="`{.critical}`", attribute="flag")
POINTS = Field(
    "points",
    Number(1),
    "what it is worth",
    markdown="`{points=10}`",
    attribute="key",
    kinds=QUESTIONS | _PROBLEM,
)
MINUTES = Field("minutes", Stretch(), "how long it takes", markdown="`{minutes=15-20}`", attribute="key")
WORDS = Field(
    "words", Stretch(), "how long the answer is", markdown="`{words=600-800}`", attribute="key", kinds=_WRITTEN
)
BOTH = Field(
    "both",
    Flag(),
    "asked in both directions",
    markdown="`{.both}`",
    attribute="flag",
    kinds=frozenset({Kind.CARD, Kind.TERM}),
)
TYPE = Field(
    "type",
    OneOf(tuple(ProblemType), SYNONYMS["type"]),
    "the type of problem; a warm-up is easy unless it says otherwise",
    markdown="`{.warm-up}`",
    attribute="class",
    kinds=_PROBLEM,
)
ANSWER = Field(
    "answer",
    _BLOCKS,
    "the answer; of a question the model answer; of a numeric question, its first claim is the value",
    markdown="`#### Answer`, `#### Model answer`",
    kinds=frozenset({Kind.CARD, Kind.CLOZE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC}),
)
OPTIONS = Field(
    "options", Many(OPTION), "the answers to choose from", markdown="a task list", kinds=frozenset({Kind.CHOICE})
)
EXPLANATION = Field(
    "explanation",
    _BLOCKS,
    "why the answer is right",
    markdown="`#### Explanation`",
    kinds=frozenset({Kind.CHOICE, Kind.NUMERIC}),
)
GAP = Field(
    "gap", _BLOCKS, "what to review after a particular mistake", markdown="`#### Gap`", kinds=frozenset({Kind.CHOICE})
)
TASKS = Field("tasks", Many(TASK), "what to do, step by step", markdown="`#### Tasks`", kinds=_WRITTEN | _PROBLEM)
RUBRIC_FIELD = Field("rubric", RUBRIC, "how it is scored", markdown="`#### Rubric` (a table)", kinds=_WRITTEN)
CRITERIA = Field("criteria", Many(_LINE), "what a good answer has", markdown="`#### Criteria` (a list)", kinds=_WRITTEN)
HINTS = Field("hints", Many(HINT), "help, one at a time", markdown="`#### Hint: …`, repeated", kinds=_PROBLEM)
SOLUTION = Field("solution", _BLOCKS, "the solution", markdown="`#### Solution`", kinds=_PROBLEM)
MISTAKES = Field("mistakes", Many(MISTAKE), "common mistakes", markdown="`#### Mistakes` (a table)", kinds=_PROBLEM)
EXTENSION = Field("extension", _BLOCKS, "a way to go further", markdown="`#### Extension`", kinds=_PROBLEM)
DEFINITION = Field(
    "definition", _BLOCKS, "what the term means", markdown="the text below the heading", kinds=frozenset({Kind.TERM})
)
SHORT_QUESTION = Field("short_question", _BLOCKS, "the question's short form", markdown="`#### Short question`")
IN_SHORT = Field("in_short", _BLOCKS, "the answer's short form", markdown="`#### In short`")
WHY = Field("why", _BLOCKS, "why it matters, where it is critical", markdown="`#### Why it matters`")

ATTRIBUTES: tuple[AnyField, ...] = (
    ID,
    KIND,
    DIFFICULTY,
    BLOOM,
    CONCEPT,
    ITEM_TAGS,
    ITEM_SOURCE,
    TERMS,
    ITEM_REQUIRES,
    CRITICAL,
    POINTS,
    MINUTES,
    WORDS,
    BOTH,
    TYPE,
)
"""What a heading's attributes can say of an item."""

PARTS: tuple[AnyField, ...] = (
    ANSWER,
    DEFINITION,
    OPTIONS,
    EXPLANATION,
    GAP,
    TASKS,
    RUBRIC_FIELD,
    CRITERIA,
    HINTS,
    SOLUTION,
    MISTAKES,
    EXTENSION,
    SHORT_QUESTION,
    IN_SHORT,
    WHY,
)
"""What a Markdown lesson writes under `####` headings."""

ITEM = Record(
    "item",
    (ID, KIND, TITLE, FRONT, *(each for each in ATTRIBUTES if each not in (ID, KIND)), *PARTS),
    "Something to study.",
)

# ── sections and prose ───────────────────────────────────────────────────────────────────────────────────────────────

BAND_SCORE = Field("score", Score(), "from and to which percentage", required=True, markdown="the first cell")
BAND_LEVEL = Field("level", _LINE, "what the level is called", required=True, markdown="the second cell")
BAND_ADVICE = Field("advice", _LINE, "what to do next", required=True, markdown="the third cell")
BAND = Record("band", (BAND_SCORE, BAND_LEVEL, BAND_ADVICE), "A row of the performance guide.")
ADVICE_ITEMS = Field("items", Many(_TEXT, one=True), "which items it is about", markdown="links `[…](#id)`")
ADVICE = Record("advice", (ADVICE_ITEMS, TEXT), "Advice about some items, or about the whole section.", short="text")

REVIEW_DAY = Field("day", Number(), "how many days after the first study", required=True, markdown="the first cell")
REVIEW_STEP = Record("step", (REVIEW_DAY, ADVICE_ITEMS, TEXT), "A step of the schedule of repetition.")

SECTION_KIND = Field("section", OneOf(tuple(SectionKind)), "the kind of section", required=True, markdown="`## Quiz`")
SECTION_TITLE = Field("title", _TEXT, "the part's title", markdown="`## Quiz: Part B`")
INSTRUCTIONS = Field("instructions", _BLOCKS, "for the whole section", markdown="the text below the heading")
SECTION_POINTS = Field(
    "points",
    Number(1),
    "what each item is worth unless it says otherwise",
    markdown="`{points=15}`",
    attribute="key",
)
SECTION_MINUTES = Field(
    "minutes", Stretch(), "how long the section takes", markdown="`{minutes=35-45}`", attribute="key"
)
ITEMS = Field("items", Many(ITEM), "the items", required=True, markdown="`###` headings")
PERFORMANCE = Field("performance", Many(BAND), "what a score means", markdown="`### Performance guide` (a table)")
REVIEW = Field("review", Many(ADVICE), "what to review after missing what", markdown="`### Review advice` (a table)")
CHECKLIST = Field("checklist", Many(ADVICE), "marks of mastery", markdown="`### Mastery checklist` (a list)")
PROGRESSION = Field("progression", Many(ADVICE), "in which order to go on", markdown="`### Progression path` (a list)")
SOURCE_MAPPING = Field(
    "source_mapping", Many(ADVICE), "where which item comes from", markdown="`### Source mapping` (a table)"
)
SCHEDULE = Field("schedule", Many(REVIEW_STEP), "when to repeat what", markdown="`### Review schedule` (a table)")
SECTION = Record(
    "section",
    (
        SECTION_KIND,
        SECTION_TITLE,
        INSTRUCTIONS,
        SECTION_POINTS,
        SECTION_MINUTES,
        ITEMS,
        PERFORMANCE,
        REVIEW,
        CHECKLIST,
        PROGRESSION,
        SOURCE_MAPPING,
        SCHEDULE,
    ),
    "A part of a lesson that holds items.",
)
PROSE_TEXT = Field(
    "prose", _BLOCKS, "Markdown with headings", required=True, markdown="everything outside the sections"
)
PROSE = Record("prose", (PROSE_TEXT,), "Text to read.")
CONTENT = Field("content", Many(Either((PROSE, SECTION))), "prose and sections, in order", required=True)

# ── the header ───────────────────────────────────────────────────────────────────────────────────────────────────────

CONNECTION_LESSON = Field("lesson", _TEXT, "another lesson's id")
CONNECTION_TOPIC = Field("topic", _TEXT, "a topic outside the course")
CONNECTION_TEXT = Field("text", _LINE, "how the two relate", required=True)
CONNECTION = Record(
    "connection",
    (CONNECTION_LESSON, CONNECTION_TOPIC, CONNECTION_TEXT),
    "How the lesson relates to another, or to a topic.",
)

CLAIM_TEXT = Field(
    "text", Line(exact=True), "a text that occurs once in the lesson, or in the item `in`", required=True
)
CLAIM_VALUE = Field(
    "value", Line(exact=True), "which number of the text is claimed; the whole text where it is left out"
)
CLAIM_KIND = Field(
    "kind",
    OneOf(tuple(ClaimKind)),
    "how it is answered for: `claim` unless said otherwise, `cite` where a `cite` stands",
)
CLAIM_PROOF = Field("proof", _TEXT, "the proof and its output: `module.function.output`")
CLAIM_CITE = Field("cite", _TEXT, "the key of a reference of the course")
CLAIM_WITH = Field("with", Pairs(), "the proof's arguments")
CLAIM_IN = Field("in", _TEXT, "the id of the item that the text is in")
CLAIM_TOLERANCE = Field("tolerance", _TEXT, "a tolerance instead of the one that the digits say, such as `±5%`")
CLAIM = Record(
    "claim",
    (CLAIM_TEXT, CLAIM_VALUE, CLAIM_KIND, CLAIM_PROOF, CLAIM_CITE, CLAIM_WITH, CLAIM_IN, CLAIM_TOLERANCE),
    "A claim for a number where no link can stand, such as in a code block.",
)

CORRECTION_QUOTE = Field("quote", _TEXT, "the words that are wrong", required=True)
CORRECTION_SOURCE = Field("source", _TEXT, "where they stand", required=True)
CORRECTION_TRUTH = Field("truth", _BLOCKS, "what is true; may hold claims", required=True)
CORRECTION = Record(
    "correction", (CORRECTION_QUOTE, CORRECTION_SOURCE, CORRECTION_TRUTH), "Something that a source has wrong."
)

LESSON_ID = Field("id", _TEXT, "permanent, unique in the course", required=True)
LESSON_TITLE = Field("title", _TEXT, "the lesson's title", required=True)
DESCRIPTION = Field("description", _TEXT, "what it is about, in a sentence")
DECK = Field("deck", _DECK, "the deck below the course's, with `::` between levels; the folders where it is left out")
SOURCE = Field("source", _TEXT, "what the lesson was made from")
SUBJECT = Field("subject", _TEXT, "the subject area")
GENERATED = Field("generated", _TEXT, "where and when it was imported from")
TAGS = Field("tags", Many(_WORD, one=True), "tags of all its items")
OBJECTIVES = Field("objectives", Many(_LINE), "what a learner can do afterwards")
REQUIRES = Field("requires", Many(_WORD, one=True), "lessons to meet first")
CONNECTIONS = Field("connections", Many(CONNECTION), "other lessons and topics")
CLAIMS = Field("claims", Many(CLAIM), "claims for numbers where no link can stand")
CORRECTIONS = Field("corrections", Many(CORRECTION), "what sources have wrong")

_HEADER: tuple[AnyField, ...] = (
    LESSON_ID,
    LESSON_TITLE,
    DESCRIPTION,
    DECK,
    SOURCE,
    SUBJECT,
    GENERATED,
    TAGS,
    OBJECTIVES,
    REQUIRES,
    CONNECTIONS,
    CLAIMS,
    CORRECTIONS,
)
HEADER = Record("header", _HEADER, "The front matter of a lesson in Markdown.")
LESSON = Record("lesson", (*_HEADER, CONTENT), "A lesson in YAML.")

# ── course.yaml ──────────────────────────────────────────────────────────────────────────────────────────────────────

CONCEPT_ID = Field("id", _TEXT, "what items name it by", required=True)
CONCEPT_TITLE = Field("title", _TEXT, "what it is called; its id where it is left out")
CONCEPT_DEFINITION = Field("definition", _BLOCKS, "what it is")
CONCEPT_REQUIRES = Field("requires", Many(_WORD, one=True), "the concepts to know first")
CONCEPT_RECORD = Record(
    "concept", (CONCEPT_ID, CONCEPT_TITLE, CONCEPT_DEFINITION, CONCEPT_REQUIRES), "A concept of the course.", short="id"
)

REFERENCE_KEY = Field("key", _WORD, "what `cite:` names it by", required=True)
REFERENCE_TITLE = Field("title", _TEXT, "the work's title", required=True)
REFERENCE_AUTHORS = Field("authors", Many(_TEXT, one=True), "who wrote it")
REFERENCE_YEAR = Field("year", _TEXT, "when it appeared")
REFERENCE_URL = Field("url", _WEB, "where it can be read")
REFERENCE_NOTE = Field("note", _TEXT, "pages, edition, or what it was read for")
REFERENCE = Record(
    "reference",
    (REFERENCE_KEY, REFERENCE_TITLE, REFERENCE_AUTHORS, REFERENCE_YEAR, REFERENCE_URL, REFERENCE_NOTE),
    "A source that numbers may cite.",
)

STUDY_NAME = Field("name", _TEXT, "what the preset is called in Anki; the deck's name where it is left out")
STUDY_NEW = Field("new_per_day", Number(0, 9999), "new cards a day (20)")
STUDY_REVIEWS = Field("reviews_per_day", Number(0, 9999), "reviews a day (200)")
STUDY_RETENTION = Field("retention", Share(), "the share of cards to remember (0.9)")
STUDY_BY_DIFFICULTY = Field(
    "by_difficulty", Flag(), "a subdeck and a preset for easy, medium and hard cards each (false)"
)
STUDY_START = Field("start", Day(), "the first day of the study plan; without it there is no `build/plan.ics`")
STUDY_EXAM = Field("exam", Day(), "the day of the exam, which ends the plan")
STUDY_MINUTES = Field("minutes", Number(5, 1440), "minutes a day for the plan (30)")
STUDY = Record(
    "study preset",
    (
        STUDY_NAME,
        STUDY_NEW,
        STUDY_REVIEWS,
        STUDY_RETENTION,
        STUDY_BY_DIFFICULTY,
        STUDY_START,
        STUDY_EXAM,
        STUDY_MINUTES,
    ),
    "How the deck is studied.",
)

SITE_URL = Field("url", _WEB, "where the site will be published")
SITE_REPORT = Field(
    "report",
    _REPORT,
    "where a reader reports a mistake: a web address or `mailto:`; `{item}`, `{title}` and `{url}` in it stand for "
    "what the mistake is in",
)
TEST_COUNT = Field("count", Number(1, 500), "how many questions (20)")
TEST_MINUTES = Field("minutes", Number(0, 600), "how long it takes; 0 sets no limit (0)")
TEST_KINDS = Field(
    "kinds", Many(OneOf(tuple(Kind), SYNONYMS["kind"]), one=True), "the kinds of item (those of the course's quizzes)"
)
SITE_TEST = Record("test", (TEST_COUNT, TEST_MINUTES, TEST_KINDS), "What a test on the site asks for at first.")
TEST_FIELD = Field("test", SITE_TEST, "what a test asks for, unless the learner says otherwise")
SITE_ENGINE = Field("engine", OneOf(ENGINES), "the program that makes the site (mkdocs)")
SITE = Record("site", (SITE_URL, SITE_REPORT, SITE_ENGINE, TEST_FIELD), "What the course says about its site.")

COURSE_ID = Field("id", _TEXT, "permanent; decides the identity of every note", required=True)
COURSE_TITLE = Field("title", _TEXT, "the course's title", required=True)
COURSE_DESCRIPTION = Field("description", _TEXT, "what it is about, in a sentence")
COURSE_DECK = Field("deck", _DECK, "the deck in Anki; the title where it is left out")
AUTHORS = Field("authors", Many(_TEXT, one=True), "who wrote it")
LICENCE = Field("licence", _TEXT, "under which licence it may be used")
LANGUAGE = Field("language", _LANGUAGE, "the language of its texts (`en`)")
CONCEPTS = Field("concepts", Many(CONCEPT_RECORD), "the concept map; new cards come in its order")
REFERENCES = Field("references", Many(REFERENCE), "sources for `cite:`")
STUDY_FIELD = Field("study", STUDY, "the preset of the deck's options, and when the course is studied")
LESSON_PACKAGES = Field("lesson_packages", Flag(), "an Anki package a lesson, beside that of the course (false)")
SITE_FIELD = Field("site", SITE, "the study site")
SILENCE = Field("silence", Many(_CODE, one=True), "codes of warnings and notes not to show")
COURSE = Record(
    "course",
    (
        COURSE_ID,
        COURSE_TITLE,
        COURSE_DESCRIPTION,
        COURSE_DECK,
        AUTHORS,
        LICENCE,
        LANGUAGE,
        CONCEPTS,
        REFERENCES,
        STUDY_FIELD,
        LESSON_PACKAGES,
        SITE_FIELD,
        SILENCE,
    ),
    "The course: `content/course.yaml`.",
)

RECORDS: tuple[Record, ...] = (
    COURSE,
    CONCEPT_RECORD,
    REFERENCE,
    STUDY,
    SITE,
    SITE_TEST,
    HEADER,
    LESSON,
    CONNECTION,
    CLAIM,
    CORRECTION,
    PROSE,
    SECTION,
    BAND,
    ADVICE,
    ITEM,
    OPTION,
    TASK,
    RUBRIC,
    ROW,
    HINT,
    MISTAKE,
)
"""Every record, in the order of the manual."""


def table(records: tuple[Record, ...] = RECORDS, level: int = 2) -> str:
    """Return the reference of all keys as Markdown: a heading and a table for each record."""
    return "\n".join(_lines(records, level)) + "\n"


def _lines(records: tuple[Record, ...], level: int) -> Iterator[str]:
    for index, record in enumerate(records):
        if index:
            yield ""
        fields = tuple(each for each in record.fields if record is not LESSON or each not in _HEADER)
        in_markdown = any(each.markdown for each in fields)
        yield f"{'#' * level} {record.name[0].upper()}{record.name[1:]}"
        yield ""
        yield f"{record.summary}" + (" The keys of the header, and:" if record is LESSON else "")
        if record.short:
            yield f"Where nothing but `{record.short}` is given, its value may stand alone."
        yield ""
        yield "| key | value | meaning |" + (" in Markdown |" if in_markdown else "")
        yield "|---|---|---|" + ("---|" if in_markdown else "")
        for each in fields:
            name = f"`{each.name}`" + (" (required)" if each.required else "")
            kinds = f" ({', '.join(kind for kind in Kind if kind in each.kinds)} only)" if each.kinds else ""
            yield f"| {name} | {each.type} | {each.summary}{kinds} |" + (f" {each.markdown} |" if in_markdown else "")
