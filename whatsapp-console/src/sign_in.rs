//! A sign-in of the console's own, for hosts that have none.

mod cookie;
mod file;
mod gate;
mod known;
mod once;
mod password;
mod sealed;
mod throttle;
mod users;
mod way;

use std::fmt;
use std::num::NonZeroU8;
use std::sync::Arc;

use chrono::TimeDelta;

pub use file::{SetUserError, UsersFile, UsersFileProblem};
pub(crate) use gate::{Porter, Tried};
pub use password::{BadPasswordHash, PasswordHash, UnfitPassword};
pub use users::{User, Users, UsersError};
pub(crate) use way::Way;

/// The longest duration of a sign-in.
const LASTS_MAX: TimeDelta = TimeDelta::hours(12);

/// A sign-in of the console's own: people known by a name and a password. It is built with
/// [`Console::behind_sign_in`](crate::Console::behind_sign_in).
///
/// A sign-in lasts 12 hours at most. Role and activity are read anew with each request. Signing out
/// ends all sign-ins of the person, in every process, also those of copied cookies; a new password
/// does so too.
///
/// It needs https, but for browsers on the machine itself. A host behind a proxy gives the address
/// at which browsers find it
/// ([`ConsoleBuilder::public_origin`](crate::ConsoleBuilder::public_origin)) and the number of
/// proxies ([`behind_proxies`](Self::behind_proxies)).
///
/// Too many wrong passwords for a name or from an address have to wait. A browser in which the same
/// person signed in within 90 days is counted by itself, so that a guesser elsewhere does not keep
/// the person out. Addresses are known where the host serves with axum's
/// `into_make_service_with_connect_info::<SocketAddr>()`; all others count as one.
///
/// ```
/// use std::sync::Arc;
///
/// use whatsapp_console::{Console, ConsoleSecret, SignIn, UsersFile};
/// use whatsapp_core::Ports;
/// use whatsapp_core::port::SystemEntropy;
/// use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = |name| folder.path().join(name);
/// # let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// let sign_in = SignIn::new(Arc::new(UsersFile::new(path("shop.users"))));
/// let console = Console::behind_sign_in(ports, sign_in)
///     .secret(ConsoleSecret::kept_in(path("shop.secret"), &SystemEntropy)?)
///     .build()?;
/// let site = console.mount(axum::Router::new(), "/console");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct SignIn {
    users: Arc<dyn Users>,
    proxies: u8,
    cookie: String,
    lasts: TimeDelta,
}

impl SignIn {
    /// Makes a sign-in for these people.
    pub fn new(users: Arc<dyn Users>) -> Self {
        Self { users, proxies: 0, cookie: "console".to_owned(), lasts: LASTS_MAX }
    }

    /// Sets the number of proxies before the host, each of which adds the address that it was asked
    /// from to the header `X-Forwarded-For`. Without it that header counts for nothing, for anybody
    /// can send it.
    pub fn behind_proxies(mut self, proxies: NonZeroU8) -> Self {
        self.proxies = proxies.get();
        self
    }

    /// Sets the cookie's name, without its prefix: for a host with several consoles. Anything but
    /// letters, digits and dashes is left out.
    pub fn cookie_name(mut self, name: impl AsRef<str>) -> Self {
        let fits = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
        self.cookie = name.as_ref().chars().filter(fits).take(40).collect();
        self
    }

    /// Sets the duration of a sign-in, 12 hours at most.
    pub fn lasts(mut self, lasts: TimeDelta) -> Self {
        self.lasts = lasts.clamp(TimeDelta::zero(), LASTS_MAX);
        self
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("users", &self.users).finish_non_exhaustive()
    }
}
