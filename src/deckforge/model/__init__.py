"""What a course is: frozen data that every stage reads and none changes.

Nothing in this package reads a file, runs code or imports a stage. The modules, from the ground up:

- `source`: text on disk, spans of it, lines and columns;
- `numerals`: one printed number, read and written in an author's notation; `units`: what stands behind it;
- `written`: written values and their acceptance intervals (what a printed number stands for);
- `claims`: claims, proof signatures, measurements, verdicts;
- `rich`: text that has been rendered to HTML, except where a back end has to decide;
- `items`: cards, clozes, questions, problems, terms;
- `course`: lessons and the course that holds them.
"""
