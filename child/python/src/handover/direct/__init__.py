"""Direct links: values that go between two processes without the supervisor. See docs/protocol.md, section 14."""
