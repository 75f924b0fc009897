//! Bytes on the link: frames, pieces and messages, as docs/protocol.md, sections 2 and 3 have them.

pub(crate) mod frames;
pub(crate) mod messages;
pub(crate) mod outgoing;
#[cfg(test)]
mod tests;
pub(crate) mod violation;
pub(crate) mod words;
