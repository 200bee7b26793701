//! The gateway of a world, at the level of its ports. The messages that it took are the truth about
//! what each telephone got, whatever it answered and lists.

mod answer;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Reference,
    Transport, TransportError,
};
use whatsapp_core::retry::Disposition;

use super::coverage::Phase;
use super::dice::Dice;
use super::executor::{Pid, locked};
use super::oracle::Oracle;
use super::sim::{Gate, Sim};
use super::span::{Micros, micros};
use super::trouble::Trouble;
use super::truth::{Post, Taken};
use crate::MemoryMedia;
use crate::gateway::{Guise, Shown};
use answer::{Acceptance, Answer};

pub(super) use answer::FORMS_MOST;

/// Span of refusals because of the account after which an attempt may count. The library waits for
/// a day, and wall clocks may be wrong by eleven hours.
const TROUBLE_OF_A_DAY: Micros = 12 * 3_600 * 1_000_000;

/// With these, a machine may give a link an end that is past.
const WRONG_TIMES: [Trouble; 4] =
    [Trouble::Skew, Trouble::Drift, Trouble::StepForward, Trouble::StepBack];

/// The gateway.
pub(super) struct Gateway {
    sim: Arc<Sim>,
    /// The shop's files, which the gateway fetches.
    media: MemoryMedia,
    books: Mutex<Books>,
}

struct Books {
    dice: Dice,
    posts: Vec<Post>,
    taken: Vec<Taken>,
    /// Indices into `taken` for each telephone, by the key that all spellings of its number share.
    phones: BTreeMap<String, Vec<usize>>,
    ids: BTreeMap<String, usize>,
    /// Time of the first POST that was refused because of the account since the last one was taken.
    refused_since: Option<Micros>,
}

impl Gateway {
    pub(super) fn new(sim: Arc<Sim>, media: MemoryMedia) -> Self {
        let dice = Dice::new(sim.plan.seed, "gateway");
        let books = Books {
            dice,
            posts: Vec::new(),
            taken: Vec::new(),
            phones: BTreeMap::new(),
            ids: BTreeMap::new(),
            refused_since: None,
        };
        Self { sim, media, books: Mutex::new(books) }
    }

    /// Returns every POST that arrived, in order.
    pub(super) fn posts(&self) -> Vec<Post> {
        locked(&self.books).posts.clone()
    }

    /// Returns every message that was taken, in order.
    pub(super) fn taken(&self) -> Vec<Taken> {
        locked(&self.books).taken.clone()
    }

    /// Decides about a POST that arrives, even if nobody is left to hear the answer.
    fn arrive(&self, pid: Pid, message: &OutgoingMessage) -> (Duration, Reply) {
        let sim = &self.sim;
        let now = sim.executor.now();
        let mut books = locked(&self.books);
        let reference = message.reference.unwrap_or(Reference {
            message_id: whatsapp_core::MessageId::new(DateTime::UNIX_EPOCH, [0; 10]),
            attempt: 0,
        });
        let answer = Answer::draw(sim, &mut books.dice, reference);
        if let Some((disposition, cause)) = answer.meaning() {
            locked(&sim.coverage).answers(disposition, cause);
        }
        let is_troubled = answer.is_about_the_account();
        let is_long_troubled =
            is_troubled && now - *books.refused_since.get_or_insert(now) >= TROUBLE_OF_A_DAY;
        if !is_troubled && answer.acceptance != Acceptance::Never {
            books.refused_since = None;
        }
        let post = Post {
            reference,
            what: what(message),
            at: now,
            is_troubled,
            is_long_troubled,
            is_hindered: sim.was_hindered(pid, Duration::from_secs(10)),
        };
        books.posts.push(post);
        let (wait, taken) = (answer.wait, answer.acceptance);
        sim.note(pid, "post", u64::from(reference.attempt), || {
            format!("POSTs attempt {} of {}: {answer}", reference.attempt, reference.message_id)
        });
        let id = match taken {
            Acceptance::Never => None,
            Acceptance::After { wait, lag } => {
                let at = now + micros(wait);
                self.fetch(message, reference, at);
                Some(books.take(sim, message, reference, at, at + micros(lag)))
            }
        };
        (wait, answer.reply(id.flatten()))
    }

