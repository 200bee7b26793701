//! Following links safely.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap};
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect, retry};
use url::{Host, Url};
use whatsapp_core::port::SourceError;

use super::address::all_public;
use super::answer::{Answer, Reply, failure};
use super::policy::{Policy, Target};
use super::resolve::Resolver;

/// How often a link may lead on to another one.
const MOST_REDIRECTS: usize = 3;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches what links lead to. It never connects to an address that the policy has not seen.
pub(super) struct Web {
    pub(super) policy: Policy,
    pub(super) resolver: Arc<dyn Resolver>,
    /// How long a server may say nothing.
    pub(super) silence: Duration,
    /// Whom servers that the host has allowed may be vouched for by, beside the system's.
    pub(super) roots: Vec<Certificate>,
}

/// What is asked of the web.
pub(super) struct Request<'a> {
    pub(super) link: &'a str,
    /// Headers for the server that the link names, and for no other.
    pub(super) credentials: Option<&'a HeaderMap>,
    /// The most bytes that the answer may have.
    pub(super) most: u64,
}

impl Web {
    /// Fetches what a link leads to.
    ///
    /// Each server that it leads on to is checked as if the link had been given, and gets a client
    /// of its own, which knows the checked addresses and no way to find others.
    pub(super) async fn fetch(&self, request: Request<'_>) -> Result<Reply, SourceError> {
        let first = self.policy.check(None, request.link)?;
        let given = first.url.clone();
        let mut credentials = request.credentials;
        let mut anybody = true;
        let mut target = first;
        for _ in 0..=MOST_REDIRECTS {
            // Once away from the server that they are for, they do not come back either.
            credentials = credentials.filter(|_| target.url.origin() == given.origin());
            let addresses = self.addresses(&target).await?;
            anybody &= !target.allowed && all_public(&addresses);
            let response = self.get(&target, &addresses, credentials).await?;
            match Answer::of(response, request.credentials.is_some())? {
                Answer::GoTo(link) => target = self.policy.check(Some(&target.url), &link)?,
                Answer::File(file) => {
                    return file.read(&given, &target.url, request.most, anybody).await;
                }
            }
        }
        Err(SourceError::refused("the link leads on to other links more than 3 times"))
    }

    /// Where a target leads, looked up once and checked.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, SourceError> {
        let addresses = match target.url.host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => self.resolver.addresses(name).await.unwrap_or_default(),
            None => Vec::new(),
        };
        if addresses.is_empty() {
            return Err(SourceError::unreachable("the link's server could not be found"));
        }
        target.check_addresses(&addresses)?;
        Ok(addresses)
    }

    /// A client that makes one request of one request: no redirect, no retry, no proxy, no
    /// Referer, no cookie, no compression.
    pub(super) fn client(&self, allowed: bool) -> ClientBuilder {
        let builder = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            // Also where the host's own code switches them on for every client of the program.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .https_only(!allowed)
            .connect_timeout(CONNECT_TIMEOUT.min(self.silence))
            .read_timeout(self.silence)
            .pool_max_idle_per_host(0);
        // Otherwise whoever signs for the host's own servers could sign for everybody's.
        if allowed { builder.tls_certs_merge(self.roots.iter().cloned()) } else { builder }
    }

    /// Makes one request to these addresses and no others.
    async fn get(
        &self,
        target: &Target,
        addresses: &[IpAddr],
        credentials: Option<&HeaderMap>,
    ) -> Result<Response, SourceError> {
        let mut builder = self.client(target.allowed);
        if let Some(Host::Domain(name)) = target.url.host() {
            // The port is the URL's whatever stands here.
            let pinned: Vec<_> = addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            builder = builder.resolve_to_addrs(name, &pinned);
        }
        let client = builder.build().map_err(|_| {
            SourceError::unreachable(
                "no link can be followed: are there trusted certificates on this machine?",
            )
        })?;
        let request = client.get(target.url.clone()).header(ACCEPT_ENCODING, "identity");
        let request = match credentials {
            Some(credentials) => request.headers(credentials.clone()),
            None => request,
        };
        request.send().await.map_err(|error| failure(&error))
    }
}

/// A place under a base: `https://graph.microsoft.com` and its parts.
pub(super) fn under(base: &Url, parts: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(parts);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}
