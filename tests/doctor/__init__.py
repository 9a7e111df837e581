"""What a machine offers."""
