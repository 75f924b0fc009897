use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::MOMENT;
use super::bytes::Contents;

const LENGTH: usize = 12;
const SECOND: u32 = 1_000_000_000;

/// A moment, also one before 1970: what is a `Date` in JavaScript, and a `datetime` in Python.
///
/// JavaScript keeps milliseconds of it, Python microseconds; here nothing gets lost. A plain [`SystemTime`] in a value
/// travels as serde has it, as a map of seconds and nanoseconds, which nobody takes for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    seconds: i64,
    nanoseconds: u32,
}

/// [`SystemTime`] cannot hold the [`Moment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeyondSystemTime(pub Moment);

impl Moment {
    /// So many whole seconds after the beginning of 1970, or before it, and so many nanoseconds after those.
    ///
    /// `None`: a second has fewer nanoseconds.
    pub fn new(seconds: i64, nanoseconds: u32) -> Option<Moment> {
        (nanoseconds < SECOND).then_some(Moment { seconds, nanoseconds })
    }

    /// This moment.
    pub fn now() -> Moment {
        SystemTime::now().into()
    }

    /// The whole seconds since the beginning of 1970; below 0 before it.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds after the last whole second.
    pub fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    pub(crate) fn checked(seconds: i64, nanoseconds: u64) -> Option<Moment> {
        Moment::new(seconds, u32::try_from(nanoseconds).ok()?)
    }

    pub(crate) fn to_contents(self) -> [u8; LENGTH] {
        let mut contents = [0; LENGTH];
        contents[..4].copy_from_slice(&self.nanoseconds.to_be_bytes());
        contents[4..].copy_from_slice(&self.seconds.to_be_bytes());
        contents
    }

    pub(crate) fn from_contents(contents: &[u8]) -> Option<Moment> {
        let contents: [u8; LENGTH] = contents.try_into().ok()?;
        let [a, b, c, d, seconds @ ..] = contents;
        Moment::new(i64::from_be_bytes(seconds), u32::from_be_bytes([a, b, c, d]))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Moment {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Moment { seconds: since.as_secs() as i64, nanoseconds: since.subsec_nanos() },
            Err(error) => {
                let before = error.duration();
                let seconds = -(before.as_secs() as i64);
                match before.subsec_nanos() {
                    0 => Moment { seconds, nanoseconds: 0 },
                    nanoseconds => Moment { seconds: seconds - 1, nanoseconds: SECOND - nanoseconds },
                }
            }
        }
    }
}

impl TryFrom<Moment> for SystemTime {
    type Error = BeyondSystemTime;

    fn try_from(moment: Moment) -> Result<SystemTime, BeyondSystemTime> {
        let whole = Duration::from_secs(moment.seconds.unsigned_abs());
        let from_there = if moment.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        from_there
            .and_then(|time| time.checked_add(Duration::from_nanos(moment.nanoseconds.into())))
            .ok_or(BeyondSystemTime(moment))
    }
}

impl fmt::Display for BeyondSystemTime {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "the moment {} s after the beginning of 1970 is beyond what SystemTime can hold", self.0.seconds)
    }
}

impl std::error::Error for BeyondSystemTime {}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(MOMENT, &Contents(&self.to_contents()))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        struct Expected;

        impl<'de> Visitor<'de> for Expected {
            type Value = Moment;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a moment")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, contents: D) -> Result<Moment, D::Error> {
                let contents = super::Bytes::deserialize(contents)?;
                Moment::from_contents(&contents).ok_or_else(|| de::Error::custom("a moment that is none"))
            }
        }

        deserializer.deserialize_newtype_struct(MOMENT, Expected)
    }
}
