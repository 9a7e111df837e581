"""`python -m deckforge`, the same as the `deckforge` command."""

from deckforge.cli import main

if __name__ == "__main__":
    main()
