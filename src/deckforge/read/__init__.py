"""From files to the model: lessons in Markdown and YAML, the course, and the proofs' signatures. Executes nothing."""
