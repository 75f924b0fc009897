"""What travels: values, as docs/protocol.md, section 5 has them."""
