//! The kinds of trouble that may happen in a world.

use std::fmt;
use std::str::FromStr;

/// A kind of trouble. A world has a set of kinds, and each can be taken out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Trouble {
    /// A process is killed at an await point: its futures are dropped, and its memory is gone.
    Kill,
    /// A process stands still at an await point, for up to an hour.
    Freeze,
    /// A process is asked to stop and starts again.
    Restart,
    /// A machine sleeps, with all processes on it.
    Suspend,
    /// A machine is switched off and on: its processes die, and its elapsed time begins anew.
    Reboot,
    /// A host's wall clock is wrong from the beginning, by up to an hour.
    Skew,
    /// A host's wall clock runs fast or slow.
    Drift,
    /// A host's wall clock is set forward.
    StepForward,
    /// A host's wall clock is set back.
    StepBack,
    /// A call of any port takes up to seven seconds longer.
    StoreSlow,
    /// The database is away for up to an hour.
    StoreAway,
    /// A call of the database fails, and none of its work was done.
    StoreFails,
    /// A call of the database fails, and all of its work was done.
    StoreLies,
    /// The database takes no new rows for a while; reading still works.
    StoreFull,
    /// The gateway is slow to answer.
    GatewaySlow,
    /// The gateway takes a message, and its answer is lost.
    LostReply,
    /// The gateway does not take a message, and its answer is lost.
    LostRequest,
    /// The gateway does not answer, and takes the message up to 50 minutes later.
    LateAccept,
    /// The gateway lists a message minutes after it took it.
    LateList,
    /// The gateway answers that it is broken; it took the message or did not.
    ServerError,
    /// The gateway refuses a message for now.
    Refusal,
    /// The gateway refuses a message for good.
    Rejection,
    /// The gateway is not reached.
    Unreachable,
    /// The gateway's list names recipients in another way than they were written to.
    Aliases,
    /// The gateway's list shows texts escaped, cut or with other characters.
    Escapes,
    /// The gateway's list is in another time zone, or has no times.
    Zones,
    /// The gateway's list has rows without ids.
    NoIds,
    /// The gateway's list cannot be read.
    Unreadable,
    /// The gateway marks its list as incomplete.
    Incomplete,
    /// The whole account is refused: its key, its phone, its subscription, its address.
    Account,
    /// The gateway answers that it is asked too often.
    RateLimited,
    /// The gateway reports that a message was not delivered.
    Undelivered,
    /// A number is not on WhatsApp.
    NotOnWhatsApp,
    /// Customers pay while reminders wait.
    Pays,
    /// The shop corrects customers' numbers.
    Corrects,
    /// People cancel, retry, resend, reschedule and put aside.
    Manages,
    /// People stop all sending and let it go on.
    Pauses,
    /// People change settings.
    Settings,
    /// People change templates.
    Templates,
    /// Two callers enqueue the same messages at once.
    Twice,
    /// The directory or the ledger does not answer.
    BooksAway,
    /// The mail server takes no mail.
    MailFails,
}

impl Trouble {
    /// All kinds, in their order.
    pub const ALL: [Self; 42] = [
        Self::Kill,
        Self::Freeze,
        Self::Restart,
        Self::Suspend,
        Self::Reboot,
        Self::Skew,
        Self::Drift,
        Self::StepForward,
        Self::StepBack,
        Self::StoreSlow,
        Self::StoreAway,
        Self::StoreFails,
        Self::StoreLies,
        Self::StoreFull,
        Self::GatewaySlow,
        Self::LostReply,
        Self::LostRequest,
        Self::LateAccept,
        Self::LateList,
        Self::ServerError,
        Self::Refusal,
        Self::Rejection,
        Self::Unreachable,
        Self::Aliases,
        Self::Escapes,
        Self::Zones,
        Self::NoIds,
        Self::Unreadable,
        Self::Incomplete,
        Self::Account,
        Self::RateLimited,
        Self::Undelivered,
        Self::NotOnWhatsApp,
        Self::Pays,
        Self::Corrects,
        Self::Manages,
        Self::Pauses,
        Self::Settings,
        Self::Templates,
        Self::Twice,
        Self::BooksAway,
        Self::MailFails,
    ];

