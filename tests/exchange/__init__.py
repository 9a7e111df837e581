"""Tests of what is exchanged with Anki."""
