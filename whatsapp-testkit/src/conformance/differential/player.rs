//! Careless workers, played by a seeded random source.

mod account;
mod filter;
mod messages;
mod reads;
mod texts;
mod work;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use whatsapp_core::message::{Message, NewMessage, PostCount, State};
use whatsapp_core::port::{
    AccountEvent, Begun, Claim, ClaimOf, Claimed, Clock as _, Collected, Cursor, Lane, LogFilter,
    SeenSlot, SettingRow, Settled, Sort, StoredTemplate, Turn, random,
};
use whatsapp_core::time::{Elapsed, TimeBase};
use whatsapp_core::{DigestId, LeaseToken, MessageId};

use super::call::{Answer, Call};
use crate::conformance::trial::LEASE;
use crate::fixtures::START;
use crate::{ManualClock, SeededEntropy};

/// Number of different messages in play.
const POOL: u64 = 30;

/// Number of claims that the workers remember; older ones are lost in any case.
const HELD_MAX: usize = 12;

/// The workers' knowledge and plans.
pub(super) struct Player {
    rng: Rng,
    clock: ManualClock,
    entropy: SeededEntropy,
    /// Every message that was ever offered.
    offered: Vec<NewMessage>,
    /// Messages that were attempted.
    begun: BTreeSet<MessageId>,
    /// Claims, with the progress that their worker believes in; some are long lost.
    held: Vec<Claimed>,
    collected: Vec<Collected>,
    newest_digest: Option<DigestId>,
    page_ends: Vec<Cursor>,
    /// A message as a worker saw it, perhaps long ago, and the attempts in its ledger then.
    seen: Option<(Message, PostCount)>,
    reads: Vec<Call>,
    /// The account's newest events, and the token that last claimed some.
    events: Vec<AccountEvent>,
    event_token: LeaseToken,
    /// The account's slot, as in the last answer.
    seen_slot: Option<SeenSlot>,
    /// The settings as a worker last saw them.
    settings: Vec<SettingRow>,
    /// The templates as a worker last saw them.
    templates: Vec<StoredTemplate>,
    /// The first seed of this player's templates: their versions outlive a cleared database.
    first_template: u64,
}

