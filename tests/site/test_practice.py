"""Quizzes, the exam, problems, what follows a set, and the sheets for paper."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.emit import site as emitter
from deckforge.emit.site import exam, printed, reports
from deckforge.model.course import ExamOptions, SiteOptions
from deckforge.model.items import Card, Kind
from deckforge.model.rich import Image
from tests.site import build
from tests.site.build import line, para, rich, span
from tests.site.test_pages import outside_folds, pages, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Lesson
    from deckforge.model.items import AnyItem


def files(tmp_path: Path) -> dict[str, str]:
    """The sheets for paper, by their name."""
    return {
        artifact.path.removeprefix("build/pages/print/"): artifact.data.decode()
        for artifact in build.emit(tmp_path).value
        if artifact.path.startswith("build/pages/print/")
    }


# On the screen -------------------------------------------------------------------------------------------------------


def test_a_quiz_is_a_sheet_of_its_own_without_answers_in_sight(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/quiz/flow/index.md"]
    shown = outside_folds(page)
    assert [word for word in build.ANSWERS if word in shown] == []
    for words in ("instructionword", "4 questions · 65 points · 20–30 minutes", "Mastery", "Repeat the cards."):
        assert words in shown
    assert 'href="../../study/flow/?mode=test&amp;items=fix,norm,pipeline,dw2&amp;count=4"' in shown
    assert '<a href="#fix">Question 1</a>' in shown, "advice about a question of the sheet stays on the sheet"
    assert "search:" in page, "search leads to the lesson"


def test_each_step_after_a_set_is_a_link_to_filtered_study(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/lessons/flow/index.md"]
    path = page[page.index('<ol class="df-path">') :]
    assert re.findall(r'<a class="df-go" href="([^"]+)">([^<]+)</a>', path) == [
        ("../../study/flow/?mode=learn&amp;items=vanishing,scaler", "Study 2 items"),
        ("../../study/formats/?mode=learn&amp;items=bfloat16", "Study 1 item"),
        ("../../study/flow/?mode=learn", "Study this lesson"),
    ]


def test_a_checklist_s_boxes_are_ours_and_the_same_on_every_page(tmp_path: Path) -> None:
    made = pages(build.emit(tmp_path))
    lists = [
        re.search(r'<df-checklist id="([^"]+)">.*?</df-checklist>', made[f"pages/{name}/flow/index.md"])
        for name in ("lessons", "quiz")
    ]
    (lesson, quiz) = [found for found in lists if found]
    assert lesson[1] == quiz[1] == "checklist-flow-2"
    boxes = r'<label><input type="checkbox" value="([0-9a-f]{8})"> <span>([^<]+)</span></label>'
    assert re.findall(boxes, lesson[0]) == re.findall(boxes, quiz[0])
    assert [words for _, words in re.findall(boxes, lesson[0])] == [
        "I can say why early layers starve.",
        "I can name what helps.",
    ]


def test_hints_open_inside_one_another_and_the_solution_last(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/problems/flow/index.md"]
    problem = page[page.index('id="dead"') : page.index('id="warm-up"')]
    depth, depths = 0, {}
    for tag, summary in re.findall(r"(</?details[^>]*>)(?:<summary>([^<]+)</summary>)?", problem):
        depth += -1 if tag.startswith("</") else 1
        if summary:
            depths[summary] = depth
    assert depths == {
        "Hint 1: Conceptual": 1,
        "Hint 2": 2,
        "Show the solution": 3,
        "Common mistakes": 1,
        "Go further": 1,
    }


def test_a_problem_without_hints_folds_its_solution_alone(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/problems/flow/index.md"]
    problem = page[page.index('id="warm-up"') :]
    assert re.findall(r"<summary>([^<]+)</summary>", problem) == ["Show the solution"]
    assert "Divide" not in outside_folds(page)


def test_the_study_page_is_readable_without_scripts(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/study/flow/index.md"]
    assert '<df-study deck="flow">' in page
    assert "data-search-exclude" in page
    questions = re.findall(r'<div class="df-plain__q">(.*?)</div>', page)
    assert len(questions) == 10
    entries = page.split('<li class="df-plain">')[1:]
    asked = " ".join(entry.partition("<summary>Answer</summary>")[0] for entry in entries)
    assert [word for word in build.ANSWERS if word in asked] == []
    assert "jacobianproduct" in text_of(page)


def test_the_glossary_goes_by_letters(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/glossary/index.md"]
    assert '<a href="#letter-b">B</a><a href="#letter-s">S</a>' in page
    assert page.index("## B {#letter-b}") < page.index('id="term-bfloat16"') < page.index("## S {#letter-s}")


# Reports -------------------------------------------------------------------------------------------------------------


def test_every_item_can_be_reported_with_its_place(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path, url="https://example.org/course/"))["pages/lessons/flow/index.md"]
    links = re.findall(r'<p class="df-foot"><a href="([^"]+)">Report a mistake</a>', page)
    course, _ = build.course()
    assert len(links) == len(course.lessons[0].items)
    assert links[0] == (
        "https://example.org/mistake?item=vanishing"
        "&amp;about=Why%20do%20gradients%20vanish%20in%20deep%20networks%2C%20vanishingquestion%3F"
        "&amp;page=https%3A%2F%2Fexample.org%2Fcourse%2Flessons%2Fflow%2F%23vanishing"
    )


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("", ""),
        ("mailto:a@example.org", "mailto:a@example.org?subject=Mistake%20in%20{item}&body={title}%0A{url}%0A"),
        ("mailto:a@example.org?subject=Course", "mailto:a@example.org?subject=Course"),
        ("https://example.org/issues/new?title={title}", "https://example.org/issues/new?title={title}"),
    ],
)
def test_a_bare_letter_gets_a_subject(report: str, expected: str) -> None:
    course, _ = build.course()
    assert reports.template(replace(course, site=SiteOptions(report=report))) == expected


@settings(deadline=None)
@given(st.text())
def test_what_is_filled_in_is_one_part_of_the_address(text: str) -> None:
    made = reports.address("https://example.org/?a={item}&b={url}", item=text, title="", url="x")
    assert made.count("&") == 1
    assert made.count("?") == 1
    assert made.isascii()


# The exam ------------------------------------------------------------------------------------------------------------


def asked(count: int, *kinds: Kind) -> list[str]:
    """The questions of the exam with these options."""
    course, _ = build.course()
    drawn = exam.draw(replace(course, site=SiteOptions(test=ExamOptions(count, 0, kinds))))
    return [question.item.id for question in drawn.questions]


def test_an_exam_asks_as_many_questions_as_there_are() -> None:
    assert asked(20) == ["fix", "norm", "pipeline", "dw2"]
    assert asked(2) == ["fix", "pipeline"]
    assert asked(20, Kind.CHOICE, Kind.NUMERIC) == ["fix", "dw2"]


def test_lessons_share_an_exam_alike_and_questions_are_spread() -> None:
    course, _ = build.course()
    first = course.lessons[0]
    more = tuple(replace(first, id=f"{first.id}-{number}") for number in range(3))
    drawn = exam.draw(replace(course, lessons=more, site=SiteOptions(test=ExamOptions(6))))
    assert [(lesson.id, [each.item.id for each in questions]) for lesson, questions in drawn.lessons] == [
        ("flow-0", ["fix", "pipeline"]),
        ("flow-1", ["fix", "pipeline"]),
        ("flow-2", ["fix", "pipeline"]),
    ]


def test_an_exam_s_time_is_the_author_s_or_what_its_questions_take() -> None:
    course, _ = build.course()
    assert exam.draw(course).minutes == 50  # 7.5 minutes a question of the part, 25 for the essay
    limited = replace(course, site=SiteOptions(test=ExamOptions(minutes=12)))
    assert exam.draw(limited).minutes == 12


def test_the_exam_is_a_page_and_two_sheets(tmp_path: Path) -> None:
    page = text_of(pages(build.emit(tmp_path))["pages/exam/index.md"])
    assert "4 questions from all over the course" in page
    assert "65 points · 50 minutes · 1 lesson" in page
    assert {"exam.html", "exam.key.html"} <= files(tmp_path).keys()


def test_an_exam_of_kinds_that_no_quiz_asks_is_no_exam(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    site = replace(context.course.site, test=ExamOptions(kinds=(Kind.PROBLEM,)))
    made = pages(emitter.emit(replace(context, course=replace(context.course, site=site))))
    assert "pages/exam/index.md" not in made
    assert "exam" not in made["pages/practice/index.md"]
    assert "pages/quiz/flow/index.md" in made


def test_a_course_without_quizzes_has_no_exam(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    made = emitter.emit(replace(context, course=replace(context.course, lessons=context.course.lessons[1:])))
    paths = {artifact.path for artifact in made.value}
    assert "build/pages/exam/index.md" not in paths
    assert not [path for path in paths if "/print/exam" in path or "/quiz/" in path or "/problems/" in path]
    assert "build/pages/study/formats/index.md" in paths


# On paper ------------------------------------------------------------------------------------------------------------


def test_a_sheet_of_questions_holds_no_answer_and_its_key_all(tmp_path: Path) -> None:
    made = files(tmp_path)
    questions, key = made["flow-questions.html"], made["flow-key.html"]
    known = {"feedbackword", "hintword", "mistakeword", "extensionword", "whyword", "measuredword"}
    studied = {"jacobianproduct", "clozedeletion", "definitionword"}  # of flashcards, which are no test
    assert [word for word in build.ANSWERS if word in questions] == []
    assert [word for word in build.ANSWERS if word not in key and word not in known | studied] == []
    assert "df-n" not in questions + key, "on paper a number has no mark"
    for words in ("instructionword", "statementword", "optionword", "of 65", "Name"):
        assert words in questions


def test_a_sheet_of_a_lesson_without_tests_asks_everything(tmp_path: Path) -> None:
    made = files(tmp_path)
    assert "bfloat16" in made["formats-questions.html"]
    assert "8 exponent bits" not in made["formats-questions.html"]
    assert "8 exponent bits" in made["formats-key.html"]


def test_a_lesson_called_exam_has_sheets_of_its_own(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    first, *others = context.course.lessons
    course = replace(context.course, lessons=(replace(first, id="exam"), *others))
    made = emitter.emit(replace(context, course=course))
    paths = [artifact.path for artifact in made.value]
    assert len(paths) == len(set(paths))
    names = {path.rpartition("/")[2] for path in paths if "/print/" in path}
    assert {"exam.html", "exam.key.html", "exam-questions.html", "exam-key.html", "exam-cards.html"} <= names


def test_backs_lie_behind_their_fronts(tmp_path: Path) -> None:
    lesson = many(11)
    cards, long = printed.cut(lesson)
    assert (len(cards), long) == (11, [])
    (first, behind_first), (second, behind_second) = printed.leaves(cards)
    assert [side and side.number for side in first] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [side and side.number for side in behind_first] == [2, 1, 4, 3, 6, 5, 8, 7]
    assert [side and side.number for side in second] == [9, 10, 11, None, None, None, None, None]
    assert [side and side.number for side in behind_second] == [10, 9, None, 11, None, None, None, None]


def test_a_long_answer_gives_way_to_its_short_form_and_is_never_cut_off() -> None:
    words = "word " * 400
    full = Card(id="a", title=None, front=line("Why?"), answer=para(words), in_short=line("So."), span=span())
    bare = replace(full, in_short=None)
    pictured = replace(full, answer=rich(Image("x.svg", "", "", span()), Image("y.svg", "", "", span())), in_short=None)
    (card,), _ = printed.cut(holding(full))
    assert [text.text for text in card.back] == ["So."]
    assert [len(each) for each in printed.cut(holding(bare))] == [0, 1]
    assert [len(each) for each in printed.cut(holding(pictured))] == [0, 1]


def test_a_cloze_makes_a_card_for_each_number(tmp_path: Path) -> None:
    page = files(tmp_path)["flow-cards.html"]
    assert page.count('<section class="leaf"') == page.count('<section class="leaf leaf--back"') == 1
    fronts = page[page.index('<section class="leaf"') : page.index('<section class="leaf leaf--back"')]
    assert "[a power]" in fronts
    assert "clozedeletion" not in fronts
    assert "clozedeletion" in page


def holding(*items: AnyItem) -> Lesson:
    """A lesson of these flashcards."""
    course, _ = build.course()
    lesson = course.lessons[0]
    return replace(lesson, content=(replace(lesson.sections[0], items=items),))


def many(count: int) -> Lesson:
    """A lesson of so many small cards."""
    return holding(
        *(
            Card(id=f"c{number}", title=None, front=line("Why?"), answer=para("So."), span=span())
            for number in range(count)
        )
    )
