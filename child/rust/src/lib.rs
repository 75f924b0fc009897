//! CSP channels between operating-system processes: one process of a handover program, in Rust.
//!
//! Processes are joined by channels: what one sends, another receives, and `send` returns only when the other has
//! *taken* the value. A supervisor, which is a program in Node, makes the channels and starts the processes, each as a
//! *stage*, to which it gives *ends* of channels: [`Sender`]s and [`Receiver`]s.
//!
//! Begin with [`run`]. The README beside this crate is a course.

#[cfg(not(unix))]
compile_error!("handover needs a Unix: its link is two descriptors that the supervisor hands on");

mod channel;
pub mod contracts;
mod direct;
mod ends;
mod environment;
mod errors;
mod idleness;
mod leave;
mod link;
mod party;
mod pulse;
mod run;
mod select;
mod stage;
mod statistics;
mod value;
#[cfg(test)]
mod vectors;
mod wire;

pub use channel::{Channel, Overflow};
pub use ends::{Extended, IntoIter, Iter, Letter, Receiver, Sender, Work};
pub use errors::{Error, Failure, NotAllTaken, Operation, SendError, Side, Untaken};
pub use run::{exit, run};
pub use select::Select;
pub use stage::{Stage, stage};
pub use statistics::Statistics;
pub use value::{BeyondSystemTime, Bytes, Moment, Value};
