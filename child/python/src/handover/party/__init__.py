"""The code of one process as one participant: its operations, from the call to the ending. No input or output here."""
