"""How the parts of a document are called: patterns that a whole title has to match, in small letters and without marks.

The first part whose pattern matches is what a heading opens. `titles` applies them.
"""

from __future__ import annotations

PARTS: dict[str, tuple[str, ...]] = {
    "export": (
        (
            r"(?:anki|csv|tsv|quizlet|export|import)\b.*(?:formats?|exports?|ready|compatible|import|"
            r"separated|tsv|csv|deck|cards)"
        ),
        r"exports?",
        r"(?:anki|csv|tsv|quizlet)(?: (?:format|export|import))?",
        r"exportable .*",
        r"for (?:anki|import)\b.*",
    ),
    "key": (
        r"(?:complete |full |quiz |detailed )?answers? keys?\b.*",
        r"answers?(?: (?:and|&|with) (?:explanations?|rationales?|solutions?|feedback).*)?",
        r"correct answers.*",
        r"(?:marking|mark|answer) (?:scheme|guide|sheet)\b.*",
        r"solutions? keys?\b.*",
        r"answers? (?:section|part)",
        r"grading key",
        r"key",
        r"explanations",
        r"solutions? and explanations?",
        r"answers? to .*",
    ),
    "solutions": (
        r"(?:worked |complete |detailed |full |all |model )?solutions(?: (?:and|&|to|with|section).*)?",
        r"solution guide.*",
    ),
    "hints": (r"(?:progressive |all )?hints(?: (?:section|for .*|by problem))?",),
    "mapping": (
        r"source (?:mapping|map|references?|traceability|coverage|alignment|attribution|section mapping)\b.*",
        r"mapping to source.*",
        r"traceability.*",
        r"coverage (?:map|matrix).*",
        r"content mapping.*",
        r"lesson mapping.*",
        r"source-to-.*",
    ),
    "schedule": (
        r".*spaced[- ]repetition.*",
        r".*review schedule.*",
        r"(?:study|repetition|recommended|suggested) (?:schedule|plan|calendar|timeline).*",
        r"review plan.*",
        r".*study schedule.*",
    ),
    "connections": (
        r"connections?(?: to .*| with .*|s)?",
        r"cross[- ](?:references?|lesson).*",
        r"related lessons.*",
        r"links? to (?:other )?(?:lessons|modules|chapters|units|topics).*",
        r"related (?:modules|chapters|units).*",
        r"connected lessons.*",
        r"lesson connections.*",
        r"connections? (?:across|between) .*",
        r"relat(?:ed|ion) to other lessons.*",
        r"prior and next lessons",
        r"how this connects.*",
    ),
    "performance": (
        r"performance.*(?:guide|interpretation|bands?|levels?|scale|key).*",
        r"(?:score|scoring|grade|result)s? (?:interpretation|guide|bands?|scale|ranges?).*",
        r"interpret(?:ing|ation of)? .*(?:score|results).*",
        r"mastery levels?.*",
        r"grading scale.*",
        r"what your score means.*",
        r"how did you do.*",
        r"scoring",
        r"score bands",
    ),
    "review": (
        r"review (?:recommendations?|guide|advice|suggestions|topics|by question|resources).*",
        r"recommended review.*",
        r"remediation.*",
        r"(?:what|where) to review.*",
        r"if you (?:struggled|missed|got).*",
        r"study recommendations.*",
        r"targeted review.*",
        r"review by .*",
        r"areas? (?:to|for) review.*",
        r"question-by-question review.*",
    ),
    "checklist": (
        (
            r"(?:mastery|self[- ](?:assessment|check|evaluation)|completion|skills?|readiness|competency|"
            r"knowledge) ?-?check ?list.*"
        ),
        r"mastery (?:indicators|criteria|check|tracker)",
        r"check ?list",
        r"self[- ](?:assessment|check)(?! guide).*",
        r"can you.*\?",
    ),
    "progression": (
        (
            r"(?:progression|learning|study|recommended|suggested|remediation) (?:path|pathway|sequence|order|"
            r"route)s?.*"
        ),
        r"next steps.*",
        r"where to go (?:from here|next).*",
        r"progression",
        r"what'?s next.*",
        r"path forward.*",
    ),
    "overview": (
        (
            r"(?:problem|question|card|quiz|problem set|set|deck|exercise|assessment|flashcard|content|"
            r"practice) (?:overview|summary|index|list|at a glance|breakdown|distribution|inventory).*"
        ),
        r"overview(?: of .*)?",
        r"at a glance.*",
        r"(?:quick )?summary table.*",
        r"table of contents",
        r"contents",
        r"toc",
        r"index",
        r"question distribution.*",
    ),
    "objectives": (
        r"(?:key |lesson |your )?(?:learning )?(?:objectives?|outcomes?|goals)(?: (?:of|for) .*)?",
        r"what you(?:'ll| will) learn.*",
        r"by the end.*",
        r"after this lesson.*",
        r"learning targets",
    ),
    "matrix": (
        r".*(?:relationship|dependency|connection|relation)s? (?:matrix|table|map|list|summary).*",
        r"(?:concept |key )?relationships?(?: between .*| explained)?",
        r"cross-concept .*",
        r"concept dependencies",
        r"dependencies",
    ),
    "concepts": (
        (
            r"(?:\d+ )?(?:core|key|main|central|fundamental|essential|major|primary) (?:concepts?|"
            r"ideas?)(?: (?:explained|overview|list|summary|definitions|covered).*)?"
        ),
        r"concepts?(?: (?:definitions|list|index|inventory|explained))?",
        r"concept (?:definitions|list|inventory|index|details)",
        r"node (?:descriptions|definitions)",
    ),
    "terms": (
        (
            r"(?:key |core |important |essential |technical )?(?:terminology|terms?|vocabulary|glossary|"
            r"definitions)(?: (?:table|list|and definitions|& definitions|reference|index|definitions|"
            r"glossary|summary|of terms).*)?"
        ),
        r"glossary.*",
        r"terms (?:and|&) definitions",
        r"key terms and .*",
    ),
    "critical": (
        r"critical (?:knowledge|concepts?).*",
        r"critical[- ]knowledge summary.*",
        r"must[- ]know.*",
    ),
    "instructions": (
        r"(?:quiz |general |exam |assessment |test )?(?:instructions?|directions)(?: (?:for|to) .*)?",
        r"how to use.*",
        r"before you begin.*",
        r"about this (?:quiz|set|assessment).*",
        r"guidelines",
    ),
}
"""Parts that hold no items."""

