//! Follows links safely.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap};
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect, retry};
use url::{Host, Url};
use whatsapp_core::port::SourceError;

use super::address::all_public;
use super::answer::{Answer, Reply, failure};
use super::policy::{Policy, Target};
use super::resolve::Resolver;

/// Maximum number of redirects.
const MOST_REDIRECTS: usize = 3;

/// The refusal of a link with too many redirects.
pub(super) const TOO_FAR: &str = "the link leads on to other links more than 3 times";

/// Timeout for opening a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches the files of links. It never connects to an address that the policy has not checked.
pub(super) struct Web {
    pub(super) policy: Policy,
    pub(super) resolver: Arc<dyn Resolver>,
    /// Timeout for a server that sends nothing.
    pub(super) silence: Duration,
    /// Certificates that are trusted for servers that the host has allowed, beside the system's.
    pub(super) roots: Vec<Certificate>,
}

/// A request for a link.
pub(super) struct Request<'a> {
    pub(super) link: &'a str,
    /// Headers for the server that the link names, and for no other.
    pub(super) credentials: Option<&'a HeaderMap>,
    /// True if the credentials are the host's own, and not anybody's.
    pub(super) signed_in: bool,
    /// A JSON text to post to the server that the link names, and to no other.
    pub(super) body: Option<&'static str>,
    /// Maximum size of the answer, in bytes.
    pub(super) most: u64,
}

/// Result of following a link.
pub(super) enum Followed {
    File(Reply),
    /// The link redirects to this one, which was not requested.
    Stopped(Url),
}

impl<'a> Request<'a> {
    /// A request for a link as anybody, for at most `most` bytes.
    pub(super) const fn plain(link: &'a str, most: u64) -> Self {
        Self { link, credentials: None, signed_in: false, body: None, most }
    }

    /// A request for a link with the host's own account.
    pub(super) const fn signed_in(link: &'a str, credentials: &'a HeaderMap, most: u64) -> Self {
        Self { credentials: Some(credentials), signed_in: true, ..Self::plain(link, most) }
    }
}

impl Web {
    /// Fetches the file of a link.
    pub(super) async fn fetch(&self, request: Request<'_>) -> Result<Reply, SourceError> {
        match self.follow(request, |_| false).await? {
            Followed::File(reply) => Ok(reply),
            Followed::Stopped(_) => Err(SourceError::refused(TOO_FAR)),
        }
    }

    /// Fetches the file of a link, unless a redirect leads to a link at which to stop.
    ///
    /// Each server of a redirect is checked like the server of a given link. It gets a client of
    /// its own, which knows the checked addresses and cannot look up others.
    pub(super) async fn follow(
        &self,
        request: Request<'_>,
        stops_at: impl Fn(&Url) -> bool + Send,
    ) -> Result<Followed, SourceError> {
        let first = self.policy.check(None, request.link)?;
        let given = first.url.clone();
        let mut credentials = request.credentials;
        let mut body = request.body;
        let mut anybody = true;
        let mut target = first;
        for _ in 0..=MOST_REDIRECTS {
            // Once a redirect leaves the server that the credentials are for, they are never sent
            // again.
            credentials = credentials.filter(|_| target.url.origin() == given.origin());
            let addresses = self.addresses(&target).await?;
            anybody &= !target.allowed && all_public(&addresses);
            let response = self.ask(&target, &addresses, credentials, body.take()).await?;
            match Answer::of(response, request.signed_in)? {
                Answer::GoTo(link) => {
                    target = self.policy.check(Some(&target.url), &link)?;
                    if stops_at(&target.url) {
                        return Ok(Followed::Stopped(target.url));
                    }
                }
                Answer::File(file) => {
                    let reply = file.read(&given, &target.url, request.most, anybody).await?;
                    return Ok(Followed::File(reply));
                }
            }
        }
        Err(SourceError::refused(TOO_FAR))
    }

    /// Returns the addresses of a target, looked up once and checked.
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

    /// A client that makes exactly one HTTP request of each request: no redirect, no retry, no
    /// proxy, no Referer, no cookie, no compression.
    pub(super) fn client(&self, allowed: bool) -> ClientBuilder {
        let builder = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            // This holds also if the host's own code switches them on for every client of the
            // program.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .https_only(!allowed)
            .connect_timeout(CONNECT_TIMEOUT.min(self.silence))
            .read_timeout(self.silence)
            .pool_max_idle_per_host(0);
        // Otherwise the signer of the host's own servers could sign for any server.
        if allowed { builder.tls_certs_merge(self.roots.iter().cloned()) } else { builder }
    }

    /// Makes one request to these addresses and no others.
    async fn ask(
        &self,
        target: &Target,
        addresses: &[IpAddr],
        credentials: Option<&HeaderMap>,
        body: Option<&'static str>,
    ) -> Result<Response, SourceError> {
        let mut builder = self.client(target.allowed);
        if let Some(Host::Domain(name)) = target.url.host() {
            // The port is the URL's, whatever value is here.
            let pinned: Vec<_> = addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            builder = builder.resolve_to_addrs(name, &pinned);
        }
        let client = builder.build().map_err(|_| {
            SourceError::unreachable(
                "no link can be followed: are there trusted certificates on this machine?",
            )
        })?;
        let url = target.url.clone();
        let request = match body {
            None => client.get(url),
            Some(body) => client.post(url).header(CONTENT_TYPE, "application/json").body(body),
        };
        let request = request.header(ACCEPT_ENCODING, "identity");
        let request = match credentials {
            Some(credentials) => request.headers(credentials.clone()),
            None => request,
        };
        request.send().await.map_err(|error| failure(&error))
    }
}

/// A place below a base, such as `https://graph.microsoft.com`, with these path parts and this
/// query.
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
