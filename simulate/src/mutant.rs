//! The mutants: each removes one safeguard, and a hunt that does not notice it proves nothing.

mod locks;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    AttemptOutcome, AttemptRecord, Cause, Class, Fingerprint, MessageKey, NewMessage, Progress,
    Reported, State, StateRow, Step,
};
use whatsapp_core::port::{
    Accepted, Begin, Begun, Claim, Claimed, Clock, DeliveryReports, Enqueued, Lane, Lease,
    ListedMessage, Listing, Notice, OutgoingMessage, PlanWrite, PlanWritten, Probe, Settled,
    Settlement, StoreError, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::schedule::ReminderStep;
use whatsapp_core::{InvoiceId, WhatsAppNumber};
use whatsapp_testkit::world::{EveryStore, Layers, Tamper, World};
use whatsapp_testkit::{ElapsedByWall, MemoryStore};

use locks::Locks;

/// A safeguard that is removed, or a fault of the past that is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// Writes under a lost lease pass.
    NoFence,
    /// The attempt is begun after its POST.
    LateIntent,
    /// The gateway's list is always complete and empty.
    NoLook,
    /// Attempts that no list shows are not counted.
    LateCount,
    /// A 5xx reply counts as a refusal.
    ServerErrorRefuses,
    /// Any 2xx reply counts as an acceptance.
    AnySuccess,
    /// A message whose worker died is sent again as if the attempt had not been made.
    ReaperForgets,
    /// The HTTP client tries again after a broken connection.
    HttpRetries,
    /// The same message may be enqueued twice.
    KeyNotUnique,
    /// The notice follows the failure in a transaction of its own.
    LateNotice,
    /// A row of the list belongs to another number unless its recipient is written exactly like the
    /// number.
    ExactRecipient,
    /// A row whose text and time both differ is another message's.
    TwoDoubts,
    /// Trouble of the account is taken for trouble of the message.
    NoScope,
    /// Elapsed time follows the wall clock.
    ElapsedByWall,
    /// A row that cannot be read keeps all others from being claimed.
    PoisonRow,
    /// A list in which nothing is missing counts as one that breaks off.
    AlwaysUnclear,
    /// Urgent messages are found only at one claim in eight.
    UrgentWaits,
    /// A look at the list that brought no certainty is due again at once.
    HotLook,
    /// Two callers lock their messages, each in its own order. If each waits for the other, the
    /// database refuses one.
    AnyOrder,
    /// The step of a plan is known by what its message says, and its row is forgotten.
    ForgetfulPlan,
}

impl Mutant {
    /// All mutants.
    pub const ALL: [Self; 20] = [
        Self::NoFence,
        Self::LateIntent,
        Self::NoLook,
        Self::LateCount,
        Self::ServerErrorRefuses,
        Self::AnySuccess,
        Self::ReaperForgets,
        Self::HttpRetries,
        Self::KeyNotUnique,
        Self::LateNotice,
        Self::ExactRecipient,
        Self::TwoDoubts,
        Self::NoScope,
        Self::ElapsedByWall,
        Self::PoisonRow,
        Self::AlwaysUnclear,
        Self::UrgentWaits,
        Self::HotLook,
        Self::AnyOrder,
        Self::ForgetfulPlan,
    ];

    /// Returns its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoFence => "no_fence",
            Self::LateIntent => "late_intent",
            Self::NoLook => "no_look",
            Self::LateCount => "late_count",
            Self::ServerErrorRefuses => "server_error_refuses",
            Self::AnySuccess => "any_success",
            Self::ReaperForgets => "reaper_forgets",
            Self::HttpRetries => "http_retries",
            Self::KeyNotUnique => "key_not_unique",
            Self::LateNotice => "late_notice",
            Self::ExactRecipient => "exact_recipient",
            Self::TwoDoubts => "two_doubts",
            Self::NoScope => "no_scope",
            Self::ElapsedByWall => "elapsed_by_wall",
            Self::PoisonRow => "poison_row",
            Self::AlwaysUnclear => "always_unclear",
            Self::UrgentWaits => "urgent_waits",
            Self::HotLook => "hot_look",
            Self::AnyOrder => "any_order",
            Self::ForgetfulPlan => "forgetful_plan",
        }
    }

    /// Returns the same world with the safeguard removed.
    #[must_use]
    pub fn into_world(self, world: World) -> World {
        let memory = MemoryStore::new();
        let keys = Arc::new(AtomicU64::new(0));
        let texts = Arc::<Texts>::default();
        let locks = Arc::<Locks>::default();
        let beside = memory.clone();
        let heard = Arc::clone(&texts);
        let mut layers = Layers::new()
            .with_tamper(move || {
                Arc::new(Tampered {
                    mutant: self,
                    memory: beside.clone(),
                    keys: Arc::clone(&keys),
                    locks: Arc::clone(&locks),
                    pretended: Mutex::default(),
                    withheld: Mutex::default(),
                })
            })
            .with_transport(move |inner| {
                Arc::new(Careless { inner, mutant: self, texts: Arc::clone(&heard) })
            })
            .with_reports(move |inner, clock| {
                Arc::new(CarelessList { inner, mutant: self, texts: Arc::clone(&texts), clock })
            });
        if self == Self::ElapsedByWall {
            layers = layers.with_clock(|inner| Arc::new(ElapsedByWall(Shared(inner))));
        }
        world.over(Arc::new(memory)).with_layers(layers)
    }
}

