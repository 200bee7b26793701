//! The console, and how a host puts it together.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use tokio::sync::watch;
use tower::ServiceBuilder;
use whatsapp_core::festival::Place;
use whatsapp_core::port::random;
use whatsapp_core::{Bulks, Campaigns, Desk, Messenger, Planner, Ports};

use crate::api::cors::Origins;
use crate::api::send::key::InHand;
use crate::cache::Cache;
use crate::coming::Foretold;
use crate::gate::Gate;
use crate::inner::Inner;
use crate::route::Route;
use crate::routes;
use crate::secret::ConsoleSecret;
#[cfg(feature = "sign-in")]
use crate::sign_in::{Porter, SignIn};
use crate::soon::in_time;
use crate::words::{English, Texts};
use crate::work::Work;

/// The console. Clones are handles to the same console.
#[derive(Debug, Clone)]
pub struct Console {
    inner: Arc<Inner>,
}

impl Console {
    /// Starts building a console over these adapters, behind this gate: without a gate
    /// there is none.
    pub fn builder(ports: Ports, gate: Arc<dyn Gate>) -> ConsoleBuilder {
        Self::behind(ports, Keeper::Host(gate))
    }

    /// Starts building a console over these adapters, behind a sign-in of its own.
    #[cfg(feature = "sign-in")]
    pub fn behind_sign_in(ports: Ports, sign_in: SignIn) -> ConsoleBuilder {
        Self::behind(ports, Keeper::SignIn(sign_in))
    }

    fn behind(ports: Ports, keeper: Keeper) -> ConsoleBuilder {
        ConsoleBuilder {
            ports,
            keeper,
            name: "WhatsApp".to_owned(),
            public_origin: None,
            public_path: None,
            secret: None,
            origins: Vec::new(),
            planner: None,
            places: vec![Place::INDIA],
            texts: Arc::new(English),
        }
    }

    /// Mounts the console in the host's router under a path, such as `/console`; the first page
    /// is found there with or without a trailing slash. At `/` the console answers what the
    /// host does not.
    ///
    /// # Panics
    /// If the host's router has a route under this path already, as axum does.
    pub fn mount(&self, host: Router, path: &str) -> Router {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return host.fallback_service(self.router());
        }
        // A nested router does not answer its own path with a trailing slash.
        let at_root = |mut request: Request| {
            *request.uri_mut() = Uri::from_static("/");
            request
        };
        let with_slash = ServiceBuilder::new().map_request(at_root).service(self.router());
        host.nest(path, self.router()).route_service(&format!("{path}/"), with_slash)
    }

    /// Returns the console's router alone, for a host that nests it in its own way.
    pub fn router(&self) -> Router {
        routes::router(&self.inner)
    }

    /// Router of the two functions of the specification, `whatsapp-send` and `whatsapp-retry`. A
    /// host mounts it where a Supabase front end looks for them:
    /// `router.nest("/functions/v1", console.functions())`. They are under the console's own
    /// `api/` too.
    pub fn functions(&self) -> Router {
        routes::functions(&self.inner)
    }

    /// Lists every address of the console and who may come there.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        routes::table(&self.inner).into_iter().map(|entry| entry.route).collect()
    }

    /// Makes an address, from the console's root, that signs the person of this name in once,
    /// within the time that `lasts` gives. It is given to that person with the console's own
    /// address before it. `None` where the host has its own gate.
    ///
    /// The page there has a button, so that a program that opens links beforehand does not use the
    /// link up. A restart forgets the link.
    #[cfg(feature = "sign-in")]
    #[must_use]
    pub fn sign_in_link(&self, name: &str, lasts: chrono::TimeDelta) -> Option<String> {
        let porter = self.inner.porter.as_ref()?;
        Some(format!("sign-in?link={}", porter.link(name, lasts)))
    }

    /// Ends the streams of events, so that a server which waits for its connections can stop,
    /// and waits for the work under way, for half a minute at most. Call it when the server
    /// begins to stop.
    pub async fn stop(&self) {
        self.inner.stop.send_replace(true);
        self.inner.work.end().await;
    }
}

/// The gate that decides who may enter: the host's, or the console's own sign-in.
#[derive(Debug)]
enum Keeper {
    Host(Arc<dyn Gate>),
    #[cfg(feature = "sign-in")]
    SignIn(SignIn),
}

/// Builder of a [`Console`].
#[derive(Debug)]
#[must_use]
pub struct ConsoleBuilder {
    ports: Ports,
    keeper: Keeper,
    name: String,
    public_origin: Option<String>,
    public_path: Option<String>,
    secret: Option<ConsoleSecret>,
    origins: Vec<String>,
    planner: Option<Arc<Planner>>,
    places: Vec<Place>,
    texts: Arc<dyn Texts>,
}

