"""The class's table from learners' progress files."""
