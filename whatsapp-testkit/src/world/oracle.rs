//! The oracles: the promises of README and SECURITY as code, checked on what the gateway really
//! took.
//!
//! Some check what changed at every step. The others check every message at the end.

mod account;
mod end;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use whatsapp_core::message::{
    CancelReason, Class, MessageType, NewMessage, StateRow, Status, Trigger, TypeName,
};
use whatsapp_core::messenger::SendError;
use whatsapp_core::port::{
    Begin, Begun, Claimed, Enqueued, Lease, OutgoingMessage, Settled, Settlement, StepWrite,
};
use whatsapp_core::schedule::StepName;
use whatsapp_core::settings::Settings;
use whatsapp_core::{InvoiceId, LeaseToken, MessageId};

use super::books::Mailbox;
use super::dice::Dice;
use super::executor::{Pid, locked};
use super::sim::Sim;
use super::span::{Micros, micros};
use super::trouble::Trouble;

/// A second.
const SECOND: Micros = 1_000_000;

/// The ends of a world's messages, by number.
pub(super) struct Ended {
    pub(super) lives: u64,
    pub(super) sent: u64,
    pub(super) failed: u64,
    pub(super) cancelled: u64,
}

/// Everything that is known of the world from outside.
pub(super) struct Oracle {
    sim: Arc<Sim>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Every message that was committed, in order.
    messages: Vec<MessageId>,
    lives: BTreeMap<MessageId, Life>,
    /// The messages whose enqueue was confirmed to the shop, by what it asked for.
    promised: BTreeMap<u32, MessageId>,
    /// Messages that are not over.
    open: BTreeSet<MessageId>,
    paid: BTreeMap<InvoiceId, Micros>,
    /// The messages of each step of a plan.
    steps: BTreeMap<(InvoiceId, StepName), BTreeSet<MessageId>>,
    all_is_placed: bool,
}

/// One message's life, as seen at the database and at the gateway.
#[derive(Debug, Default, Clone)]
struct Life {
    invoice: Option<InvoiceId>,
    kind: Option<TypeName>,
    trigger: Option<Trigger>,
    class: Option<Class>,
    /// Earliest time at which it could be sent.
    due: Micros,
    first_post: Option<Micros>,
    status: Option<Status>,
    /// The lease that was given last.
    token: Option<LeaseToken>,
    /// Times of its last claims, at most [`CLAIMS_MOST`].
    claims: VecDeque<Micros>,
    /// The open attempt.
    open: Option<u32>,
    /// Time at which each attempt was begun.
    begun: BTreeMap<u32, Micros>,
    /// Attempts that arrived at the gateway.
    posted: BTreeSet<u32>,
    cancelled: Option<CancelReason>,
    has_failed: bool,
    is_failed: bool,
    /// Set when a person sent it again as another message, or put it aside. Nobody need be told any
    /// more.
    is_mended: bool,
}

/// Troubles with which a message may go out outside the hours: clocks are wrong, or a person wants
/// it now.
const WRONG_HOURS: [Trouble; 6] = [
    Trouble::Skew,
    Trouble::Drift,
    Trouble::StepForward,
    Trouble::StepBack,
    Trouble::Manages,
    Trouble::Settings,
];

/// Most claims of one message within [`CLAIMS_WITHIN`]. More are a busy loop.
const CLAIMS_MOST: usize = 60;
const CLAIMS_WITHIN: Duration = Duration::from_secs(60);

/// Troubles that excuse a call that is refused for now.
const UNANSWERED: [Trouble; 5] = [
    Trouble::StoreAway,
    Trouble::StoreFails,
    Trouble::StoreLies,
    Trouble::StoreFull,
    Trouble::BooksAway,
];

/// Time after a payment in which a reminder that was under way may still go out. The last check
/// before the POST is a few seconds old by then.
const UNDER_WAY: Duration = Duration::from_secs(40);

impl Oracle {
    pub(super) fn new(sim: Arc<Sim>) -> Self {
        Self { sim, known: Mutex::default() }
    }

