//! This process as a stage: the ends that the supervisor gave to it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::channel::Channel;
use crate::ends::{Handle, Receiver, Sender};
use crate::environment::Environment;
use crate::errors::{Error, Side};
use crate::leave::at_exit;
use crate::link::{Greeted, Link, greet};
use crate::wire::messages::{NamedEnd, PassedEnd};

static STAGE: OnceLock<Stage> = OnceLock::new();
static BEGINNING: Mutex<()> = Mutex::new(());

/// A process that a supervisor started, and the ends that it was given.
pub struct Stage {
    pub(crate) link: &'static Link,
    name: String,
    replica: u64,
    ends: Mutex<BTreeMap<String, Named>>,
}

/// An end that the stage was given.
struct Named {
    side: Side,
    number: u64,
    channel: Arc<str>,
    has_contract: bool,
    /// `None` when code has it already.
    handle: Option<Handle>,
}

/// This process as a stage. It waits until the supervisor needs the process.
///
/// Call it at the beginning of `main`, before other threads are there: only then are the variables of the supervisor
/// removed from the environment, which the programs that the process starts would get too. [`run`](crate::run) calls it,
/// and sees to the end of the process as well; without it, a main that returns [`Error::Stopped`] does not end well.
///
/// # Errors
/// `NotAStage`: no supervisor started this process.
pub fn stage() -> Result<&'static Stage, Error> {
    let _beginning = BEGINNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(stage) = STAGE.get() {
        return Ok(stage);
    }
    let environment = Environment::take().ok_or_else(|| Error::NotAStage {
        problem: "no supervisor started this process, so it has no ends. Start it with \
                  `supervisor.stage(name, { command: ['target/release/program'] })`"
            .to_owned(),
    })?;
    let Greeted { link, ends } = greet(environment);
    at_exit(finish);
    Ok(STAGE.get_or_init(|| Stage::new(link, ends)))
}

/// The link of this process, where it is a stage.
pub(crate) fn link() -> Result<&'static Link, Error> {
    stage().map(|stage| stage.link)
}

extern "C" fn finish() {
    if let Some(stage) = STAGE.get() {
        stage.link.finish();
    }
}

impl Stage {
    fn new(link: &'static Link, ends: Vec<NamedEnd>) -> Stage {
        let (name, replica) = link.turn(|party| (party.settings.stage.clone(), party.settings.replica));
        let ends = ends.into_iter().map(|NamedEnd { name, passed }| {
            let copy = link.turn(|party| party.named(&passed));
            let PassedEnd { end: number, side, channel, contract } = passed;
            let handle = Some(Handle { link, copy, channel: Arc::clone(&channel) });
            (name, Named { side, number, channel, has_contract: contract.is_some(), handle })
        });
        Stage { link, name, replica, ends: Mutex::new(ends.collect()) }
    }

    /// The name of the stage.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// 0 for the first replica of the stage.
    pub fn replica(&self) -> u64 {
        self.replica
    }

    /// The sender that the stage was given under this name. It is handed out once; for more, clone it.
    ///
    /// # Errors
    /// `Topology`: there is none, or it is a receiver, or it was handed out before.
    pub fn sender<T>(&self, name: &str) -> Result<Sender<T>, Error> {
        self.end(name, Side::Send).map(Sender::of)
    }

    /// The receiver that the stage was given under this name. It is handed out once; for more, clone it.
    ///
    /// # Errors
    /// `Topology`: there is none, or it is a sender, or it was handed out before.
    pub fn receiver<T>(&self, name: &str) -> Result<Receiver<T>, Error> {
        self.end(name, Side::Receive).map(Receiver::of)
    }

    /// A new channel of the supervisor, made by [`Channel::open`]. The name is for people.
    ///
    /// ```no_run
    /// # fn open(stage: &handover::Stage) -> Result<(), handover::Error> {
    /// let (sender, receiver) = stage.channel::<u32>("replies").capacity(8).open()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn channel<T>(&self, name: impl Into<String>) -> Channel<T> {
        Channel::new(self.link, name.into())
    }

    /// Against which contract an end of the stage was built: a JSON Schema. Where its channel has another, the process is
    /// refused before it has done anything on it, and the stage is not started again. Say it before the end is used.
    ///
    /// # Errors
    /// `ContractMismatch`: the channel has no contract. `Topology`: the stage has no such end.
    pub fn expect(&self, name: &str, schema: &str) -> Result<(), Error> {
        let ends = self.lock();
        let Some(named) = ends.get(name) else {
            drop(ends);
            return self.end(name, Side::Send).map(drop);
        };
        if !named.has_contract {
            return Err(Error::ContractMismatch { stage: self.name.clone(), channel: Arc::clone(&named.channel) });
        }
        if named.number != 0 {
            self.link.turn(|party| party.expects(named.number, schema));
        }
        Ok(())
    }

    fn end(&self, name: &str, side: Side) -> Result<Handle, Error> {
        let mut ends = self.lock();
        let problem = match ends.get_mut(name) {
            None => {
                let known: Vec<String> = ends.keys().map(|known| format!("{known:?}")).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                format!("the supervisor gave stage {:?} no end named {name:?}, but: {known}", self.name)
            }
            Some(named) if named.side != side => {
                let (is, wanted) = (named.side.word(), side.word());
                format!("the end {name:?} of stage {:?} is a {is}, not a {wanted}", self.name)
            }
            Some(named) => match named.handle.take() {
                Some(handle) => return Ok(handle),
                None => format!("the end {name:?} of stage {:?} was handed out already: clone it", self.name),
            },
        };
        Err(Error::topology(problem))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Named>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Stage {:?}", self.name)
    }
}
