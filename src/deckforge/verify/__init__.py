"""Execution: proofs run in forked children, receipts keep what they measured, verdicts judge it by what was written."""