    /// Notes that the shop has enqueued everything.
    pub(super) fn all_is_placed(&self) {
        locked(&self.known).all_is_placed = true;
    }

    /// Tells whether every message that the shop wanted to enqueue is over, and every failure told.
    pub(super) fn is_done(&self, mailbox: &Mailbox) -> bool {
        let known = locked(&self.known);
        if !known.all_is_placed || !known.open.is_empty() {
            return false;
        }
        let told = mailbox.told();
        let is_owed = |(_, life): &(&MessageId, &Life)| life.is_failed && !life.is_mended;
        let mut failed = known.lives.iter().filter(is_owed);
        failed.all(|(id, _)| told.contains(id))
    }

    /// Counts the messages by the state in which they ended.
    pub(super) fn ended(&self) -> Ended {
        let known = locked(&self.known);
        let several = |status| {
            let ended = known.lives.values().filter(|life| life.status == Some(status));
            ended.count() as u64
        };
        Ended {
            lives: known.messages.len() as u64,
            sent: several(Status::Sent),
            failed: several(Status::Failed),
            cancelled: several(Status::Cancelled),
        }
    }

    /// Draws a message that a person may pick.
    pub(super) fn any(&self, dice: &mut Dice) -> Option<MessageId> {
        dice.pick(&locked(&self.known).messages).copied()
    }

    /// Notes that the shop was told that these are enqueued.
    pub(super) fn promised(&self, told: &[(u32, MessageId)]) {
        let mut known = locked(&self.known);
        for (no, id) in told {
            if !known.lives.contains_key(id) {
                self.sim.violate("durable", Some(*id), "confirmed, and never committed".to_owned());
            }
            let first = *known.promised.entry(*no).or_insert(*id);
            if first != *id {
                let what = format!("the shop was told of {first} before");
                self.sim.violate("one message a key", Some(*id), what);
            }
        }
    }

    /// Notes that a caller was told that something cannot be enqueued for now.
    pub(super) fn refused(&self, pid: Pid, why: &SendError) {
        let sim = &self.sim;
        let is_excused = UNANSWERED.into_iter().any(|trouble| sim.plan.troubles.has(trouble));
        if !is_excused && !sim.was_hindered(pid, UNDER_WAY) {
            sim.violate("callers are answered", None, format!("nothing is wrong, and yet: {why}"));
        }
    }

    /// Notes that an invoice is paid from now on.
    pub(super) fn paid(&self, invoice: &InvoiceId) {
        locked(&self.known).paid.insert(invoice.clone(), self.sim.executor.now());
    }

    pub(super) fn enqueued(&self, pid: Pid, messages: &[NewMessage], enqueued: &[Enqueued]) {
        let mut known = locked(&self.known);
        for (message, enqueued) in messages.iter().zip(enqueued) {
            let Enqueued::New(id) = enqueued else { continue };
            known.messages.push(*id);
            let life = known.lives.entry(*id).or_default();
            life.invoice.clone_from(&message.facts.invoice_id);
            life.kind = Some(message.facts.message_type);
            life.trigger = Some(message.facts.trigger);
            life.class = message.state.owed.map(|owed| owed.class);
            let now = self.sim.executor.now();
            let due = message.state.owed.map_or(now, |owed| self.sim.since(owed.due_at));
            life.due = due.max(now);
            let is_over = life.moves(&message.state);
            if !is_over {
                known.open.insert(*id);
            }
            if let Some(old) = message.facts.resend_of.and_then(|old| known.lives.get_mut(&old)) {
                old.is_mended = true;
            }
            self.sim.note(pid, "enqueue", 0, || {
                let facts = &message.facts;
                format!("commits {} {} as {}", facts.message_type, id, message.state.status)
            });
        }
    }

