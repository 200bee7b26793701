//! Careless workers, played by a seeded random source.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Change, Class, Delivery, Event, Fingerprint, HeldFor, Message,
    MessageType, MessageValues, NewMessage, PostCount, Progress, Reported, State, StateRow, Status,
    TypeName, Via,
};
use whatsapp_core::port::{
    AccountChange, AccountEvent, AccountStep, Amendment, Begin, Begun, Claim, Claimed, Clock,
    Collect, Collected, Cursor, EventClaim, Fetch, Lane, LogFilter, MediaLink, PauseReason,
    QueuePoint, Redate, Reschedule, Reserve, Revision, SeenPause, SeenSlot, SettingRow,
    SettingsSave, Settled, Settlement, Sort, StoredTemplate, Turn, Unclear, random,
};
use whatsapp_core::retry::{Disposition, RetryPolicy};
use whatsapp_core::settings::SettingChange;
use whatsapp_core::time::{Elapsed, Moment, TimeBase};
use whatsapp_core::{AccountEventId, AuditId, DigestId, LeaseToken, MessageId};

use super::call::{Answer, Call};
use crate::conformance::trial::{LEASE, record, refused, settlement};
use crate::fixtures::{self, NewTemplate, START};
use crate::{ManualClock, SeededEntropy};

/// Number of different messages in play.
const POOL: u64 = 30;

/// Number of claims that the workers remember; older ones are lost in any case.
const HELD_MAX: usize = 12;

/// The workers' knowledge and plans.
pub(super) struct Player {
    pub(super) rng: Rng,
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
    pub(super) page_ends: Vec<Cursor>,
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
            0..10 => self.enqueue(),
            10..26 => self.claim(),
            26..48 => self.begin(),
            48..70 => self.settle(),
            70..73 => Call::Release(self.some_held(|_| true).iter().map(|c| c.lease).collect()),
            73..80 => self.amend(),
            80..83 => self.ask(),
            83..88 => self.account(),
            88..91 => self.read(),
            91..95 => self.notices(),
            _ => self.texts(),
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

