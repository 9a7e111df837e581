"""The proofs that come with the package."""