    /// Fetches the file of a message that is taken. Where machines know the time, its link still
    /// works.
    fn fetch(&self, message: &OutgoingMessage, reference: Reference, at: Micros) {
        let sim = &self.sim;
        let Some(file) = &message.attachment else { return };
        let is_wrong = WRONG_TIMES.into_iter().any(|trouble| sim.plan.troubles.has(trouble));
        let bytes =
            self.media.fetch(&file.url, sim.at(at)).filter(|_| file.url.ends_with(&file.name));
        if !bytes.is_some_and(|bytes| bytes.starts_with(b"%PDF")) && !is_wrong {
            let what = "its link does not lead to the file".to_owned();
            sim.violate("files open", Some(reference.message_id), what);
        }
    }
}

impl Books {
    /// Takes a message. Returns its id, unless lists show it without one.
    fn take(
        &mut self,
        sim: &Sim,
        message: &OutgoingMessage,
        reference: Reference,
        at: Micros,
        listed: Micros,
    ) -> Option<String> {
        let no = self.taken.len();
        let id = format!("G-{}", no + 1);
        let guise = self.guise(sim, reference);
        let digits = message.number.as_str().trim_start_matches('+').to_owned();
        let row = ListedMessage::new(Some(id.clone()), message.text.clone())
            .with_recipient(Some(digits.clone().into()))
            .with_created_at(Some(sim.at(at)));
        let row = guise.listed(row, &digits, no as u64);
        sim.note(Pid::WORLD, "row", 0, || {
            let Reference { message_id, attempt } = reference;
            let to = row.recipient.as_ref().map_or("nobody", |to| to.as_str());
            format!("the gateway will list attempt {attempt} of {message_id} as {guise}, to {to}")
        });
        let answered = row.gateway_id.clone();
        let reports = self.reports(sim, reference, at);
        let reports_failure = reports.iter().any(|(_, reported)| {
            matches!(reported, Reported::NotOnWhatsApp | Reported::Reached(Delivery::Undelivered))
        });
        self.phones.entry(message.number.variant_key()).or_default().push(no);
        self.ids.insert(id, no);
        let what = what(message);
        self.taken.push(Taken { reference, what, at, listed, reports_failure, row, reports });
        answered
    }

    /// Draws the form in which lists show a message.
    fn guise(&mut self, sim: &Sim, reference: Reference) -> Guise {
        let mut shown = Vec::new();
        let dice = &mut self.dice;
        let mut dress = |trouble: Trouble, dice: &mut Dice, kinds: &[Shown]| {
            if sim.may(trouble)
                && dice.chance(3_000)
                && let Some(kind) = dice.pick(kinds)
            {
                sim.happens(trouble, Some(reference.message_id));
                shown.push(*kind);
            }
        };
        let aliases = [
            Shown::Lid,
            Shown::BareLid,
            Shown::Device,
            Shown::Server,
            Shown::Contact,
            Shown::OtherDigits,
            Shown::Domestic,
            Shown::NoRecipient,
        ];
        dress(Trouble::Aliases, dice, &aliases);
        let texts = [
            Shown::Escaped,
            Shown::EscapedTwice,
            Shown::EscapedNumbers,
            Shown::QuestionMarks,
            Shown::Replaced,
            Shown::Cut(100),
            Shown::Cut(20),
        ];
        dress(Trouble::Escapes, dice, &texts);
        let times = [
            Shown::Shift(330),
            Shown::Shift(-330),
            Shown::Shift(-480),
            Shown::Shift(840),
            Shown::Shift(-720),
            Shown::NoTime,
        ];
        dress(Trouble::Zones, dice, &times);
        dress(Trouble::NoIds, dice, &[Shown::NoId]);
        Guise::of(shown)
    }

    /// Draws the reports on a message, each with its time.
    fn reports(&mut self, sim: &Sim, reference: Reference, at: Micros) -> Vec<(Micros, Reported)> {
        let dice = &mut self.dice;
        let soon = at + dice.between(1_000_000, 50_000_000);
        let failure = |trouble: Trouble, dice: &mut Dice| {
            let happens = sim.may(trouble) && dice.chance(800);
            if happens {
                sim.happens(trouble, Some(reference.message_id));
            }
            happens
        };
        if failure(Trouble::NotOnWhatsApp, dice) {
            return vec![(soon, Reported::NotOnWhatsApp)];
        }
        if failure(Trouble::Undelivered, dice) {
            return vec![(soon, Reported::Reached(Delivery::Undelivered))];
        }
        let read = soon + dice.between(0, 7_200_000_000);
        vec![
            (soon, Reported::Reached(Delivery::Delivered)),
            (read, Reported::Reached(Delivery::Read)),
        ]
    }

