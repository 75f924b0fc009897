//! One choice among many guards.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use serde::{Serialize, de::DeserializeOwned};

use crate::ends::{Fate, Handle, Receiver, Sender, error_of, load, not_encodable, operation_error, unload};
use crate::errors::{Error, Operation};
use crate::party::{Acceptance, Arrival, Load, Outcome, Shape, Wanted, Why};
use crate::value::Unfit;
use crate::wire::messages::Reason;

/// Waits on many guards at once, of which exactly one has an effect: what it did not send is not sent, and what it did
/// not receive is still there.
///
/// Each guard comes with a function, of which the chosen one says what [`wait`](Select::wait) returns. A guard that is
/// not to be waited for this time is not added.
///
/// ```no_run
/// use std::time::Duration;
/// use handover::{Error, Receiver, Select, Sender};
///
/// enum Next {
///     Job(String),
///     NoMoreJobs,
///     Reported,
///     Late,
/// }
///
/// fn next(jobs: &Receiver<String>, reports: &Sender<usize>, done: usize) -> Result<Next, Error> {
///     Select::new()
///         .receive(jobs, |job| job.map_or(Next::NoMoreJobs, Next::Job))
///         .send(reports, &done, || Next::Reported)
///         .after(Duration::from_secs(60), || Next::Late)
///         .wait()
/// }
/// ```
#[must_use = "a select does nothing until it is waited for"]
pub struct Select<'a, R> {
    guards: Vec<Guard<'a, R>>,
    order: Order,
    otherwise: Option<Box<dyn FnOnce() -> R + 'a>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Any,
    Priority,
}

enum Guard<'a, R> {
    Channel(Box<dyn Arm<R> + 'a>),
    After(Duration, Box<dyn FnOnce() -> R + 'a>),
    At(Instant, Box<dyn FnOnce() -> R + 'a>),
}

/// A guard on a channel.
trait Arm<R> {
    fn handle(&self) -> &Handle;
    fn operation(&self) -> Operation;
    /// The value that it sends, and the ends that this carries.
    fn load(&self) -> Result<Option<Load>, Error>;
    /// The value that came for it.
    fn unload(&mut self, arrival: &Arrival) -> Result<(), Unfit>;
    fn choose(self: Box<Self>) -> R;
}

struct Receiving<'a, T, F> {
    receiver: &'a Receiver<T>,
    received: Option<T>,
    then: F,
}

struct Sending<'a, T, F> {
    sender: &'a Sender<T>,
    value: &'a T,
    then: F,
}

