//! The gate of this sign-in: by the cookie, by a password, or by a link.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::ConnectInfo;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac as _;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use whatsapp_core::Ports;
use whatsapp_core::port::random;

use super::SignIn;
use super::cookie::{Cookies, Entered};
use super::known::KnownBrowsers;
use super::once::Links;
use super::password::is_right;
use super::sealed::{Found, SET_BACK};
use super::throttle::Tries;
use super::users::{User, Users, UsersError};
use super::way::Way;
use crate::gate::{Credential, Gate, Refused, Role, Visitor};
use crate::secret::ConsoleSecret;
use crate::words::Texts;

/// Concurrency of password tries: each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 2;

/// Number of further tries that may wait.
const IN_LINE: usize = 16;

/// The gate of a console behind its own sign-in.
#[derive(Debug)]
pub(crate) struct Porter {
    users: Arc<dyn Users>,
    cookies: Cookies,
    browsers: KnownBrowsers,
    links: Links,
    tries: Tries,
    at_work: Arc<Semaphore>,
    in_line: Arc<Semaphore>,
    proxies: u8,
    lasts: TimeDelta,
    secret: ConsoleSecret,
    public_origin: Option<String>,
    texts: Arc<dyn Texts>,
    ports: Ports,
}

/// Result of trying to sign in.
#[derive(Debug)]
pub(crate) enum Tried {
    /// The visitor, and the headers that keep the sign-in and make the browser known.
    In(Box<(Visitor, [HeaderValue; 2])>),
    /// The name, the password or the link is wrong.
    Wrong,
    /// Everything is right, and the person may not enter, for this reason.
    Not(String),
    /// Too many tries: the next one is possible after this time.
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
            browsers: KnownBrowsers::new(&sign_in.cookie, secret),
            links: Links::default(),
            tries: Tries::default(),
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

    /// Makes the token of a link that signs this person in, once.
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

    /// Tries a name and a password, in a browser with these cookies. Nobody can tell a name that is
    /// not there from a wrong password: neither by the answer nor by the time that it takes.
    pub(crate) async fn by_password(
        &self,
        name: &str,
        password: SecretString,
        from: Option<IpAddr>,
        way: Way,
        cookies: &HeaderMap,
    ) -> Result<Tried, Refused> {
        let name = plain(name);
        let Ok(in_line) = self.in_line.clone().try_acquire_owned() else { return Ok(Tried::Busy) };
        let known = self.known(&name, way, cookies).await?;
        // The try is counted before it is made, so that hanging up saves no try.
        let counted = match self.tries.count(&name, from, known, self.ports.clock().monotonic()) {
            Ok(counted) => counted,
            Err(wait) => return Ok(Tried::Wait(wait)),
        };
        let user = self.find(&name).await.inspect_err(|_| counted.give_back())?;
        let at_work = self.at_work.clone().acquire_owned().await;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let tried = tokio::task::spawn_blocking(move || {
            let is_right = is_right(hash.as_ref(), &password);
            // A browser that hangs up meanwhile makes no room for another try.
            drop((at_work, in_line));
            is_right
        });
        let is_right = tried.await.map_err(|_| Refused::Unavailable)?;
        let Some(user) = user.filter(|_| is_right) else {
            tracing::warn!("a sign-in was refused: the name or the password is wrong");
            return Ok(Tried::Wrong);
        };
        counted.give_back();
        Ok(self.let_in(name, user, way, self.ports.clock().now()))
    }

    /// The browser's id, if this person signed in there under today's password.
    async fn known(
        &self,
        name: &str,
        way: Way,
        cookies: &HeaderMap,
    ) -> Result<Option<String>, Refused> {
        let now = self.ports.clock().now();
        let Some(known) = self.browsers.read(way, name, cookies, now) else { return Ok(None) };
        let user = self.find(name).await?;
        let is_todays = user.is_some_and(|user| self.password_mark(&user) == known.mark);
        Ok(is_todays.then_some(known.id))
    }

    /// Ends all sign-ins of a visitor.
    pub(crate) async fn end(&self, visitor: &Visitor) -> Result<(), Refused> {
        self.users.end_visits(&visitor.user).await.map_err(|error| unavailable(&error))
    }

    /// The header that takes the cookie away.
    pub(crate) fn unset(&self, way: Way) -> Option<HeaderValue> {
        self.cookies.unset(way)
    }

    /// Address of a request: the one that asked the outermost of the host's proxies, or the one
    /// that asked the host itself.
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
        let known = self.browsers.set(way, &name, &self.password_mark(&user), at, entropy);
        let entered = Entered { name, at, mark: self.mark(&user), session };
        match (self.cookies.set(way, &entered, self.lasts, entropy), known) {
            (Some(cookie), Some(known)) => {
                Tried::In(Box::new((visitor(user, entered.session), [cookie, known])))
            }
            _ => Tried::Wrong,
        }
    }

    /// Reason why a known person may not enter.
    fn not_allowed(&self, user: &User) -> Option<String> {
        if !user.is_active {
            return Some(self.texts.account_off().to_owned());
        }
        (user.role < Role::Manager).then(|| self.texts.for_managers_alone().to_owned())
    }

    /// Code of the password and the generation: another one ends a sign-in. It has the hash in it,
    /// so that the same name in other users' file is somebody else.
    fn mark(&self, user: &User) -> String {
        let hash = user.password.as_ref().map_or("", |hash| hash.expose());
        let generation = user.generation.to_string();
        let mac = self.secret.over(&["sign-in", user.id.as_str(), hash, &generation]);
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Code of the password. A sign-out does not change it, so that the browser stays known.
    fn password_mark(&self, user: &User) -> String {
        let hash = user.password.as_ref().map_or("", |hash| hash.expose());
        let mac = self.secret.over(&["known", user.id.as_str(), hash]);
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
            Found::Told(entered) => entered,
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

/// A name in one spelling, whatever people type.
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
