//! Attached files: read from the data folder or a link, kept in a folder beside the database, and
//! served on this machine, so that a gateway on this machine can fetch them.
//!
//! A real shop does the same, with a web server that the gateway on the internet can reach, or an
//! object store. The links are the only credentials: nobody can guess one, and each has an end.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use whatsapp_core::port::{Clock, FetchLog, SystemEntropy};
use whatsapp_media::{LinkSecret, Sources, StoredMedia};

/// Reads the PDFs that the table of invoices names: files in the data folder, and links.
pub(crate) fn sources(data: &Path) -> Result<Arc<Sources>> {
    let sources = Sources::builder().folder(data).build();
    Ok(Arc::new(sources.with_context(|| format!("{} cannot be read", data.display()))?))
}

/// Keeps copies beside the database and serves them until the program ends. Folder and secret stay,
/// and so does the port if it is free: the links of messages that wait for a retry work after a
/// restart too. `log` keeps who fetched what.
pub(crate) async fn serve(
    database: &Path,
    clock: Arc<dyn Clock>,
    log: Arc<dyn FetchLog>,
) -> Result<Arc<StoredMedia>> {
    let [folder, note, secret] =
        ["files", "port", "secret"].map(|end| database.with_extension(end));
    let unusable = |path: &Path| format!("{} cannot be used", path.display());
    let secret = LinkSecret::kept_in(&secret, &SystemEntropy).with_context(|| unusable(&secret))?;
    let listener = listen(&note).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let media = StoredMedia::on_disk(&folder, &address, secret)
        .with_context(|| unusable(&folder))?
        .with_clock(clock);
    let app = media.router(log);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Arc::new(media))
}

/// Listens where the note says, or on any free port and notes it.
async fn listen(note: &Path) -> Result<TcpListener> {
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