    fn list(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
        now: Micros,
    ) -> Vec<ListedMessage> {
        let of = self.phones.get(&number.variant_key()).into_iter().flatten();
        let rows = of.filter_map(|no| self.taken.get(*no));
        let shown = rows.filter(|taken| taken.listed <= now);
        // No gateway answers with rows that are older than was asked for, but no clock is trusted
        // to an hour.
        let since = since - TimeDelta::hours(1);
        let recent = shown.filter(|taken| taken.row.created_at.is_none_or(|at| at >= since));
        recent.map(|taken| taken.row.clone()).collect()
    }

    fn status(&self, gateway_id: &str, now: Micros) -> Reported {
        let taken = self.ids.get(gateway_id).and_then(|no| self.taken.get(*no));
        let reports = taken.into_iter().flat_map(|taken| &taken.reports);
        let reached = reports.take_while(|(at, _)| *at <= now).last();
        reached.map_or(Reported::Nothing, |(_, reported)| reported.clone())
    }
}

/// Hashes a message's telephone and text.
fn what(message: &OutgoingMessage) -> u64 {
    let mut hasher = DefaultHasher::new();
    (message.number.variant_key(), message.text.as_str()).hash(&mut hasher);
    hasher.finish()
}

/// The answer that a sender gets.
type Reply = Result<Accepted, TransportError>;

/// Access of one process to the gateway.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) gateway: Arc<Gateway>,
    pub(super) gate: Gate,
    pub(super) oracle: Arc<Oracle>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Line {
    fn now(&self) -> Micros {
        self.gate.sim.executor.now()
    }

    /// Fails while the gateway cannot be reached.
    fn reach(&self) -> Result<(), TransportError> {
        if locked(&self.gate.sim.weather).unreachable > self.now() {
            return Err(answer::unreachable());
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, message: &OutgoingMessage) -> Reply {
        self.gate.pass("send", Phase::Before).await;
        if let Err(error) = self.reach() {
            self.gate.sim.happens(Trouble::Unreachable, message.reference.map(|of| of.message_id));
            return Err(error);
        }
        self.oracle.posts(self.gate.pid, message);
        let (wait, reply) = self.gateway.arrive(self.gate.pid, message);
        if !wait.is_zero() {
            self.gate.sim.executor.sleep(wait).await;
        }
        self.gate.pass("send", Phase::After).await;
        reply
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.gate.pass("probe", Phase::Before).await;
        self.reach()?;
        let now = self.now();
        let refused = {
            let weather = locked(&self.gate.sim.weather);
            weather.account > now && !weather.probe_says_ready
        };
        self.gate.pass("probe", Phase::After).await;
        Ok(if refused { Probe::Refused } else { Probe::Ready })
    }
}

#[async_trait]
impl DeliveryReports for Line {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.gate.pass("status", Phase::Before).await;
        self.reach()?;
        let reported = locked(&self.gateway.books).status(gateway_id, self.now());
        self.gate.pass("status", Phase::After).await;
        Ok(reported)
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        self.gate.pass("sent_to", Phase::Before).await;
        self.reach()?;
        let sim = &self.gate.sim;
        let happens = |trouble: Trouble, of_ten_thousand: u32| {
            let happens =
                sim.may(trouble) && locked(&self.gateway.books).dice.chance(of_ten_thousand);
            if happens {
                sim.happens(trouble, None);
            }
            happens
        };
        let unreadable = happens(Trouble::Unreadable, 2_500);
        let complete = !happens(Trouble::Incomplete, 2_500);
        let messages = locked(&self.gateway.books).list(number, since, self.now());
        sim.note(self.gate.pid, "list", messages.len() as u64, || {
            let whole = if complete { "all" } else { "a part" };
            format!("is shown {whole} of the gateway's list: {} rows", messages.len())
        });
        self.gate.pass("sent_to", Phase::After).await;
        if unreadable {
            let detail = "The gateway's answer could not be understood";
            return Err(TransportError::new(Disposition::Unknown, detail).with_status(200));
        }
        Ok(Listing::new(messages, complete))
    }
}
