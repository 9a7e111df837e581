"""Finding proofs for numbers that nobody answers for."""
