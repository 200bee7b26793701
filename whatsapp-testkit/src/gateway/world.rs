//! The gateway's memory. Everything here is synchronous and behind one lock.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Builder;

use super::clock::{Moment, later};
use super::fault::{Acceptance, Answer, Fault};
use super::fetch::{Fetched, Queue};
use super::guise::Wardrobe;
use super::life::{Accepted, Delivery, scheduled};
use super::look::{Look, Probed, Question};
use super::post::{Dialect, Post, digits};
use super::record::{Event, Record};
use super::script::{Script, random};

/// The first tracking code is one above this.
const TRACKING_CODES_FROM: u64 = 1000;

/// Number of digits of a long id.
pub(super) const LONG_ID: usize = 21;

#[derive(Debug)]
pub(super) struct World {
    pub(super) script: Script,
    pub(super) posts: Vec<Post>,
    pub(super) questions: Vec<Question>,
    /// In order of acceptance.
    pub(super) accepted: Vec<Accepted>,
    late: Vec<Late>,
    pub(super) deliveries: HashMap<String, Delivery>,
    pub(super) list_lag: Duration,
    pub(super) delivery_lag: Duration,
    pub(super) lists: Look,
    pub(super) wardrobe: Wardrobe,
    pub(super) statuses: Look,
    pub(super) connection: String,
    /// The answer to every POST, and whether the account can be seen to be out of order.
    pub(super) trouble: Option<(Answer, Probed)>,
    /// The delivery of messages to numbers without a rule of their own.
    pub(super) everybody: Delivery,
    pub(super) long_ids: bool,
    pub(super) fetches: Queue,
    /// Messages whose link was fetched.
    pub(super) fetched: usize,
    seed: u64,
    /// POSTs that an earlier gateway saw; this one goes on counting from there.
    arrivals_before: u64,
    record: Option<Record>,
}

/// A message that is still to be accepted.
#[derive(Debug)]
struct Late {
    /// `None`: accepted only when the test releases it.
    due: Option<DateTime<Utc>>,
    message: Accepted,
}

/// The ids of the message that an arrival brought. They depend only on the seed and the arrival
/// number.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) uuid: String,
    pub(super) tracking_code: u64,
}

impl World {
    pub(super) fn new(seed: u64, record: Option<Record>) -> Self {
        Self {
            script: Script::default(),
            posts: Vec::new(),
            questions: Vec::new(),
            accepted: Vec::new(),
            late: Vec::new(),
            deliveries: HashMap::new(),
            list_lag: Duration::ZERO,
            delivery_lag: Duration::ZERO,
            lists: Look::Honest,
            wardrobe: Wardrobe::default(),
            statuses: Look::Honest,
            connection: "CONNECTED".to_owned(),
            trouble: None,
            everybody: Delivery::Delivered,
            long_ids: false,
            fetches: Queue::default(),
            fetched: 0,
            seed,
            arrivals_before: 0,
            record,
        }
    }

    /// Takes over the messages that an earlier gateway accepted, and fetches the links that it did
    /// not.
    pub(super) fn remember(&mut self, accepted: Vec<Accepted>, arrivals: u64) {
        for message in &accepted {
            match (&message.url, message.fetched.is_empty()) {
                (_, false) => self.fetched += 1,
                (Some(link), true) => self.fetches.accepted(message.arrival, link),
                (None, true) => {}
            }
        }
        self.accepted = accepted;
        self.arrivals_before = arrivals;
        self.fetches.begin();
    }

    /// Remembers a POST, decides which fault is played, and accepts the message if that is part of
    /// the fault. `decided` is the fault of a request that the script is not for.
    pub(super) fn receive(
        &mut self,
        mut post: Post,
        decided: Option<Fault>,
        moment: Moment,
    ) -> (Post, Ids) {
        post.at = moment.at;
        post.received_at = moment.now;
        post.arrival = self.arrivals_before + self.posts.len() as u64 + 1;
        let trouble = || self.trouble.as_ref().map(|(answer, _)| Fault::refuse(answer.clone()));
        post.played = decided.or_else(trouble).unwrap_or_else(|| self.script.take(&post));
        self.write(&Event::Post(&post));
        self.posts.push(post.clone());
        if post.url.is_some() {
            self.fetches.received(post.arrival);
        }
        let ids = self.ids(post.arrival);
        if let Some(message) = message(&post, &ids) {
            match post.played.acceptance() {
                Acceptance::Now => self.accept(message, moment),
                Acceptance::LateBy(late) => {
                    let due = Some(later(moment.now, late));
                    self.late.push(Late { due, message });
                }
                Acceptance::OnRelease => self.late.push(Late { due: None, message }),
                Acceptance::Never => {}
            }
        }
        (post, ids)
    }

