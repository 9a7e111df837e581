"""Questions for learning management systems: Moodle's two formats and QTI 1.2 for the others.

`questions` says once what becomes of each kind of item, as a `Question`; `text` renders for pages that are not ours,
`gaps` finds what a cloze deletes, `grading` says what a typed number is judged by. `gift`, `moodle` and `qti` only
write down what those decided.
"""
