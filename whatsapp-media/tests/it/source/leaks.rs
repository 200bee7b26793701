//! No link, token, path or name of a file appears in an error, a `Debug` or a log line.

use std::error::Error;
use std::fmt::{Debug, Write};
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use whatsapp_core::attachment::Place;
use whatsapp_core::port::AttachmentSource;
use whatsapp_media::{Cloud, CloudTokenError, CloudTokens, Sources};

use crate::log::Log;

use super::support::{IMPATIENCE, PDF, Play, Server, answer, pdf, redirect};

const SECRETS: [&str; 4] = ["canary", "INV-7", "127.0.0.1", "invalid/"];

#[derive(Debug)]
struct Tokens;

#[async_trait]
impl CloudTokens for Tokens {
    async fn access_token(&self, cloud: Cloud) -> Result<Option<SecretString>, CloudTokenError> {
        match cloud {
            Cloud::GoogleDrive => Ok(Some("canary-token".into())),
            _ => Err(CloudTokenError::new("no canary for INV-7")),
        }
    }
}

/// Everything that can be shown of a result.
fn show<T: Debug, E: Error>(all: &mut String, result: &Result<T, E>) {
    writeln!(all, "{result:?} {result:#?}").unwrap();
    if let Err(error) = result {
        let mut cause: Option<&dyn Error> = Some(error);
        while let Some(found) = cause {
            writeln!(all, " {found} {found:?}").unwrap();
            cause = found.source();
        }
    }
}

/// Answers that repeat secrets.
fn play(request: &str) -> Play {
    let said = "Content-Disposition: attachment; filename=canary-INV-7.pdf\r\nX: canary\r\n";
    let part = |part: &str| request.contains(part);
    match () {
        () if part("/ok/") => answer(200, said, PDF),
        () if part("/on/") => redirect("https://canary.invalid/INV-7.pdf"),
        () if part("/in/") => redirect("https://127.0.0.1:1/canary/INV-7.pdf"),
        () if part("/page/") => answer(200, "Content-Type: text/html\r\n", b"canary INV-7"),
        () if part("/cut/") => {
            Play::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nINV-7".to_vec())
        }
        () if part("/noise/") => Play::Say(b"canary INV-7\r\n\r\n".to_vec()),
        () if part("/stall/") => Play::Stall(Vec::new()),
        () if part("/404/") => answer(404, said, b"no canary INV-7"),
        () if part("alt=media") => answer(500, said, b"canary-token"),
        () if part("/drive/") => answer(200, "", br#"{"name":"canary-INV-7.pdf","size":"5"}"#),
        () => pdf(),
    }
}

#[tokio::test]
async fn nothing_of_links_tokens_paths_and_names_is_ever_shown() {
    let log = Log::of_process();
    let server = Server::start(play).await;
    let disk = tempfile::tempdir().unwrap();
    let root = disk.path().join("canary");
    std::fs::create_dir(&root).unwrap();
    let builder = Sources::builder()
        .folder(&root)
        .allow(server.address.to_string())
        .allow("canary.invalid:443")
        .cloud_tokens(Arc::new(Tokens))
        .google_interface(server.link(""))
        .silence(IMPATIENCE);
    let mut all = format!("{builder:?} {builder:#?}");
    let sources = builder.build().unwrap();
    write!(all, "{sources:?} {sources:#?}").unwrap();

    let kinds = ["ok", "on", "in", "page", "cut", "noise", "stall", "404"];
    let mut links: Vec<_> = kinds
        .iter()
        .map(|kind| server.link(&format!("/{kind}/canary/INV-7.pdf?k=canary")))
        .collect();
    links.extend(
        [
            "https://canary.invalid/INV-7.pdf",
            "https://127.0.0.1/canary/INV-7.pdf",
            "https://canary@files.example/INV-7.pdf",
            "https://files.example:99/canary/INV-7.pdf",
            "canary INV-7.pdf",
            "https://drive.google.com/file/d/canary-INV-7/view",
            "https://drive.google.com/drive/folders/canary-INV-7",
            "https://1drv.ms/b/s!canary",
        ]
        .map(str::to_owned),
    );
    let mut places: Vec<_> = links.into_iter().map(Place::Link).collect();
    places.extend(
        ["canary/INV-7.pdf", "/canary/INV-7.pdf", "../INV-7.pdf"].map(|p| Place::Path(p.into())),
    );
    places.push(Place::Key("canary/INV-7.pdf".into()));
    for place in places {
        show(&mut all, &sources.read(&place).await);
    }
    show(&mut all, &Sources::builder().allow("canary").build());
    show(&mut all, &Sources::builder().google_interface("canary").build());

    let log = log.text();
    let ours: String = log.lines().filter(|line| line.contains("whatsapp_media")).collect();
    assert!(ours.contains("a link's server answered"), "the log holds what there is to say");
    for secret in SECRETS {
        assert!(!ours.contains(secret), "{secret} in a log line: {ours}");
        assert!(!all.contains(secret), "{secret} in a result: {all}");
    }
    for secret in ["canary-token", "INV-7.pdf"] {
        assert!(!log.contains(secret), "{secret} in a library's log line");
    }
}