/// A shared clock.
#[derive(Debug)]
struct Shared(Arc<dyn Clock>);

impl Clock for Shared {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn elapsed(&self) -> whatsapp_core::time::Elapsed {
        self.0.elapsed()
    }

    fn monotonic(&self) -> std::time::Duration {
        self.0.monotonic()
    }
}

/// One process's database with one safeguard removed.
#[derive(Debug)]
struct Tampered {
    mutant: Mutant,
    memory: MemoryStore,
    keys: Arc<AtomicU64>,
    locks: Arc<Locks>,
    /// Attempts that were reported as open and are not.
    pretended: Mutex<Vec<Begin>>,
    /// Notices that are still to be written.
    withheld: Mutex<Vec<Notice>>,
}

impl Tampered {
    /// Gives the lease the token that holds the message now, if the mutant lets it pass.
    fn unfenced(&self, lease: Lease) -> Lease {
        if self.mutant != Mutant::NoFence {
            return lease;
        }
        self.memory.lease(lease.message_id).map_or(lease, |(token, _)| Lease { token, ..lease })
    }
}

#[async_trait]
impl Tamper for Tampered {
    async fn enqueue(
        &self,
        store: &dyn EveryStore,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        let mut messages = messages.to_vec();
        let _held = match self.mutant {
            Mutant::AnyOrder => Some(self.locks.of_all(&messages).await?),
            _ => None,
        };
        if self.mutant == Mutant::KeyNotUnique {
            for message in &mut messages {
                let no = self.keys.fetch_add(1, Ordering::SeqCst).to_string();
                let (kind, key) = (message.facts.message_type, message.facts.key.as_str());
                message.facts.key = MessageKey::of(kind, &[key, &no]);
            }
        }
        store.enqueue(&messages).await
    }

    async fn find_key(
        &self,
        store: &dyn EveryStore,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        if self.mutant == Mutant::KeyNotUnique {
            return Ok(None);
        }
        store.find_key(key, fingerprint).await
    }

    async fn claim(
        &self,
        store: &dyn EveryStore,
        claim: &Claim,
    ) -> Result<Vec<Claimed>, StoreError> {
        let is_urgent = claim.lane == Lane::of(Step::Send, Class::Transactional);
        if self.mutant == Mutant::UrgentWaits
            && is_urgent
            && !self.keys.fetch_add(1, Ordering::SeqCst).is_multiple_of(8)
        {
            return Ok(Vec::new());
        }
        let mut claimed = store.claim(claim).await?;
        match self.mutant {
            Mutant::LateCount => {
                for claimed in &mut claimed {
                    claimed.progress.free_posts = claimed.progress.posts;
                }
            }
            Mutant::PoisonRow => {
                let is_poison = |claimed: &Claimed| claimed.key.as_str().ends_with("17");
                if claimed.iter().any(is_poison) {
                    return Err(StoreError::Corrupt { entity: "message", column: "status" });
                }
            }
            Mutant::ReaperForgets => {
                let mut kept = Vec::new();
                for claimed in claimed {
                    if claimed.step != Step::Look || claimed.reaps == 0 {
                        kept.push(claimed);
                        continue;
                    }
                    let no = claimed.progress.posts;
                    let state = State::Waiting { due: claim.now };
                    let record = AttemptRecord {
                        no,
                        finished_at: claim.now,
                        outcome: Some(AttemptOutcome::NotAccepted),
                        http_status: None,
                        detail: None,
                        gateway_id: None,
                    };
                    let again = Settlement {
                        lease: claimed.lease,
                        attempt: Some(record),
                        state: StateRow::of(&Progress { state, ..claimed.progress }),
                        gateway_id: None,
                        api_response: None,
                        at: claim.now,
                    };
                    store.settle(&[again]).await?;
                }
                claimed = kept;
            }
            _ => {}
        }
        Ok(claimed)
    }

    async fn begin(
        &self,
        store: &dyn EveryStore,
        begins: &[Begin],
    ) -> Result<Vec<Begun>, StoreError> {
        if self.mutant == Mutant::LateIntent {
            locked(&self.pretended).extend_from_slice(begins);
            return Ok(vec![Begun::Open; begins.len()]);
        }
        let unfenced = |begin: &Begin| Begin { lease: self.unfenced(begin.lease), ..begin.clone() };
        let begins: Vec<_> = begins.iter().map(unfenced).collect();
        store.begin(&begins).await
    }

