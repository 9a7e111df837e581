"""What earlier builds know: measurements by fingerprint, and the manifest of what was made."""