impl ConsoleBuilder {
    /// Sets the console's name: the shop's name, usually.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the origin at which browsers find the host, such as `https://shop.example`: for a host
    /// behind a proxy. Forms that come from anywhere else are refused.
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        self.public_origin = Some(origin.into());
        self
    }

    /// Sets the path under which browsers find the console. It is needed only for a proxy that
    /// strips a part of the path and may be asked for the console without a trailing slash; links
    /// are relative otherwise.
    pub fn public_path(mut self, path: impl Into<String>) -> Self {
        self.public_path = Some(path.into());
        self
    }

    /// Sets the secret of forms, and of sign-ins of the console's own. Processes that share the
    /// visitors need the same secret. Without it each process makes its own when it starts. A form
    /// that was open then has to be sent once more, and whoever was signed in signs in again.
    pub fn secret(mut self, secret: ConsoleSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Sets the other origins whose front ends may call the API and the functions, such as
    /// `https://app.shop.example`. They show a bearer token: no browser sends a cookie from there.
    pub fn cors_origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the planner that this process runs. An approval on a page wakes it; with summaries it
    /// waits some minutes for further approvals. Without it the console approves as well, and a
    /// planner elsewhere finds the approval with its next turn.
    pub fn planner(mut self, planner: Arc<Planner>) -> Self {
        self.planner = Some(planner);
        self
    }

    /// Sets the places of the business. The festivals of these places are suggested, those of the
    /// first place at first. Without a place, all of India's are suggested.
    pub fn places(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.places = places.into_iter().collect();
        self
    }

    /// Sets the texts of the pages, for another language.
    pub fn texts(mut self, texts: Arc<dyn Texts>) -> Self {
        self.texts = texts;
        self
    }

    /// Builds the console.
    ///
    /// # Errors
    /// [`ConsoleError`] for a public origin or path that cannot be used.
    pub fn build(self) -> Result<Console, ConsoleError> {
        let public_origin = self.public_origin.map(origin).transpose()?;
        let public_path = self.public_path.map(path).transpose()?;
        let origins = self.origins.into_iter().map(origin).collect::<Result<Vec<_>, _>>()?;
        let fresh = || ConsoleSecret::fresh(random(self.ports.entropy()));
        let secret = self.secret.unwrap_or_else(fresh);
        #[cfg(feature = "sign-in")]
        let (gate, porter): (Arc<dyn Gate>, _) = match self.keeper {
            Keeper::Host(gate) => (gate, None),
            Keeper::SignIn(sign_in) => {
                let (origin, texts) = (public_origin.clone(), self.texts.clone());
                let porter = Porter::new(sign_in, &secret, origin, texts, self.ports.clone());
                let porter = Arc::new(porter);
                (porter.clone(), Some(porter))
            }
        };
        #[cfg(not(feature = "sign-in"))]
        let Keeper::Host(gate) = self.keeper;
        // Ports that plan no reminders have none to be approved.
        let planner = || Planner::new(self.ports.clone()).ok().map(Arc::new);
        let planner = self.planner.or_else(planner);
        let ports = in_time(self.ports);
        let inner = Inner {
            planner,
            stop: watch::Sender::new(false),
            messenger: Messenger::new(ports.clone()),
            desk: Desk::new(ports.clone()),
            bulks: Bulks::new(ports.clone()).ok(),
            campaigns: Campaigns::new(ports.clone()).ok(),
            places: self.places,
            origins: Origins(origins),
            in_hand: InHand::default(),
            ports,
            gate,
            #[cfg(feature = "sign-in")]
            porter,
            secret,
            texts: self.texts,
            name: self.name,
            public_origin,
            public_path,
            work: Work::default(),
            cache: Cache::default(),
            foretold: Foretold::default(),
        };
        Ok(Console { inner: Arc::new(inner) })
    }
}

/// Error of [`ConsoleBuilder::build`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The public origin is not an origin, or is one of those that may call the API.
    #[error("origin: `{0}` is no origin; such as `https://shop.example` is, without a path")]
    Origin(String),
    /// The public path is not a path.
    #[error("public_path: `{0}` is no path; such as `/shop/console` is, with a slash before it")]
    Path(String),
}

/// Checks an origin as browsers write it.
fn origin(given: String) -> Result<String, ConsoleError> {
    match url::Url::parse(&given) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.origin().ascii_serialization() == given.trim_end_matches('/') =>
        {
            Ok(url.origin().ascii_serialization())
        }
        _ => Err(ConsoleError::Origin(given)),
    }
}

/// Checks a path and takes its trailing slash away.
fn path(given: String) -> Result<String, ConsoleError> {
    let path = given.trim_end_matches('/');
    let is_path = path.is_empty() || path.starts_with('/') && !path.starts_with("//");
    if is_path && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\".contains(&byte)) {
        return Ok(path.to_owned());
    }
    Err(ConsoleError::Path(given))
}
