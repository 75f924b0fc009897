//! Waiting until one of several descriptors is ready.

use std::ffi::{c_int, c_short};
use std::os::fd::RawFd;
use std::time::Duration;

const READABLE: c_short = 1;
const WRITABLE: c_short = 4;
/// Nobody is at the other side, or reads there.
const OVER: c_short = 8 | 16;

/// As the system knows it.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched {
    descriptor: RawFd,
    events: c_short,
    happened: c_short,
}

impl Watched {
    pub fn to_read(descriptor: RawFd) -> Watched {
        Watched { descriptor, events: READABLE, happened: 0 }
    }

    pub fn to_write(descriptor: RawFd) -> Watched {
        Watched { descriptor, events: WRITABLE, happened: 0 }
    }

    /// Only whether nobody is at the other side.
    pub fn to_end(descriptor: RawFd) -> Watched {
        Watched { descriptor, events: 0, happened: 0 }
    }

    /// Whether nobody is at the other side.
    pub fn is_over(self) -> bool {
        self.happened & OVER != 0
    }

    /// Whether there is something to do with it, if only to hear that it has ended.
    pub fn is_ready(self) -> bool {
        self.happened != 0
    }
}

#[cfg(any(target_os = "linux", target_os = "illumos", target_os = "solaris"))]
type Count = std::ffi::c_ulong;
#[cfg(not(any(target_os = "linux", target_os = "illumos", target_os = "solaris")))]
type Count = std::ffi::c_uint;

#[allow(unsafe_code)]
mod system {
    // Safety: as POSIX has it; it is given a list and its length.
    unsafe extern "C" {
        pub fn poll(watched: *mut super::Watched, count: super::Count, milliseconds: super::c_int) -> super::c_int;
    }
}

/// Returns when one is ready, when the time is over, or for no reason; whoever calls looks again.
pub(super) fn poll(watched: &mut [Watched], time: Option<Duration>) {
    // A time that is not over yet is not rounded to nothing.
    let milliseconds = |time: Duration| c_int::try_from(time.as_micros().div_ceil(1000)).unwrap_or(c_int::MAX);
    let time = time.map_or(-1, milliseconds);
    // Safety: the list is borrowed for as long as this goes on.
    #[allow(unsafe_code)]
    let ready = unsafe { system::poll(watched.as_mut_ptr(), watched.len() as Count, time) };
    if ready < 0 {
        for one in watched {
            one.happened = 0;
        }
    }
}
