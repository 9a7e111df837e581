"""Questions for learning management systems: Moodle's two formats and QTI 1.2 for the others.

`questions` says once what becomes of each kind of item; `text` renders for pages that are not ours; `grading` says
what a typed answer is judged by. `gift`, `moodle` and `qti` only write down what those three decided.
"""