    /// Notes the messages of a plan's steps.
    pub(super) fn planned(&self, steps: &[StepWrite], enqueued: &[Enqueued]) {
        let mut known = locked(&self.known);
        for StepWrite { step, message, .. } in steps {
            if let Some(enqueued) = message.and_then(|no| enqueued.get(no)) {
                let of = (step.invoice.clone(), step.name);
                known.steps.entry(of).or_default().insert(enqueued.id());
            }
        }
    }

    pub(super) fn claimed(&self, pid: Pid, claimed: &[Claimed]) {
        let now = self.sim.executor.now();
        let mut known = locked(&self.known);
        for claimed in claimed {
            let Lease { message_id, token } = claimed.lease;
            let life = known.lives.entry(message_id).or_default();
            life.token = Some(token);
            life.claims.push_back(now);
            if life.claims.len() > CLAIMS_MOST {
                let first = life.claims.pop_front().unwrap_or_default();
                if now - first < micros(CLAIMS_WITHIN) {
                    let what = format!("{CLAIMS_MOST} claims within {} s", (now - first) / SECOND);
                    self.sim.violate("no hot loop", Some(message_id), what);
                    life.claims.clear();
                }
            }
        }
        drop(known);
        if !claimed.is_empty() {
            self.sim.note(pid, "claim", claimed.len() as u64, || {
                format!("claims {} messages", claimed.len())
            });
        }
    }

    pub(super) fn begun(&self, pid: Pid, begins: &[Begin], begun: &[Begun]) {
        let now = self.sim.executor.now();
        let mut known = locked(&self.known);
        for (begin, begun) in begins.iter().zip(begun) {
            let id = begin.lease.message_id;
            self.sim.note(pid, "begin", u64::from(begin.no), || match begun {
                Begun::Open => format!("begins attempt {} of {id}", begin.no),
                Begun::Fenced => format!("may not begin attempt {} of {id}", begin.no),
            });
            if *begun != Begun::Open {
                continue;
            }
            let life = known.lives.entry(id).or_default();
            self.holds(life, begin.lease);
            if let Some(open) = life.open.filter(|open| begin.closes() != Some(*open)) {
                let what = format!("attempt {} begins while attempt {open} is open", begin.no);
                self.sim.violate("one open attempt", Some(id), what);
            }
            if life.begun.insert(begin.no, now).is_some() {
                let what = format!("attempt {} begins twice", begin.no);
                self.sim.violate("numbered attempts", Some(id), what);
            }
            life.open = Some(begin.no);
        }
    }

    pub(super) fn settled(&self, pid: Pid, settlements: &[Settlement], settled: &[Settled]) {
        let mut known = locked(&self.known);
        for (settlement, settled) in settlements.iter().zip(settled) {
            let id = settlement.lease.message_id;
            self.sim.note(pid, "settle", u64::from(*settled == Settled::Done), || {
                let state = &settlement.state;
                let outcome = settlement.attempt.as_ref().and_then(|attempt| attempt.outcome);
                let of = outcome.map_or_else(String::new, |outcome| format!(", attempt {outcome}"));
                match settled {
                    Settled::Done => format!("settles {id} as {}{of}", state.status),
                    Settled::Fenced => format!("may not settle {id} as {}", state.status),
                }
            });
            if *settled != Settled::Done {
                continue;
            }
            let life = known.lives.entry(id).or_default();
            self.holds(life, settlement.lease);
            if let Some(record) = &settlement.attempt
                && record.outcome.is_some()
                && life.open == Some(record.no)
            {
                life.open = None;
            }
            self.moves(&mut known, id, &settlement.state, false);
        }
    }

    /// Checks that a write about a claimed message holds the lease that was given last.
    fn holds(&self, life: &Life, lease: Lease) {
        if life.token.is_some_and(|token| token != lease.token) {
            let what = "a write under a lease that somebody else has by now".to_owned();
            self.sim.violate("writes are fenced", Some(lease.message_id), what);
        }
    }

    pub(super) fn amended(&self, id: MessageId, state: &StateRow) {
        let mut known = locked(&self.known);
        self.moves(&mut known, id, state, true);
    }

