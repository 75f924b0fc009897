use std::process::ExitCode;

use handover::{Bytes, Error, Sender};
use stopwatch::{MESSAGE, microseconds};

fn main() -> ExitCode {
    handover::run(|stage| {
        let values: Sender<Bytes> = stage.sender("values")?;
        let figures: Sender<f64> = stage.sender("figures")?;
        let figure = microseconds(|| values.send(Bytes::from(MESSAGE.to_vec())))?;
        values.close();
        figures.send(figure)?;
        Ok::<(), Error>(())
    })
}
