"""Beginning with a course that has wrong numbers in it."""
