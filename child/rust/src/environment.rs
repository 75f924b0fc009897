//! What the supervisor tells a process in its environment; read once, and hidden from its descendants.

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};

pub(crate) struct Environment {
    /// The link, to read from.
    pub input: File,
    /// The link, to write to.
    pub output: File,
    pub token: String,
    /// The socket over which the supervisor asks whether the process lives, if it does.
    pub pulse: Option<File>,
}

impl Environment {
    /// `None`: no supervisor started this process.
    pub fn take() -> Option<Environment> {
        let link = env::var("HANDOVER_LINK").ok()?;
        let token = env::var("HANDOVER_TOKEN").ok()?;
        let pulse = env::var("HANDOVER_PULSE").ok();
        let (input, output) = link.split_once(',')?;
        let (input, output) = (number_of(input)?, number_of(output)?);
        let environment = Environment {
            input: own(input).ok()?,
            output: own(output).ok()?,
            token,
            pulse: pulse.as_deref().and_then(number_of).and_then(|pulse| own(pulse).ok()),
        };
        let mut numbers = vec![input, output];
        numbers.extend(pulse.as_deref().and_then(number_of));
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().for_each(close);
        hide(["HANDOVER_LINK", "HANDOVER_TOKEN", "HANDOVER_PULSE"]);
        Some(environment)
    }
}

fn number_of(text: &str) -> Option<RawFd> {
    text.parse().ok().filter(|number| *number >= 0)
}

/// A copy of a descriptor that no descendant gets; an error where there is none.
#[allow(unsafe_code)]
fn own(number: RawFd) -> io::Result<File> {
    // Safety: it is only copied, and the kernel says where there is nothing to copy.
    let given = unsafe { BorrowedFd::borrow_raw(number) };
    given.try_clone_to_owned().map(File::from)
}

/// Of the descriptor itself nothing is left then: a descendant that held it would hold up the end of the link.
#[allow(unsafe_code)]
fn close(number: RawFd) {
    // Safety: the supervisor gave it to this process for the link, and nothing else in it knows the number.
    drop(unsafe { OwnedFd::from_raw_fd(number) });
}

/// Changing the environment is sound only while no other thread can read it. Where there are others, they keep seeing
/// the names of descriptors that are closed.
#[allow(unsafe_code)]
fn hide(names: [&str; 3]) {
    if crate::idleness::threads() == Some(1) {
        for name in names {
            // Safety: this thread is the only one, and it is busy here.
            unsafe { env::remove_var(name) };
        }
    }
}
