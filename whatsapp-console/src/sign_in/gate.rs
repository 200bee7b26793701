//! Who may enter by this sign-in: by the cookie, by a password, or by a link.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::ConnectInfo;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac as _;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use whatsapp_core::Ports;
use whatsapp_core::port::random;

use super::SignIn;
use super::cookie::{Cookies, Entered, Found};
use super::once::Links;
use super::password::is_right;
use super::throttle::{Counted, Throttle};
use super::users::{User, Users, UsersError};
use super::way::Way;
use crate::gate::{Credential, Gate, Refused, Role, Visitor};
use crate::secret::ConsoleSecret;
use crate::words::Texts;

/// How many passwords are tried at once: each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 2;

/// How many more may wait for that.
const IN_LINE: usize = 16;

/// How much a clock may have been set back since somebody signed in.
const SET_BACK: TimeDelta = TimeDelta::minutes(1);

/// The gate of a console behind its own sign-in.
#[derive(Debug)]
pub(crate) struct Porter {
    users: Arc<dyn Users>,
    cookies: Cookies,
    links: Links,
    throttle: Throttle,
    at_work: Arc<Semaphore>,
    in_line: Arc<Semaphore>,
    proxies: u8,
    lasts: TimeDelta,
    secret: ConsoleSecret,
    public_origin: Option<String>,
    texts: Arc<dyn Texts>,
    ports: Ports,
}

/// What came of trying to sign in.
#[derive(Debug)]
pub(crate) enum Tried {
    /// The visitor, and the header that keeps the sign-in.
    In(Box<(Visitor, HeaderValue)>),
    /// The name, the password or the link is none.
    Wrong,
    /// Everything is right, and the person may not enter; why.
    Not(String),
    /// Not before so long.
    Wait(Duration),
    /// Too many others try at this moment.
    Busy,
}

impl Porter {
    pub(crate) fn new(
        sign_in: SignIn,
        secret: &ConsoleSecret,
        public_origin: Option<String>,
        texts: Arc<dyn Texts>,
        ports: Ports,
    ) -> Self {
        Self {
            users: sign_in.users,
            cookies: Cookies::new(&sign_in.cookie, secret),
            links: Links::default(),
            throttle: Throttle::default(),
            at_work: Arc::new(Semaphore::new(AT_ONCE)),
            in_line: Arc::new(Semaphore::new(AT_ONCE + IN_LINE)),
            proxies: sign_in.proxies,
            lasts: sign_in.lasts,
            secret: secret.clone(),
            public_origin,
            texts,
            ports,
        }
    }

    pub(crate) fn way(&self, parts: &Parts) -> Way {
        Way::of(self.public_origin.as_deref(), parts)
    }

    /// What is in a link that signs this person in, once.
    pub(crate) fn link(&self, name: &str, lasts: TimeDelta) -> String {
        let now = self.ports.clock().now();
        self.links.make(&plain(name), now, now + lasts, self.ports.entropy())
    }

    /// Tries a link.
    pub(crate) async fn by_link(&self, token: &str, way: Way) -> Result<Tried, Refused> {
        let now = self.ports.clock().now();
        let Some(name) = self.links.take(token, now) else { return Ok(Tried::Wrong) };
        let user = self.find(&name).await?;
        Ok(user.map_or(Tried::Wrong, |user| self.let_in(name, user, way, now)))
    }

    /// Tries a name and a password. Nobody can tell a name that is not there from a wrong password: not by
    /// what is answered, and not by how long it takes.
    pub(crate) async fn by_password(
        &self,
        name: &str,
        password: SecretString,
        from: Option<IpAddr>,
        way: Way,
    ) -> Result<Tried, Refused> {
        let name = plain(name);
        let Ok(in_line) = self.in_line.clone().try_acquire_owned() else { return Ok(Tried::Busy) };
        let keys = [Counted::name(&name), Counted::address(from)];
        // It is counted before it is tried, so that hanging up saves no try.
        let counted = match self.throttle.take(keys, self.ports.clock().monotonic()) {
            Ok(counted) => counted,
            Err(wait) => return Ok(Tried::Wait(wait)),
        };
        let user = self.find(&name).await.inspect_err(|_| self.throttle.give_back(&counted))?;
        let at_work = self.at_work.clone().acquire_owned().await;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let tried = tokio::task::spawn_blocking(move || {
            let is_right = is_right(hash.as_ref(), &password);
            // Whoever hangs up meanwhile makes no room for another.
            drop((at_work, in_line));
            is_right
        });
        let is_right = tried.await.map_err(|_| Refused::Unavailable)?;
        let Some(user) = user.filter(|_| is_right) else {
            tracing::warn!("a sign-in was refused: the name or the password is wrong");
            return Ok(Tried::Wrong);
        };
        self.throttle.give_back(&counted);
        Ok(self.let_in(name, user, way, self.ports.clock().now()))
    }

