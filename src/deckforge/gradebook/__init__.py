"""Learners' exported progress, as a table for whoever teaches them.

`files` reads what the study site exports, `memory` says from the answers how well a card is remembered, `table` counts
by learner, concept and item, `view` shows it. Like `exchange`, this is no stage: only `cli` sees it. The files stay
where they are, and nothing of them is written anywhere.
"""
