//! Attached files: read from the data folder or a link, kept in a folder beside the database, and
//! served from this machine, so that a gateway can fetch them.
//!
//! A gateway on this machine fetches them from 127.0.0.1. A gateway elsewhere needs a public
//! address (`--public-url`) that leads here. The links are the only credentials: nobody can guess
//! one, and each has an end.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use url::Url;
use whatsapp_core::port::{Clock, FetchLog, SystemEntropy};
use whatsapp_media::{LinkSecret, Sources, StoredMedia};

/// Ways to serve files, with their addresses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Serving<'a> {
    /// Serves programs on this machine, on any port.
    Here,
    /// Serves on this address, to which the public one leads.
    Public { url: &'a Url, listen: SocketAddr },
}

/// Reads the PDFs that the table of invoices names: files in the data folder, and links.
pub(crate) fn sources(data: &Path) -> Result<Arc<Sources>> {
    let sources = Sources::builder().folder(data).build();
    Ok(Arc::new(sources.with_context(|| format!("{} cannot be read", data.display()))?))
}

/// Keeps copies beside the database and serves them until the program ends. Folder and secret stay,
/// and so does the port if it is free: the links of messages that wait for a retry work after a
/// restart too. `log` keeps a record of each fetch.
pub(crate) async fn serve(
    database: &Path,
    serving: Serving<'_>,
    clock: Arc<dyn Clock>,
    log: Arc<dyn FetchLog>,
) -> Result<Arc<StoredMedia>> {
    let [folder, note, secret] =
        ["files", "port", "secret"].map(|end| database.with_extension(end));
    let unusable = |path: &Path| format!("{} cannot be used", path.display());
    let secret = LinkSecret::kept_in(&secret, &SystemEntropy).with_context(|| unusable(&secret))?;
    let (listener, address, path) = match serving {
        Serving::Here => {
            let listener = listen_here(&note).await?;
            let address = format!("http://{}", listener.local_addr()?);
            (listener, address, "")
        }
        Serving::Public { url, listen } => {
            let listener = TcpListener::bind(listen)
                .await
                .with_context(|| format!("--listen {listen} cannot be opened"))?;
            (listener, url.as_str().trim_end_matches('/').to_owned(), url.path())
        }
    };
    let media = StoredMedia::on_disk(&folder, &address, secret)
        .with_context(|| format!("{} or the address {address} cannot be used", folder.display()))?
        .with_clock(clock);
    // A proxy in front may hand the address's path on, or cut it off.
    let mut app = axum::Router::new();
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        app = app.nest(path, media.router(log.clone()));
    }
    let app = app.merge(media.router(log));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Arc::new(media))
}

/// Listens on the port in the note, or on any free port, which it notes.
async fn listen_here(note: &Path) -> Result<TcpListener> {
    let port = std::fs::read_to_string(note).ok().and_then(|port| port.parse().ok());
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no port of 127.0.0.1 can be opened")?,
    };
    std::fs::write(note, listener.local_addr()?.port().to_string())
        .with_context(|| format!("{} cannot be written", note.display()))?;
    Ok(listener)
}