CARDS = (r"(?:.*\b)?(?:flash ?-?cards?|cards|card (?:set|deck)|deck)\b(?! (?:overview|summary)).*",)

QUIZ = (
    r"(?:part|section) (?:[a-z]|\d+|[ivx]+)\b.*",
    (
        r".*\b(?:multiple[- ]choice|short[- ]answers?|essays?|true ?(?:/|or|-) ?false|mcqs?|"
        r"fill[- ]in[- ]the[- ]blanks?|numeric(?:al)? (?:questions|answer).*|calculation questions|"
        r"free response|long answer|extended response)\b.*"
    ),
    r"(?:.* )?(?:questions|quiz|assessment|test|exam)(?: questions| section)?",
    r"(?:self[- ]|test )?(?:test|yourself|check)(?: yourself)?",
    r"(?:check|test) (?:yourself|your (?:knowledge|understanding))",
    r"(?:knowledge|quick|comprehension) (?:check|quiz)",
)

PROBLEMS = (
    r"(?:.*\b)?(?:practice |worked )?(?:problems|exercises|problem set)\b.*",
    (
        r"(?:warm[- ]?ups?|skill[- ]builders?|challenges?|debug(?:ging|/fix)?)(?: (?:problems?|exercises?|"
        r"section|level))?"
    ),
)

LEVELS = (
    r"(?:level \d+ ?[:.-]? ?)?(easy|medium|hard|basic|intermediate|advanced|beginner|moderate|challenging|"
    r"foundational)(?: (?:cards?|flashcards?|questions?|problems?|level|tier|difficulty|section|exercises?))?"
)
"""A heading that gives its difficulty to what stands below it."""

KINDS = (
    r"flash ?-?cards?(?: set| deck)?",
    r"assessment quiz",
    r"quiz(?: assessment)?",
    r"assessment",
    r"practice problems?(?: set)?",
    r"practice exercises",
    r"practice set",
    r"problem set",
    r"concept map(?: analysis)?",
    r"lesson notes",
    r"study notes",
    r"notes",
    r"study guide",
    r"lesson",
    r"exam",
    r"test",
    r"practice quiz",
    r"review quiz",
    r"exercises",
    r"study document",
    r"knowledge map",
    r"mind map",
)
"""Kinds of document, as titles begin with them or end in them."""