    /// Notes that a person has settled this failure in another way.
    pub(super) fn mended(&self, id: MessageId) {
        locked(&self.known).lives.entry(id).or_default().is_mended = true;
    }

    /// Notes that a message's state was written.
    fn moves(&self, known: &mut Known, id: MessageId, state: &StateRow, by_hand: bool) {
        let life = known.lives.entry(id).or_default();
        let before = life.status;
        let is_allowed = match (before, state.status) {
            (Some(Status::Cancelled), _) | (Some(Status::Sent), Status::Cancelled) => false,
            (Some(Status::Sent), Status::Pending) => by_hand,
            _ => true,
        };
        if let Some(before) = before.filter(|_| !is_allowed) {
            let what = format!("it was {before} and becomes {}", state.status);
            self.sim.violate("monotonic states", Some(id), what);
        }
        if life.moves(state) {
            known.open.remove(&id);
        } else {
            known.open.insert(id);
        }
    }

    /// Checks a POST that is about to arrive at the gateway.
    pub(super) fn posts(&self, pid: Pid, message: &OutgoingMessage) {
        let sim = &self.sim;
        let Some(reference) = message.reference else {
            sim.violate("named attempts", None, "a POST without a reference".to_owned());
            return;
        };
        let (id, no) = (reference.message_id, reference.attempt);
        let mut known = locked(&self.known);
        let Known { lives, paid, .. } = &mut *known;
        let life = lives.entry(id).or_default();
        if !life.begun.contains_key(&no) {
            let what = format!("attempt {no} is POSTed, and was never committed");
            sim.violate("no POST without a begin", Some(id), what);
        }
        if !life.posted.insert(no) {
            let what = format!("attempt {no} is POSTed a second time");
            sim.violate("one POST an attempt", Some(id), what);
        }
        let now = sim.executor.now();
        life.first_post.get_or_insert(now);
        self.keeps_hours(pid, id, life);
        let hindered = sim.was_hindered(pid, UNDER_WAY);
        if let Some(reason) = life.cancelled.filter(|_| !hindered) {
            let what = format!("it was cancelled ({reason}) and is POSTed");
            sim.violate("nothing withdrawn is sent", Some(id), what);
        }
        let known_since = life.invoice.as_ref().and_then(|invoice| paid.get(invoice));
        let late = micros(UNDER_WAY);
        if let Some(at) = known_since
            && at.saturating_add(late) < sim.executor.now()
            && !hindered
        {
            let what = "a reminder of an invoice that was known to be paid".to_owned();
            sim.violate("nobody dunned who has paid", Some(id), what);
        }
    }
}

impl Oracle {
    /// Checks that a message whose type keeps hours goes out within them, unless clocks are wrong
    /// or a person asked for it.
    fn keeps_hours(&self, pid: Pid, id: MessageId, life: &Life) {
        let sim = &self.sim;
        let by_hand = life.trigger == Some(Trigger::Manual);
        let is_wrong = WRONG_HOURS.into_iter().any(|trouble| sim.plan.troubles.has(trouble));
        if by_hand || is_wrong || sim.was_hindered(pid, UNDER_WAY) {
            return;
        }
        let of = MessageType::BUILT_IN.iter().copied().find(|of| Some(of.name()) == life.kind);
        if of.is_some_and(|of| Settings::default().is_outside_hours(of, sim.truth())) {
            let what = format!("it is POSTed at {} in UTC", sim.truth());
            sim.violate("within the hours", Some(id), what);
        }
    }
}

impl Life {
    /// Takes in a new state, and tells whether the message is over.
    fn moves(&mut self, state: &StateRow) -> bool {
        self.status = Some(state.status);
        self.is_failed = state.failed_for_good().is_some();
        self.has_failed |= self.is_failed;
        match state.status {
            Status::Sent => true,
            Status::Cancelled => {
                self.cancelled = self.cancelled.or(state.cancel_reason);
                true
            }
            Status::Failed => state.next_attempt_at.is_none(),
            Status::Pending => false,
        }
    }
}
