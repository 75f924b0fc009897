//! Values as bytes and back, with nothing altered on the way. See docs/protocol.md, section 5.
//!
//! `msgpack` knows the forms, `encode` and `decode` are what serde needs for them, `check` says whether bytes that came
//! are a value at all.

mod bytes;
mod check;
mod decode;
mod dynamic;
mod encode;
mod moment;
pub(crate) mod msgpack;
#[cfg(test)]
mod tests;
mod unfit;

pub use bytes::Bytes;
pub use dynamic::Value;
pub use moment::{BeyondSystemTime, Moment};

pub(crate) use check::check;
pub(crate) use decode::decode;
pub(crate) use encode::encode;
pub(crate) use unfit::{Step, Unfit, written};

/// Arrays and maps may be nested this deep.
pub(crate) const MAX_DEPTH: usize = 128;
/// A dead letter is one level deeper than its value, and may itself become one.
pub(crate) const DEEPEST_READ: usize = MAX_DEPTH + 16;

/// The names by which serde tells this crate's own forms from those that every format has. What is inside stands for
/// the contents of the extension.
pub(crate) const MOMENT: &str = "handover::Moment";
pub(crate) const END: &str = "handover::End";
