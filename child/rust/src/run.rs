//! A stage from its beginning to its end.

use std::error::Error as StdError;
use std::process::ExitCode;

use crate::errors::Error;
use crate::stage::{Stage, stage};

/// Runs this process as a stage, and says what its exit code is.
///
/// - `Ok`: the stage has ended well, and with it all its ends.
/// - An error that is [`Error::Stopped`], or has it as a source: so it has, for the supervisor asked for it.
/// - Any other error is printed, with its sources, and the exit code is 1: the stage has failed, and whoever is at the
///   other side of its channels learns so.
///
/// ```no_run
/// use std::process::ExitCode;
/// use handover::Error;
///
/// fn main() -> ExitCode {
///     handover::run(|stage| {
///         let lines = stage.receiver::<String>("lines")?;
///         let words = stage.sender::<String>("words")?;
///         for line in lines {
///             words.send(line?.to_uppercase())?;
///         }
///         Ok::<(), Error>(())
///     })
/// }
/// ```
pub fn run<E>(body: impl FnOnce(&'static Stage) -> Result<(), E>) -> ExitCode
where
    E: Into<Box<dyn StdError>>,
{
    let stage = match stage() {
        Ok(stage) => stage,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let code = match body(stage).map_err(Into::into) {
        Ok(()) => 0,
        Err(error) if is_stopped(&*error) => 0,
        Err(error) => {
            print(&*error);
            1
        }
    };
    stage.link.last_word(code);
    ExitCode::from(code)
}

/// Ends the process at once, with this exit code: 0 says that the stage has ended well. What other threads do is not
/// waited for, but no message is cut off.
pub fn exit(code: u8) -> ! {
    if let Ok(stage) = stage() {
        stage.link.last_word(code);
    }
    std::process::exit(code.into())
}

fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn is_stopped(error: &(dyn StdError + 'static)) -> bool {
    sources(error).filter_map(|error| error.downcast_ref::<Error>()).any(Error::is_stopped)
}

/// Each sentence once: a failed send has that of its error.
fn print(error: &(dyn StdError + 'static)) {
    let mut said = String::new();
    for error in sources(error) {
        let sentence = error.to_string();
        if sentence != said {
            eprintln!("{}{sentence}", if said.is_empty() { "error: " } else { "caused by: " });
        }
        said = sentence;
    }
}
