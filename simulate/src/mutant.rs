//! The mutants: each removes one safeguard, and a hunt that does not notice it proves nothing.

mod database;
mod files;
mod gateway;
mod locks;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use whatsapp_core::port::Clock;
use whatsapp_testkit::world::{Layers, World};
use whatsapp_testkit::{ElapsedByWall, MemoryStore};

use database::Tampered;
use files::ShortLinks;
use gateway::{Careless, CarelessList, Texts};
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
    /// The link of a file ends long before the message may be sent for the last time.
    ShortLinks,
}

impl Mutant {
    /// All mutants.
    pub const ALL: [Self; 21] = [
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
        Self::ShortLinks,
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
            Self::ShortLinks => "short_links",
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
        if self == Self::ShortLinks {
            layers = layers.with_media(|inner| Arc::new(ShortLinks(inner)));
        }
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
