use std::process::ExitCode;

use handover::{Bytes, Error, Receiver};

fn main() -> ExitCode {
    handover::run(|stage| {
        let values: Receiver<Bytes> = stage.receiver("values")?;
        for value in values {
            value?;
        }
        Ok::<(), Error>(())
    })
}
