//! Senders and receivers.

mod batch;
mod cargo;
mod failing;
mod handle;
mod letter;
mod receiver;
mod sender;
mod work;

pub use letter::Letter;
pub use receiver::{Extended, IntoIter, Iter, Receiver};
pub use sender::Sender;
pub use work::Work;

pub(crate) use cargo::{Claimed, claim, load, unload};
pub(crate) use failing::{Fate, error_of, operation_error};
pub(crate) use handle::Handle;
pub(crate) use sender::not_encodable;
