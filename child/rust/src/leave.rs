//! How a process ends: at once, when its supervisor is gone; or in the ordinary way, and then no message is cut off.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;

const EXIT_WITHOUT_SUPERVISOR: i32 = 70;

#[allow(unsafe_code)]
mod system {
    // Safety: both are of the C library that std itself is linked with, and as the standard of C has them.
    unsafe extern "C" {
        pub safe fn _exit(code: i32) -> !;
        pub safe fn atexit(at_exit: extern "C" fn()) -> i32;
    }
}

/// It has nobody to work for: it ends at once, in whichever thread that is seen, whatever its code is doing.
pub(crate) fn leave(why: &str) -> ! {
    // Not by `eprintln!`, for code that computes for ever may hold its lock.
    if let Ok(stderr) = std::io::stderr().as_fd().try_clone_to_owned() {
        let _ = File::from(stderr).write_all(format!("handover: {why}; this stage ends\n").as_bytes());
    }
    system::_exit(EXIT_WITHOUT_SUPERVISOR)
}

/// Calls this when the process exits, however it does so in an ordinary way.
pub(crate) fn at_exit(then: extern "C" fn()) {
    // Without room for one more, an exit may cut off a message: then the stage has failed, which is no lie.
    system::atexit(then);
}
