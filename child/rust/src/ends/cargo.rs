//! The ends of channels inside one value.
//!
//! They do not travel in its bytes: there stands only each one's place in a list, which goes beside the bytes, so that
//! whoever counts ends need not read the value. serde has no way to hand that list through, so it lies beside the
//! thread for as long as one value is encoded or decoded.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::LocalKey;

use serde::{Serialize, de::DeserializeOwned};

use super::handle::Handle;
use crate::errors::Side;
use crate::link::Link;
use crate::party::{CopyKey, Load};
use crate::value::{self, Unfit};

/// How many ends one value may carry.
const MOST_CARRIED: usize = 64;

thread_local! {
    static LOADING: Beside<Vec<CopyKey>> = const { RefCell::new(None) };
    static UNLOADING: Beside<Vec<Arrived>> = const { RefCell::new(None) };
}

type Beside<L> = RefCell<Option<L>>;

/// Does something while a list lies beside the thread, and gives what it was before back, also when that panics.
fn with_beside<L: 'static, R>(place: &'static LocalKey<Beside<L>>, list: L, act: impl FnOnce() -> R) -> (R, L) {
    struct Restored<L: 'static>(&'static LocalKey<Beside<L>>, Option<L>);

    impl<L> Drop for Restored<L> {
        fn drop(&mut self) {
            self.0.set(self.1.take());
        }
    }

    let restored = Restored(place, place.replace(Some(list)));
    let result = act();
    let list = place.take().expect("it lies there for as long as this goes on");
    drop(restored);
    (result, list)
}

/// An end that came with a value.
struct Arrived {
    side: Side,
    /// The same end may be mentioned several times: all but the first get copies of it.
    first: Option<Handle>,
    link: &'static Link,
    copy: CopyKey,
    channel: Arc<str>,
}

pub(crate) enum Claimed {
    Sender(Handle),
    Receiver(Handle),
}

/// The bytes of a value, and the copies of ends that it carries.
pub(crate) fn load<T: Serialize + ?Sized>(value: &T) -> Result<Load, Unfit> {
    let (encoded, cargo) = with_beside(&LOADING, Vec::new(), || value::encode(value));
    let (value, mentioned) = encoded?;
    if mentioned.count_ones() as usize != cargo.len() {
        return Err(Unfit::new("an end that is inside of another format, where nobody finds it"));
    }
    Ok(Load { value, cargo })
}

/// The place of an end in the list of those that the value carries, which is being encoded.
pub(crate) fn place(copy: CopyKey) -> Result<u8, String> {
    LOADING.with_borrow_mut(|loading| {
        let Some(cargo) = loading else {
            return Err("an end of a channel, which can travel over a channel alone".to_owned());
        };
        let place = match cargo.iter().position(|known| *known == copy) {
            Some(place) => place,
            None if cargo.len() == MOST_CARRIED => {
                return Err(format!("one end more than the {MOST_CARRIED} that a value may carry"));
            }
            None => {
                cargo.push(copy);
                cargo.len() - 1
            }
        };
        Ok(place as u8)
    })
}

/// The value of these bytes, with the ends that came beside them. Those that it has no place for are closed.
pub(crate) fn unload<T: DeserializeOwned>(
    link: &'static Link,
    bytes: &[u8],
    ends: &[(CopyKey, Side, Arc<str>)],
) -> Result<T, Unfit> {
    let arrived = ends.iter().map(|(copy, side, channel)| {
        let handle = Handle { link, copy: *copy, channel: Arc::clone(channel) };
        Arrived { side: *side, first: Some(handle), link, copy: *copy, channel: Arc::clone(channel) }
    });
    let arrived: Vec<Arrived> = arrived.collect();
    value::check(bytes, ends.len()).map_err(|unfit| Unfit::new(format!("it is not plain msgpack: {unfit}")))?;
    // What panics has said so; its thread goes on, as it does after any other value that is none for it.
    let decode = || catch_unwind(AssertUnwindSafe(|| value::decode(bytes)));
    let (decoded, _unclaimed) = with_beside(&UNLOADING, arrived, decode);
    decoded.unwrap_or_else(|_| Err(Unfit::new("the code that reads it panicked")))
}

/// The end at a place of the value that is being decoded.
pub(crate) fn claim(place: u8) -> Result<Claimed, String> {
    UNLOADING.with_borrow_mut(|unloading| {
        let arrived = unloading.as_mut().and_then(|ends| ends.get_mut(usize::from(place)));
        let arrived = arrived.ok_or("an end of a channel, which comes over a channel alone")?;
        let handle = arrived.first.take().unwrap_or_else(|| {
            let copy = arrived.link.turn(|party| party.clone_copy(arrived.copy));
            Handle { link: arrived.link, copy, channel: Arc::clone(&arrived.channel) }
        });
        Ok(match arrived.side {
            Side::Send => Claimed::Sender(handle),
            Side::Receive => Claimed::Receiver(handle),
        })
    })
}
