"""Bytes on the link: frames, pieces and messages, as docs/protocol.md, sections 2 and 3 have them."""
