"""From rich text to the HTML of one back end.

`html` walks the pieces of a `Rich` and asks a `Target` about each that depends on where it will be shown. `code`
colours code blocks. `templates` loads Jinja2 templates, the course's own before the packaged ones.
"""