    pub(super) fn now(&self) -> DateTime<Utc> {
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

    pub(super) fn one_in(&mut self, times: u8) -> bool {
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

    fn enqueue(&mut self) -> Call {
        let count = self.rng.u8(1..=3);
        let messages: Vec<_> = (0..count).map(|_| self.new_message()).collect();
        self.offered.extend(messages.clone());
        Call::Enqueue(messages)
    }

    pub(super) fn new_message(&mut self) -> NewMessage {
        let (seed, now) = (self.rng.u64(0..POOL), self.now());
        let mut message = match self.rng.u8(0..8) {
            0 => fixtures::refused_message(seed, now),
            1 => fixtures::full_message(seed, now),
            2 => fixtures::greeting(seed, now),
            3..5 => fixtures::message_in_parts(seed, now),
            _ => fixtures::new_message(seed, now),
        };
        message.facts.id = if self.one_in(40) {
            self.any_id()
        } else {
            MessageId::new(now, random(&self.entropy))
        };
        message.facts.whatsapp_number = fixtures::number(seed % 3).into();
        if let Some(owed) = &mut message.state.owed {
            owed.due_at += TimeDelta::seconds(self.rng.i64(0..120));
            if self.one_in(4) {
                owed.class = Class::ALL[self.rng.usize(..Class::ALL.len())];
            }
        }
        if self.one_in(6) {
            message.facts.resend_of = Some(self.any_id());
        }
        if self.one_in(6) {
            message.facts.fingerprint = Fingerprint::of(&[("text", "something else")]);
        }
        message
    }

    fn claim(&mut self) -> Call {
        let any = Lane::ALL[self.rng.usize(..Lane::ALL.len())];
        let lane = if self.one_in(2) { any } else { Lane::Transactional };
        let only = self.one_in(5).then(|| self.any_id());
        let after = if self.one_in(3) { self.point() } else { None };
        let elapsed = self.elapsed();
        let excluding =
            if self.one_in(6) { vec![self.any_id(), self.any_id()] } else { Vec::new() };
        Call::Claim(Claim {
            lane,
            only,
            after,
            token: self.token(),
            now: self.now(),
            elapsed,
            lease: LEASE,
            limit: self.rng.u32(1..6),
            excluding,
        })
    }

    /// The place of a message in the order, either when it was claimed or as it was made.
    fn point(&mut self) -> Option<QueuePoint> {
        if self.rng.bool() {
            return self.rng.choice(&self.held).map(Claimed::point);
        }
        let message = self.rng.choice(&self.offered)?;
        let due_at = message.state.owed?.due_at;
        Some(QueuePoint { due_at, message_id: message.facts.id })
    }

    fn begin(&mut self) -> Call {
        let now = self.now();
        let elapsed = self.elapsed();
        // Mostly begins what may begin; a message under way already must be fenced. Nothing begins
        // a sent message: that rule is not the store's.
        let careless = self.one_in(4);
        let held = self.some_held(|state| match state {
            State::Sending { .. } => careless,
            State::Sent { .. } => false,
            _ => true,
        });
        let begins = held.into_iter().map(|claimed| {
            let posts = claimed.progress.posts;
            let looked_up = matches!(claimed.progress.state, State::Checking { .. });
            let close = looked_up && !self.one_in(5);
            let mut begin = Begin {
                lease: claimed.lease,
                no: posts + 1,
                part: claimed.progress.part,
                number_key: fixtures::key_of(claimed.whatsapp_number.as_str()),
                number: claimed.whatsapp_number.clone(),
                text: fixtures::sent_text(&claimed),
                via: self.via(),
                at: now,
                elapsed,
                lease_needed: TimeDelta::seconds(40),
                close: close.then(|| record(posts, Some(AttemptOutcome::NotAccepted), now)),
                revision: None,
            };
            match self.rng.u8(0..24) {
                0 => begin.no = posts,
                1 => begin.no = posts + 2,
                2 => begin.lease.token = self.token(),
                3 => begin.lease_needed = LEASE * 2,
                4..8 => {
                    let revision = self.revision(&claimed, now);
                    begin.number_key = fixtures::key_of(revision.number.as_str());
                    begin.number = revision.number.clone();
                    begin.text = fixtures::sent_text(&revision.apply(&claimed));
                    begin.revision = Some(revision);
                }
                _ => {}
            }
            begin
        });
        Call::Begin(begins.collect())
    }

    /// A way out of a few, mostly by one gateway, so that its ids collide.
    fn via(&mut self) -> Option<Via> {
        let host = if self.one_in(16) { "other.example" } else { "one.example" };
        let key = if self.rng.bool() { "other" } else { "one" };
        (!self.one_in(16)).then(|| fixtures::via(host, key))
    }

    fn revision(&mut self, claimed: &Claimed, now: DateTime<Utc>) -> Revision {
        let url = format!("https://media.example/{}/file.pdf", self.rng.u64(..));
        let until = now + TimeDelta::hours(self.rng.i64(1..48));
        let number = fixtures::number(self.rng.u64(..8));
        Revision {
            number: if self.rng.bool() { number.into() } else { claimed.whatsapp_number.clone() },
            text: format!("Your invoice: {url}").into(),
            values: self.rng.bool().then(|| MessageValues::new([("invoiceLink", url.as_str())])),
            template_version: self.rng.bool().then(|| self.rng.u32(1..9)),
            link: self.rng.bool().then_some(MediaLink { url, until }),
            ..Revision::of(claimed)
        }
    }

    fn settle(&mut self) -> Call {
        let held = self.some_held(|_| true);
        let items = held.iter().filter_map(|claimed| self.settlement(claimed));
        Call::Settle(items.collect())
    }

    /// A result that a claimed message may have had.
    fn settlement(&mut self, claimed: &Claimed) -> Option<Settlement> {
        let now = self.now();
        let at = Moment::new(now, self.elapsed());
        let mut events = vec![
            Event::Accepted,
            Event::Accepted,
            Event::Accepted,
            Event::OutcomeUnknown,
            Event::Absent,
            Event::LookUnavailable,
            refused(Disposition::Transient),
            refused(Disposition::Permanent),
            refused(Disposition::Account),
            Event::Postponed { until: now + TimeDelta::minutes(1) },
            Event::Withdrawn(CancelReason::ALL[self.rng.usize(..CancelReason::ALL.len())]),
            Event::Reported(Reported::Nothing),
            Event::Reported(Reported::NotOnWhatsApp),
            Event::Reported(Reported::Unreadable("MOON".to_owned())),
        ];
        events.extend(Delivery::ALL.iter().map(|d| Event::Reported(Reported::Reached(*d))));
        self.rng.shuffle(&mut events);
        let mut item = events.iter().find_map(|event| settlement(claimed, event, at))?;
        if self.one_in(4) {
            let held_for = self.rng.choice(HeldFor::ALL).copied();
            item.state = item.state.explained(held_for, Some("\"INV-7\" is disputed.".into()));
        }
        let accepted = item.state.status == Status::Sent;
        if let Some(attempt) = &mut item.attempt {
            if accepted && !self.one_in(4) {
                // Some ids are soon taken, most never.
                let ids = if self.rng.bool() { 3 } else { u64::MAX };
                let gateway_id = format!("G-{}", self.rng.u64(0..ids));
                item.gateway_id = Some(gateway_id.clone());
                attempt.gateway_id = Some(gateway_id);
            }
            attempt.http_status = self.rng.bool().then_some(200);
            attempt.detail = self.rng.bool().then(|| "in plain words".to_owned());
        }
        if self.rng.bool() {
            item.api_response = Some(serde_json::json!({"step": self.rng.u32(..)}));
        }
        if self.one_in(12) {
            item.lease.token = self.token();
        }
        Some(item)
    }

    /// Reads a message, or amends the one that was read before.
    fn amend(&mut self) -> Call {
        let read = Call::Message(self.any_id());
        let Some((message, count)) = self.seen.clone() else {
            return read;
        };
        if self.rng.bool() {
            return read;
        }
        let state = &message.state;
        let Ok(progress) = state.progress(count) else {
            return read;
        };
        let event = match self.rng.u8(0..3) {
            0 => Event::Withdrawn(CancelReason::Manager),
            1 => Event::RetryRequested,
            _ => Event::Postponed { until: self.now() + TimeDelta::minutes(1) },
        };
        let reschedule = match &event {
            Event::Postponed { until } => {
                let warning = self.rng.bool().then(|| "It waits.".to_owned());
                Some(Reschedule { scheduled_for: *until, warning })
            }
            _ => None,
        };
        let policy = RetryPolicy::new(message.facts.max_retries, TimeDelta::minutes(30));
        match progress.on(&event, self.now(), &policy) {
            Change::To(progress) => {
                let amendment = self.amendment(&message, &progress);
                Call::Amend(Amendment { reschedule, ..amendment })
            }
            Change::Same | Change::Forbidden(_) => read,
        }
    }

    fn amendment(&self, seen: &Message, progress: &Progress) -> Amendment {
        Amendment {
            message_id: seen.facts.id,
            seen: seen.updated_at,
            state: StateRow::of(progress),
            reschedule: None,
            at: self.now(),
            elapsed: self.clock.elapsed(),
            audit: None,
        }
    }

    fn ask(&mut self) -> Call {
        match self.rng.u8(0..8) {
            0..2 => return Call::NextDue,
            2 => return Call::Owed,
            3 => return Call::Unsettled((0..4).map(|_| self.any_id()).collect()),
            5 => {
                return Call::Redate(Redate {
                    now: self.now() - TimeDelta::minutes(self.rng.i64(0..90)),
                    elapsed: self.elapsed(),
                    within: TimeDelta::minutes(30),
                });
            }
            4 => {
                let ago = TimeDelta::seconds(self.rng.i64(0..600));
                return Call::RecordFetch(Fetch {
                    message_id: self.any_id(),
                    at: self.now() - ago,
                    bytes: self.rng.u64(0..4) * 1_000,
                });
            }
            _ => {}
        }
        let ago = TimeDelta::minutes(self.rng.i64(0..90));
        let ids = (0..self.rng.u8(0..3)).map(|_| format!("G-{}", self.rng.u64(0..20)));
        let ids: BTreeSet<_> = ids.collect();
        Call::Siblings(
            fixtures::number_key(self.rng.u64(0..3)),
            self.now() - ago,
            ids.into_iter().collect(),
        )
    }

    fn account(&mut self) -> Call {
        let now = self.now();
        let id = AccountEventId::new(now, random(&self.entropy));
        match self.rng.u8(0..12) {
            0..5 => {
                Call::ChangeAccount(AccountChange { id, at: now, step: self.step(now), by: None })
            }
            5 => Call::Account,
            6 => Call::AccountEvents(self.rng.u32(1..20)),
            7 => {
                let ids = self.events.iter().map(|event| event.id);
                let (token, count) = (self.token(), self.rng.usize(1..=2));
                self.event_token = token;
                let ids = self.rng.choose_multiple(ids, count);
                Call::ClaimEvents(EventClaim { ids, token, now, lease: LEASE })
            }
            8 => Call::EventsTold(self.event_token, now),
            _ => Call::Reserve(Reserve {
                now,
                elapsed: self.elapsed(),
                seen: self.seen_slot,
                want: self.rng.u32(0..4),
                interval: TimeDelta::milliseconds(self.rng.i64(0..2_000)),
                jitter: TimeDelta::milliseconds(self.rng.i64(0..100)),
            }),
        }
    }

    /// Something that may happen to the account.
    fn step(&mut self, now: DateTime<Utc>) -> AccountStep {
        let reason = PauseReason::ALL[self.rng.usize(0..PauseReason::ALL.len())];
        let until = now + TimeDelta::seconds(self.rng.i64(0..600));
        let trial = self.rng.bool();
        let detail = self.rng.bool().then(|| "in plain words".to_owned());
        match self.rng.u8(0..11) {
            0 => AccountStep::Stop { reason, detail, rest: until - now, trial },
            1..3 => AccountStep::Unclear(Unclear {
                message_id: self.any_id(),
                cause: reason.cause(),
                reason,
                detail,
                earlier: vec![now - TimeDelta::minutes(self.rng.i64(1..30)); self.rng.usize(0..4)],
                ready: self.rng.bool(),
                may_be_its_own: self.rng.bool(),
                rest: until - now,
                trial,
            }),
            3 => AccountStep::LetOneThrough { until },
            4 => AccountStep::Taken(self.any_id()),
            5 => AccountStep::Undelivered { alert: self.rng.u32(0..4) },
            6 => AccountStep::Delivered,
            7 => AccountStep::Hold { seen: SeenPause::Any },
            8 => {
                let day = now - TimeDelta::days(self.rng.i64(0..3));
                AccountStep::StalePayments { day, written: "24 Nov 2026".to_owned() }
            }
            _ => AccountStep::Lift { seen: SeenPause::Any, taken: trial.then(|| self.any_id()) },
        }
    }

    fn read(&mut self) -> Call {
        let most = self.rng.u64(0..12);
        match self.rng.u8(0..15) {
            0 => Call::Counts(most),
            1 => {
                let message = self.new_message();
                Call::FindKey(message.facts.key, message.facts.fingerprint)
            }
            2 => Call::Count(self.filter(), most),
            3 => Call::Ids(self.filter(), self.rng.u32(0..12)),
            4 => {
                let from = self.now() - TimeDelta::minutes(self.rng.i64(0..90));
                Call::Tally(from, from + TimeDelta::minutes(self.rng.i64(0..90)), most)
            }
            5 => Call::Backlog(self.now() + TimeDelta::minutes(self.rng.i64(-30..30)), most),
            6 => Call::Ending(self.now() + TimeDelta::hours(self.rng.i64(-9..90)), u64::MAX),
            7 => Call::LastTaken,
            8 => {
                let after = self.rng.choice(&self.page_ends).copied();
                Call::Export(self.filter(), self.rng.bool(), after, self.rng.u32(1..8))
            }
            _ => {
                let filter = self.filter();
                let sorts = [Sort::Newest, Sort::Oldest, Sort::Status, Sort::Customer];
                let sort = self.rng.choice(sorts).unwrap_or_default();
                let end = self.rng.choice(&self.page_ends).copied();
                let turn = end.map_or(Turn::First, |end| match self.rng.u8(0..3) {
                    0 => Turn::First,
                    1 => Turn::After(end),
                    _ => Turn::Before(end),
                });
                Call::Page(filter, sort, turn, self.rng.u32(1..8))
            }
        }
    }

    fn notices(&mut self) -> Call {
        match self.rng.u8(0..5) {
            0 => Call::NoticesOwed,
            1 => Call::Digests(self.rng.u32(1..5)),
            2 if !self.collected.is_empty() => {
                let nth = self.rng.usize(0..self.collected.len());
                let collected = self.collected.swap_remove(nth);
                let (id, token) = (collected.digest.id, collected.token);
                if self.one_in(2) {
                    let mut told = collected.digest.told;
                    told.push(format!("manager-{}@example.com", told.len()).into());
                    let rest = TimeDelta::minutes(self.rng.i64(1..40));
                    Call::MarkTold(id, token, told, self.now() + rest)
                } else {
                    Call::MarkSent(id, token, self.now())
                }
            }
            _ => Call::Collect(Collect {
                id: DigestId::new(self.now(), random(&self.entropy)),
                token: self.token(),
                now: self.now(),
                lease: LEASE,
                newest_known: self.newest_digest.filter(|_| !self.one_in(5)),
                may_start: !self.one_in(5),
            }),
        }
    }

    fn texts(&mut self) -> Call {
        let seed = self.rng.u64(0..POOL / 6);
        match self.rng.u8(0..6) {
            0..2 => {
                let template = fixtures::template(self.first_template.wrapping_add(seed), START);
                let message_type = self.template_type();
                // Saves over a version seen long ago, or as a new template.
                let known = self.templates.iter().find(|known| known.id == template.id);
                let over = known.map(|known| known.version);
                let new = NewTemplate {
                    over,
                    name: format!("Name {}", self.rng.u64(0..POOL / 6)),
                    message_type,
                    is_active: self.rng.bool(),
                    // No two templates change at the same instant: the order of the two would be
                    // open.
                    at: self.unique_instant(),
                    content: format!("Hello {{customerName}}, {}", self.rng.u8(0..4)),
                    ..template
                };
                Call::SaveTemplate(new.save())
            }
            2 => Call::ActiveTemplate(self.message_type()),
            3 => match self.rng.choice(&self.templates).map(|known| known.id) {
                Some(known) if self.one_in(2) => Call::TemplateVersions(known),
                _ => Call::Templates,
            },
            4 => {
                // Changes the settings as they were seen, perhaps long ago.
                let change = |key: &str, value: String| {
                    SettingChange::check(&self.settings, key, &value).ok().flatten()
                };
                let alert = change("whatsapp_undelivered_alert", (seed % 3).to_string());
                let hours = change("whatsapp_attachment_link_hours", (1 + seed % 2).to_string());
                let changes = alert.into_iter().chain(hours).collect();
                let (at, entropy) = (self.now(), &self.entropy);
                let id = || AuditId::new(at, random(entropy));
                Call::SaveSettings(SettingsSave::new(changes, &Actor::Host, at, id))
            }
            _ => Call::LoadSettings,
        }
    }

    /// A type that a template may have here.
    fn template_type(&mut self) -> MessageType {
        let known = MessageType::BUILT_IN;
        known[self.rng.usize(..known.len())]
    }

    /// A type that is always there, or one that only some hosts know.
    pub(super) fn message_type(&mut self) -> TypeName {
        let known = MessageType::BUILT_IN.get(self.rng.usize(..=MessageType::BUILT_IN.len()));
        known.map_or_else(|| fixtures::type_name("quotation"), |one| one.name())
    }

    fn unique_instant(&self) -> DateTime<Utc> {
        self.clock.advance(TimeDelta::microseconds(1));
        self.now()
    }
}
