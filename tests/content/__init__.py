"""The course that ships with the tool."""
