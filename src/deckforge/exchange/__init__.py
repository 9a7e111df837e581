"""Exchange with Anki: packages and collections that learners have, read and compared with the sources.

This is no stage: only the command line sees it. `apkg` reads a package of any of Anki's formats, from anybody, without
trusting a byte of it; `pull` finds in it what somebody changed in our notes.
"""