    /// Ends all sign-ins of a visitor.
    pub(crate) async fn end(&self, visitor: &Visitor) -> Result<(), Refused> {
        self.users.end_visits(&visitor.user).await.map_err(|error| unavailable(&error))
    }

    /// The header that takes the cookie away.
    pub(crate) fn unset(&self, way: Way) -> Option<HeaderValue> {
        self.cookies.unset(way)
    }

    /// Where a request comes from: who asked the outermost of the proxies that the host has before it, or
    /// whoever asks the host itself.
    pub(crate) fn address(&self, parts: &Parts) -> Option<IpAddr> {
        if self.proxies == 0 {
            let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            return peer.map(|ConnectInfo(peer)| peer.ip());
        }
        let told = parts.headers.get_all("x-forwarded-for").into_iter();
        let told: Vec<&str> = told.filter_map(|value| value.to_str().ok()).collect();
        let told = told.join(",");
        let nth = told.rsplit(',').nth(usize::from(self.proxies) - 1)?;
        nth.trim().parse().ok()
    }

    fn let_in(&self, name: String, user: User, way: Way, at: DateTime<Utc>) -> Tried {
        if let Some(why) = self.not_allowed(&user) {
            return Tried::Not(why);
        }
        let entropy = self.ports.entropy();
        let session = URL_SAFE_NO_PAD.encode(random::<16>(entropy));
        let entered = Entered { name, at, mark: self.mark(&user), session };
        match self.cookies.set(way, &entered, self.lasts, entropy) {
            Some(cookie) => Tried::In(Box::new((visitor(user, entered.session), cookie))),
            None => Tried::Wrong,
        }
    }

    /// Why somebody whom we know may not enter.
    fn not_allowed(&self, user: &User) -> Option<String> {
        if !user.is_active {
            return Some(self.texts.account_off().to_owned());
        }
        (user.role < Role::Manager).then(|| self.texts.for_managers_alone().to_owned())
    }

    /// What the password and the generation come to: another one ends a sign-in. It has the hash in it, so
    /// that the same name in other users' file is somebody else.
    fn mark(&self, user: &User) -> String {
        let hash = user.password.as_ref().map_or("", |hash| hash.expose());
        let generation = user.generation.to_string();
        let mac = self.secret.over(&["sign-in", user.id.as_str(), hash, &generation]);
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    async fn find(&self, name: &str) -> Result<Option<User>, Refused> {
        self.users.find(name).await.map_err(|error| unavailable(&error))
    }

    fn ended(&self) -> Refused {
        Refused::BadCredential(self.texts.sign_in_ended().to_owned().into())
    }
}

#[async_trait]
impl Gate for Porter {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        if request.headers.contains_key(AUTHORIZATION) {
            return Err(Refused::BadCredential(self.texts.no_tokens_here().to_owned().into()));
        }
        let entered = match self.cookies.read(self.way(request), &request.headers) {
            Found::Nothing => return Err(Refused::Nobody),
            Found::Void => return Err(self.ended()),
            Found::Entered(entered) => entered,
        };
        let age = self.ports.clock().now() - entered.at;
        if age >= self.lasts || age < -SET_BACK {
            return Err(self.ended());
        }
        let user = self.find(&entered.name).await?;
        let user = user.filter(|user| self.mark(user) == entered.mark);
        let user = user.ok_or_else(|| self.ended())?;
        match self.not_allowed(&user) {
            Some(why) => Err(Refused::NotAllowed(why.into())),
            None => Ok(visitor(user, entered.session)),
        }
    }
}

fn visitor(user: User, session: String) -> Visitor {
    Visitor::new(user.id, user.name, user.role, Credential::Ambient, session)
}

/// A name as people type it, in one spelling.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

fn unavailable(error: &UsersError) -> Refused {
    // A file tells the log itself, and once.
    if let UsersError::Other(_) = error {
        tracing::error!("{error}");
    }
    Refused::Unavailable
}