    /// Returns its name in stories and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Freeze => "freeze",
            Self::Restart => "restart",
            Self::Suspend => "suspend",
            Self::Reboot => "reboot",
            Self::Skew => "skew",
            Self::Drift => "drift",
            Self::StepForward => "step-forward",
            Self::StepBack => "step-back",
            Self::StoreSlow => "store-slow",
            Self::StoreAway => "store-away",
            Self::StoreFails => "store-fails",
            Self::StoreLies => "store-lies",
            Self::StoreFull => "store-full",
            Self::GatewaySlow => "gateway-slow",
            Self::LostReply => "lost-reply",
            Self::LostRequest => "lost-request",
            Self::LateAccept => "late-accept",
            Self::LateList => "late-list",
            Self::ServerError => "server-error",
            Self::Refusal => "refusal",
            Self::Rejection => "rejection",
            Self::Unreachable => "unreachable",
            Self::Aliases => "aliases",
            Self::Escapes => "escapes",
            Self::Zones => "zones",
            Self::NoIds => "no-ids",
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::Account => "account",
            Self::RateLimited => "rate-limited",
            Self::Undelivered => "undelivered",
            Self::NotOnWhatsApp => "not-on-whatsapp",
            Self::Pays => "pays",
            Self::Corrects => "corrects",
            Self::Manages => "manages",
            Self::Pauses => "pauses",
            Self::Settings => "settings",
            Self::Templates => "templates",
            Self::Twice => "twice",
            Self::BooksAway => "books-away",
            Self::MailFails => "mail-fails",
        }
    }

    const fn bit(self) -> u64 {
        1 << (self as u8)
    }
}

/// A set of kinds of trouble: names joined by commas, `none` or `all`.
///
/// ```
/// use whatsapp_testkit::world::{Trouble, Troubles};
///
/// let troubles: Troubles = "kill,lost-reply".parse()?;
/// assert!(troubles.has(Trouble::Kill) && !troubles.has(Trouble::Freeze));
/// assert_eq!(troubles.without(Trouble::Kill).to_string(), "lost-reply");
/// # Ok::<(), whatsapp_testkit::world::UnknownTrouble>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Troubles(u64);

/// Error for a word that is not the name of a trouble.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no trouble called {0:?}: say `all`, `none`, or names joined by commas")]
pub struct UnknownTrouble(String);

impl Troubles {
    /// No trouble.
    pub const NONE: Self = Self(0);

    /// Returns the set of all kinds of trouble.
    #[must_use]
    pub fn all() -> Self {
        Trouble::ALL.into_iter().collect()
    }

    /// Tells whether this kind is in the set.
    #[must_use]
    pub const fn has(self, trouble: Trouble) -> bool {
        self.0 & trouble.bit() != 0
    }

    /// Returns the same set with this kind.
    #[must_use]
    pub const fn with(self, trouble: Trouble) -> Self {
        Self(self.0 | trouble.bit())
    }

    /// Returns the same set without this kind.
    #[must_use]
    pub const fn without(self, trouble: Trouble) -> Self {
        Self(self.0 & !trouble.bit())
    }

    /// Returns the kinds, in their order.
    pub fn iter(self) -> impl Iterator<Item = Trouble> {
        Trouble::ALL.into_iter().filter(move |trouble| self.has(*trouble))
    }
}

impl FromIterator<Trouble> for Troubles {
    fn from_iter<I: IntoIterator<Item = Trouble>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Troubles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return f.write_str("none");
        }
        for (no, trouble) in self.iter().enumerate() {
            let comma = if no == 0 { "" } else { "," };
            write!(f, "{comma}{}", trouble.name())?;
        }
        Ok(())
    }
}

impl FromStr for Troubles {
    type Err = UnknownTrouble;

    fn from_str(text: &str) -> Result<Self, UnknownTrouble> {
        match text {
            "none" => return Ok(Self::NONE),
            "all" => return Ok(Self::all()),
            _ => {}
        }
        let kind = |name: &str| {
            let known = Trouble::ALL.into_iter().find(|trouble| trouble.name() == name);
            known.ok_or_else(|| UnknownTrouble(name.to_owned()))
        };
        text.split(',').map(kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_name_and_stands_in_its_place() {
        for (no, trouble) in Trouble::ALL.into_iter().enumerate() {
            assert_eq!(trouble as usize, no);
            let alone: Troubles = trouble.name().parse().unwrap();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [trouble]);
        }
        let all = Troubles::all();
        assert_eq!(all.to_string().parse(), Ok(all));
        assert_eq!("none".parse(), Ok(Troubles::NONE));
        assert_eq!(Troubles::NONE.to_string(), "none");
        let unknown = "kill,rain".parse::<Troubles>().unwrap_err();
        assert!(unknown.to_string().contains("rain"), "{unknown}");
    }
}