impl<'a, R> Select<'a, R> {
    /// Without any guards yet.
    pub fn new() -> Select<'a, R> {
        Select { guards: Vec::new(), order: Order::Any, otherwise: None }
    }

    /// To receive. The function is given the value; `None` says that the channel has ended, which is no error here.
    pub fn receive<T: DeserializeOwned + 'a>(
        self,
        receiver: &'a Receiver<T>,
        then: impl FnOnce(Option<T>) -> R + 'a,
    ) -> Select<'a, R> {
        self.with(Guard::Channel(Box::new(Receiving { receiver, received: None, then })))
    }

    /// To send this value. When it was chosen, the ends inside the value are gone.
    pub fn send<T: Serialize>(
        self,
        sender: &'a Sender<T>,
        value: &'a T,
        then: impl FnOnce() -> R + 'a,
    ) -> Select<'a, R> {
        self.with(Guard::Channel(Box::new(Sending { sender, value, then })))
    }

    /// When nothing else was chosen for so long, counted from the call of [`wait`](Select::wait).
    pub fn after(self, duration: Duration, then: impl FnOnce() -> R + 'a) -> Select<'a, R> {
        self.with(Guard::After(duration, Box::new(then)))
    }

    /// From a moment on. One that has come already is ready as the others are: any of the ready ones is chosen.
    pub fn at(self, moment: Instant, then: impl FnOnce() -> R + 'a) -> Select<'a, R> {
        self.with(Guard::At(moment, Box::new(then)))
    }

    /// If nothing is ready, it does not wait.
    pub fn otherwise(mut self, then: impl FnOnce() -> R + 'a) -> Select<'a, R> {
        self.otherwise = Some(Box::new(then));
        self
    }

    /// Takes the first of the ready guards in the order in which they were added, instead of any of them with equal
    /// chance.
    pub fn priority(mut self) -> Select<'a, R> {
        self.order = Order::Priority;
        self
    }

    /// Waits until one is chosen, and returns what its function says.
    ///
    /// If the process dies while it waits, no guard has an effect, but for a value that a receiver had in hand already.
    ///
    /// # Errors
    /// Those of `send` and `receive`; but a receive on a channel that has ended is chosen. `Stopped` also where it waits
    /// for a time alone. `Topology`: there is nothing to wait for.
    #[track_caller]
    pub fn wait(self) -> Result<R, Error> {
        let Select { guards, order, otherwise } = self;
        if guards.is_empty() && otherwise.is_none() {
            return Err(Error::topology("a select without a guard has nothing to wait for"));
        }
        let Tried { mut arms, time } = tried(guards, order, otherwise);
        let is_poll = matches!(time, Time::Come(_));
        let until = match &time {
            Time::Later(moment, _) => Some(*moment),
            _ => None,
        };
        if arms.is_empty() {
            sleep(until)?;
            return Ok(time.choose());
        }
        let link = arms[0].handle().link;
        let mut wanted = Vec::with_capacity(arms.len());
        for arm in &arms {
            wanted.push(Wanted { copy: arm.handle().copy, load: arm.load()? });
        }
        let shape = Shape::Choice { is_poll, is_priority: order == Order::Priority };
        let begun = link.turn(|party| {
            let obstacle = wanted.iter().position(|wanted| party.obstacle(wanted).is_some());
            let first_value = wanted.iter().position(|wanted| wanted.load.is_some());
            let guard = obstacle.or(first_value).unwrap_or(0);
            party.begin(shape, wanted).map_err(|reason| (reason, guard))
        });
        let ticket = begun
            .map_err(|(reason, guard)| error_of(reason, arms[guard].operation(), &arms[guard].handle().channel))?;
        loop {
            let (fate, guard, attempts) = match link.wait(ticket, until) {
                Outcome::Sent { guard } => return Ok(arms.swap_remove(guard).choose()),
                Outcome::Arrived(arrival) => match arms[arrival.guard].unload(&arrival) {
                    Ok(()) => match link.accept(ticket) {
                        Acceptance::Taken => return Ok(arms.swap_remove(arrival.guard).choose()),
                        Acceptance::Lost => continue,
                    },
                    Err(unfit) => {
                        link.turn(|party| party.refuse(ticket, arrival, &unfit.to_string()));
                        continue;
                    }
                },
                Outcome::Nobody => return Ok(time.choose()),
                Outcome::Withdrawn { why: Why::Time, .. } => return Ok(time.choose()),
                Outcome::Withdrawn { why, guard, attempts } => {
                    (Fate::Withdrawn { why, timeout: Duration::ZERO }, guard, attempts)
                }
                Outcome::Failed { guard, reason: Reason::Ended, .. }
                    if arms[guard].operation() == Operation::Receive =>
                {
                    return Ok(arms.swap_remove(guard).choose());
                }
                Outcome::Failed { guard, attempts, reason } => {
                    let limit = link.turn(|party| party.settings.max_value_bytes);
                    (Fate::Failed { reason, limit }, guard, attempts)
                }
            };
            let arm = &arms[guard];
            return Err(operation_error(fate, attempts, arm.operation(), &arm.handle().channel));
        }
    }

    fn with(mut self, guard: Guard<'a, R>) -> Select<'a, R> {
        self.guards.push(guard);
        self
    }
}

impl<R> Default for Select<'_, R> {
    fn default() -> Self {
        Select::new()
    }
}

/// What is chosen when no channel is.
enum Time<'a, R> {
    /// There is none: it waits for a channel.
    Never,
    Later(Instant, Box<dyn FnOnce() -> R + 'a>),
    /// It does not wait.
    Come(Box<dyn FnOnce() -> R + 'a>),
}

impl<R> Time<'_, R> {
    fn choose(self) -> R {
        match self {
            Time::Later(_, then) | Time::Come(then) => then(),
            Time::Never => unreachable!("a select comes back without a choice only because of a time"),
        }
    }
}

struct Tried<'a, R> {
    arms: Vec<Box<dyn Arm<R> + 'a>>,
    time: Time<'a, R>,
}

