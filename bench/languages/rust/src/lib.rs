//! As stopwatch.ts.

use std::env;
use std::time::{Duration, Instant};

/// What each lap sends.
pub const MESSAGE: [u8; 24] = [b'h'; 24];

const WARM_UP: u32 = 20_480;
const MEASURED: Duration = Duration::from_millis(350);
const LAPS_PER_LOOK: u32 = 32;

/// Of one lap, on average: a function that is called for each.
pub fn microseconds<E>(mut lap: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    let fixed: Option<u32> = env::var("BENCH_LAPS").ok().and_then(|laps| laps.parse().ok());
    for _ in 0..WARM_UP {
        lap()?;
    }
    let start = Instant::now();
    let mut laps = 0;
    loop {
        for _ in 0..LAPS_PER_LOOK {
            lap()?;
        }
        laps += LAPS_PER_LOOK;
        let elapsed = start.elapsed();
        if fixed.map_or(elapsed >= MEASURED, |fixed| laps >= fixed) {
            return Ok(elapsed.as_secs_f64() * 1e6 / f64::from(laps));
        }
    }
}