impl Player {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            clock: ManualClock::starting_at(START),
            entropy: SeededEntropy::new(seed),
            offered: Vec::new(),
            begun: BTreeSet::new(),
            held: Vec::new(),
            collected: Vec::new(),
            newest_digest: None,
            page_ends: Vec::new(),
            seen: None,
            reads: Vec::new(),
            events: Vec::new(),
            event_token: LeaseToken::new(START, random(&SeededEntropy::new(seed))),
            seen_slot: None,
            settings: Vec::new(),
            templates: Vec::new(),
            first_template: seed.wrapping_mul(POOL),
        }
    }

    /// Returns the reads that the next call builds upon, until none are left.
    pub(super) fn prepare(&mut self) -> Option<Call> {
        self.reads.pop()
    }

    /// Lets some time pass and decides on a call.
    pub(super) fn next(&mut self) -> Call {
        let pause = match self.rng.u8(0..60) {
            0..30 => TimeDelta::zero(),
            30..58 => TimeDelta::microseconds(self.rng.i64(0..15_000_000)),
            _ => TimeDelta::minutes(self.rng.i64(1..40)),
        };
        self.clock.advance(pause);
        match self.rng.u8(0..100) {
            0..10 => messages::enqueue(self),
            10..26 => work::claim(self),
            26..48 => work::begin(self),
            48..70 => work::settle(self),
            70..73 => Call::Release(self.some_held(|_| true).iter().map(|c| c.lease).collect()),
            73..80 => messages::amend(self),
            80..83 => reads::ask(self),
            83..88 => account::any_call(self),
            88..91 => reads::any_call(self),
            91..95 => account::notices(self),
            _ => texts::any_call(self),
        }
    }

    /// Learns from the answer to a call.
    pub(super) fn learn(&mut self, call: &Call, answer: &Answer) {
        match (call, answer) {
            (Call::Claim(_), Answer::Claimed(claimed)) => {
                self.held.extend(claimed.clone());
                let lost = self.held.len().saturating_sub(HELD_MAX);
                self.held.drain(..lost);
            }
            (Call::LoadSettings, Answer::Settings(rows)) => self.settings.clone_from(rows),
            (Call::Templates, Answer::Templates(list)) => {
                self.templates.clone_from(&list.templates);
            }
            (Call::AccountEvents(_), Answer::Events(events)) => self.events.clone_from(events),
            (Call::Reserve(reserve), Answer::Reservation(answer)) => {
                self.seen_slot = answer.clone().heard(reserve, reserve.elapsed);
            }
            (Call::Begin(begins), Answer::Begun(answers)) => {
                for (begin, answer) in begins.iter().zip(answers) {
                    if *answer == Begun::Open {
                        self.begun.insert(begin.lease.message_id);
                    }
                    let held = self.held.iter_mut().find(|c| c.lease == begin.lease);
                    if let (Begun::Open, Some(claimed)) = (answer, held) {
                        claimed.progress.state =
                            State::Sending { started: begin.at, mark: Some(begin.elapsed) };
                        claimed.progress.posts = begin.no;
                    }
                }
            }
            (Call::Settle(items), Answer::Settled(answers)) => {
                for (item, answer) in items.iter().zip(answers) {
                    // Some workers do not notice that they are done, or were too late.
                    let notices = match answer {
                        Settled::Done => !self.one_in(5),
                        Settled::Fenced => self.one_in(2),
                    };
                    if notices {
                        self.held.retain(|claimed| claimed.lease != item.lease);
                    }
                }
            }
            (Call::Message(id), Answer::Message(Some(message))) => {
                self.seen = Some(((**message).clone(), PostCount::default()));
                self.reads.push(Call::Attempts(*id));
            }
            (Call::Attempts(id), Answer::Attempts(attempts)) => {
                if let Some((message, count)) = &mut self.seen
                    && message.facts.id == *id
                {
                    *count = message.state.counts(attempts);
                }
            }
            (Call::Page(..), Answer::Page(page)) => {
                self.page_ends = [page.previous, page.next].into_iter().flatten().collect();
            }
            (Call::Collect(_), Answer::Collected(Some(collected))) => {
                self.newest_digest = self.newest_digest.max(Some(collected.digest.id));
                self.collected.push(collected.clone());
            }
            _ => {}
        }
    }

    /// Reads everything in the store, and last the values that only a claim shows.
    pub(super) fn inventory(&self) -> Vec<Call> {
        let mut calls = vec![
            Call::Counts(u64::MAX),
            Call::NoticesOwed,
            Call::Digests(1_000),
            Call::Templates,
            Call::LoadSettings,
            Call::NextDue,
            Call::Owed,
            Call::Account,
            Call::AccountEvents(1_000),
            Call::Page(LogFilter::default(), Sort::Oldest, Turn::First, 200),
        ];
        calls.extend(self.begun.iter().copied().map(Call::Attempts));
        calls.extend(Lane::ALL.iter().map(|&lane| {
            Call::Claim(Claim {
                lane,
                of: ClaimOf::All,
                only: None,
                after: None,
                token: self.token(),
                now: self.now() + TimeDelta::days(1),
                elapsed: self.clock.elapsed() + TimeDelta::days(1),
                lease: LEASE,
                limit: 1_000,
                excluding: Vec::new(),
            })
        }));
        calls
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The elapsed time of the machine on which most of the work is done, or of another one.
    fn elapsed(&mut self) -> Elapsed {
        let elapsed = self.clock.elapsed();
        if self.one_in(8) {
            Elapsed { base: TimeBase::own(b"another"), ..elapsed }
        } else {
            elapsed
        }
    }

    fn token(&self) -> LeaseToken {
        LeaseToken::new(self.now(), random(&self.entropy))
    }

    fn one_in(&mut self, times: u8) -> bool {
        self.rng.u8(0..times) == 0
    }

    fn any_id(&mut self) -> MessageId {
        match self.rng.choice(&self.offered) {
            Some(message) => message.facts.id,
            None => MessageId::new(self.clock.now(), random(&self.entropy)),
        }
    }

    /// Up to four of the claims that a worker may use here: mostly of the latest, since the older
    /// ones have lost their lease.
    fn some_held(&mut self, fits: impl Fn(&State) -> bool) -> Vec<Claimed> {
        let claims = self.held.iter().filter(|c| fits(&c.progress.state));
        let claims: Vec<_> = claims.cloned().collect();
        let from = if self.one_in(5) { 0 } else { claims.len().saturating_sub(5) };
        let count = self.rng.usize(1..=4);
        self.rng.choose_multiple(claims[from..].iter().cloned(), count)
    }

    fn unique_instant(&self) -> DateTime<Utc> {
        self.clock.advance(TimeDelta::microseconds(1));
        self.now()
    }
}