    /// Accepts the late messages that are due, or `all` of them, in order of arrival. Returns how
    /// many.
    pub(super) fn release_late(&mut self, moment: Moment, all: bool) -> usize {
        let (ripe, unripe): (Vec<_>, Vec<_>) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|late| all || late.due.is_some_and(|due| due <= moment.now));
        self.late = unripe;
        let released = ripe.len();
        for late in ripe {
            self.accept(late.message, moment);
        }
        released
    }

    /// The messages that lists and status answers show by now, newest first.
    pub(super) fn known(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Accepted> {
        self.accepted
            .iter()
            .rev()
            .filter(move |message| later(message.accepted_at, self.list_lag) <= now)
    }

    /// The delivery state of a message, and the time when it was executed.
    pub(super) fn delivery(
        &self,
        message: &Accepted,
        now: DateTime<Utc>,
    ) -> (&Delivery, Option<DateTime<Utc>>) {
        let start =
            message.scheduled_at.map_or(message.accepted_at, |at| at.max(message.accepted_at));
        let fetched = message.fetched.last();
        if fetched.is_none() && message.url.is_some() && self.fetches.is_open() {
            return (&Delivery::Pending, None);
        }
        let start = fetched.map_or(start, |fetched| start.max(fetched.fetched_at));
        let executed = later(start, self.delivery_lag);
        if executed > now {
            return (&Delivery::Pending, None);
        }
        if fetched.is_some_and(|fetched| fetched.kind.is_none()) {
            return (&Delivery::Failed, Some(executed));
        }
        match self.deliveries.get(&message.number).unwrap_or(&self.everybody) {
            Delivery::Pending => (&Delivery::Pending, None),
            delivery => (delivery, Some(executed)),
        }
    }

    fn accept(&mut self, mut message: Accepted, moment: Moment) {
        message.at = moment.at;
        message.accepted_at = moment.now;
        self.write(&Event::Accepted(&message));
        if let Some(link) = &message.url {
            self.fetches.accepted(message.arrival, link);
        }
        self.accepted.push(message);
        self.fetches.begin();
    }

    /// Notes that the answer to a POST is written, or that there will be none: its link may be
    /// fetched.
    pub(super) fn answered(&mut self, arrival: u64) {
        self.fetches.answered(arrival);
        self.fetches.begin();
    }

    /// Remembers the result of fetching a message's link.
    pub(super) fn fetched(&mut self, arrival: u64, mut fetched: Vec<Fetched>, moment: Moment) {
        for fetched in &mut fetched {
            (fetched.at, fetched.fetched_at) = (moment.at, moment.now);
            self.write(&Event::Fetched { arrival, fetched });
        }
        self.fetched += 1;
        if let Some(message) = self.accepted.iter_mut().rfind(|known| known.arrival == arrival) {
            message.fetched = fetched;
        }
    }

    #[expect(
        clippy::panic,
        reason = "a checker must not be given a record with holes: better a gateway that is seen to die"
    )]
    fn write(&mut self, event: &Event<'_>) {
        if let Some(Err(error)) = self.record.as_mut().map(|record| record.append(event)) {
            panic!("the stand-in gateway cannot write its record: {error}");
        }
    }

    fn ids(&self, arrival: u64) -> Ids {
        let mut bytes = [0; 16];
        random(self.seed, arrival).fill(&mut bytes);
        let uuid = if self.long_ids {
            // Neighbours differ in their last digits, which a rounded number loses.
            format!("123456789{arrival:0rest$}", rest = LONG_ID - 9)
        } else {
            Builder::from_random_bytes(bytes).into_uuid().to_string()
        };
        Ids { uuid, tracking_code: TRACKING_CODES_FROM + arrival }
    }
}

/// The message in a POST; `None` if its path is not one of the gateway's.
fn message(post: &Post, ids: &Ids) -> Option<Accepted> {
    let dialect = post.dialect?;
    Some(Accepted {
        arrival: post.arrival,
        id: match dialect {
            Dialect::V1 => ids.tracking_code.to_string(),
            Dialect::V2 | Dialect::Rest => ids.uuid.clone(),
        },
        uuid: ids.uuid.clone(),
        tracking_code: ids.tracking_code,
        dialect,
        number: digits(&post.number),
        text: post.text.clone(),
        url: post.url.clone(),
        file: post.file.clone().filter(|_| dialect == Dialect::Rest),
        scheduled_at: post.delay.as_deref().and_then(scheduled),
        accepted_at: post.received_at,
        at: post.at,
        fetched: Vec::new(),
    })
}