/// The channels that are tried, and what is chosen when none of them is.
///
/// A moment that has come already is tried, or drawn, as the other guards are: what would come after it is not tried.
fn tried<'a, R>(
    guards: Vec<Guard<'a, R>>,
    order: Order,
    otherwise: Option<Box<dyn FnOnce() -> R + 'a>>,
) -> Tried<'a, R> {
    let now = Instant::now();
    let is_come = |guard: &Guard<'a, R>| matches!(guard, Guard::At(moment, _) if *moment <= now);
    let come = guards.iter().filter(|guard| is_come(guard)).count();
    let ready = guards.iter().filter(|guard| is_come(guard) || matches!(guard, Guard::Channel(_))).count();
    // Whether one of those moments is drawn before any channel is tried; which one of them, where several have come.
    let is_drawn = order == Order::Any && come > 0 && random(ready) < come;
    let mut drawn = if order == Order::Any && come > 0 { random(come) } else { 0 };
    let (mut arms, mut time) = (Vec::new(), Time::Never);
    for guard in guards {
        match guard {
            Guard::Channel(arm) if !(matches!(time, Time::Come(_)) && order == Order::Priority) => arms.push(arm),
            Guard::Channel(_) => {}
            Guard::At(moment, then) if moment <= now => {
                if drawn == 0 && !matches!(time, Time::Come(_)) {
                    time = Time::Come(then);
                } else {
                    drawn = drawn.saturating_sub(1);
                }
            }
            Guard::At(moment, then) => time = earlier(time, moment, then),
            Guard::After(duration, then) => {
                if let Some(moment) = now.checked_add(duration) {
                    time = earlier(time, moment, then);
                }
            }
        }
    }
    if is_drawn {
        arms.clear();
    }
    if let Some(then) = otherwise
        && !matches!(time, Time::Come(_))
    {
        time = Time::Come(then);
    }
    Tried { arms, time }
}

fn earlier<'a, R>(time: Time<'a, R>, moment: Instant, then: Box<dyn FnOnce() -> R + 'a>) -> Time<'a, R> {
    match time {
        Time::Never => Time::Later(moment, then),
        Time::Later(known, _) if moment < known => Time::Later(moment, then),
        other => other,
    }
}

fn random(below: usize) -> usize {
    (RandomState::new().hash_one(0) % below as u64) as usize
}

/// Without a channel there is only a time to wait for, and the end of the process.
#[track_caller]
fn sleep(until: Option<Instant>) -> Result<(), Error> {
    match until {
        Some(until) if !crate::stage::link()?.rest(until) => Err(Error::Stopped),
        _ => Ok(()),
    }
}

impl<T: DeserializeOwned, R, F: FnOnce(Option<T>) -> R> Arm<R> for Receiving<'_, T, F> {
    fn handle(&self) -> &Handle {
        &self.receiver.handle
    }

    fn operation(&self) -> Operation {
        Operation::Receive
    }

    fn load(&self) -> Result<Option<Load>, Error> {
        Ok(None)
    }

    fn unload(&mut self, arrival: &Arrival) -> Result<(), Unfit> {
        self.received = Some(unload(self.receiver.handle.link, &arrival.value, &arrival.ends)?);
        Ok(())
    }

    fn choose(self: Box<Self>) -> R {
        (self.then)(self.received)
    }
}

impl<T: Serialize, R, F: FnOnce() -> R> Arm<R> for Sending<'_, T, F> {
    fn handle(&self) -> &Handle {
        &self.sender.handle
    }

    fn operation(&self) -> Operation {
        Operation::Send
    }

    fn load(&self) -> Result<Option<Load>, Error> {
        load(self.value).map(Some).map_err(|unfit| not_encodable(&unfit, &self.sender.handle.channel))
    }

    fn unload(&mut self, _: &Arrival) -> Result<(), Unfit> {
        Err(Unfit::new("a value, for a guard that sends"))
    }

    fn choose(self: Box<Self>) -> R {
        (self.then)()
    }
}