    async fn settle(
        &self,
        store: &dyn EveryStore,
        settlements: &[Settlement],
    ) -> Result<Vec<Settled>, StoreError> {
        let mut settlements = settlements.to_vec();
        for settlement in &mut settlements {
            let begin = {
                let mut pretended = locked(&self.pretended);
                let place = pretended.iter().position(|begin| begin.lease == settlement.lease);
                place.map(|place| pretended.swap_remove(place))
            };
            if let Some(begin) = begin {
                store.begin(&[begin]).await?;
            }
            settlement.lease = self.unfenced(settlement.lease);
            if self.mutant == Mutant::HotLook
                && let Some(owed) = &mut settlement.state.owed
                && owed.step == Step::Look
            {
                (owed.due_at, owed.look_mark) = (settlement.at, None);
            }
        }
        let settled = store.settle(&settlements).await?;
        if self.mutant == Mutant::LateNotice {
            // The earlier notices are written now, if the process lived so long.
            locked(&self.withheld).drain(..).for_each(|notice| self.memory.put_notice(notice));
            let failed = settlements.iter().filter(|of| of.state.failed_for_good().is_some());
            let notices = failed.filter_map(|of| self.memory.take_notice(of.lease.message_id));
            locked(&self.withheld).extend(notices);
        }
        Ok(settled)
    }

    async fn steps_of(
        &self,
        store: &dyn EveryStore,
        invoices: &[InvoiceId],
    ) -> Result<Vec<ReminderStep>, StoreError> {
        if self.mutant == Mutant::ForgetfulPlan {
            return Ok(Vec::new());
        }
        store.steps_of(invoices).await
    }

    async fn write_plan(
        &self,
        store: &dyn EveryStore,
        write: &PlanWrite,
    ) -> Result<PlanWritten, StoreError> {
        if self.mutant != Mutant::ForgetfulPlan {
            return store.write_plan(write).await;
        }
        let mut write = write.clone();
        for message in &mut write.messages {
            let no = self.keys.fetch_add(1, Ordering::SeqCst).to_string();
            message.facts.key = MessageKey::of(message.facts.message_type, &["step", &no]);
        }
        for item in &mut write.steps {
            let rows = store.steps_of(std::slice::from_ref(&item.step.invoice)).await?;
            let row = rows.into_iter().find(|row| row.name == item.step.name);
            item.seen = row.map(|row| row.revision);
        }
        store.write_plan(&write).await
    }
}

/// Texts that were sent, to compare a list with them.
type Texts = Mutex<BTreeSet<String>>;

/// A gateway's adapter that is careless with replies.
#[derive(Debug)]
struct Careless {
    inner: Arc<dyn Transport>,
    mutant: Mutant,
    texts: Arc<Texts>,
}

#[async_trait]
impl Transport for Careless {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        locked(&self.texts).insert(message.text.as_str().to_owned());
        let reply = self.inner.send(message).await;
        let Err(error) = &reply else { return reply };
        let unknown = error.disposition() == Disposition::Unknown;
        match (self.mutant, error.http_status()) {
            (Mutant::HttpRetries, None) if unknown => self.inner.send(message).await,
            (Mutant::ServerErrorRefuses, Some(500..)) => {
                Err(TransportError::new(Disposition::Transient, error.detail()))
            }
            (Mutant::NoScope, _)
                if matches!(error.cause(), Cause::Account | Cause::Address | Cause::Between) =>
            {
                Err(TransportError::new(Disposition::Permanent, error.detail()))
            }
            (Mutant::AnySuccess, Some(200..300)) => Ok(Accepted::new(None)),
            _ => reply,
        }
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

/// The gateway's list, read carelessly.
#[derive(Debug)]
struct CarelessList {
    inner: Arc<dyn DeliveryReports>,
    mutant: Mutant,
    texts: Arc<Texts>,
    clock: Arc<dyn Clock>,
}

/// Largest error of the gateway's clock, and of its time zone.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);
const ZONE_DOUBT: TimeDelta = TimeDelta::hours(26);

impl CarelessList {
    /// Tells whether the text is one that was sent, or the time is one at which it can have been
    /// sent.
    fn is_plausible(&self, row: &ListedMessage, since: DateTime<Utc>) -> bool {
        let until = self.clock.now() + TOLERANCE;
        let in_time = row.created_at.is_none_or(|at| at >= since + ZONE_DOUBT && at <= until);
        in_time || locked(&self.texts).contains(row.text.as_str())
    }
}

#[async_trait]
impl DeliveryReports for CarelessList {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.inner.status(gateway_id).await
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut listing = self.inner.sent_to(number, since).await?;
        let digits = number.as_str().trim_start_matches('+');
        let is_the_number = |to: &str| to.trim_start_matches('+') == digits;
        match self.mutant {
            Mutant::NoLook => listing = Listing { messages: Vec::new(), complete: true },
            Mutant::ExactRecipient => listing
                .messages
                .retain(|row| row.recipient.as_ref().is_some_and(|to| is_the_number(to.as_str()))),
            Mutant::TwoDoubts => listing.messages.retain(|row| self.is_plausible(row, since)),
            Mutant::AlwaysUnclear => listing.complete = false,
            _ => {}
        }
        Ok(listing)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
