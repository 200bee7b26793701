//! Shared files of cloud drives: read as anybody, and with the host's own access.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use secrecy::SecretString;
use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::port::SourceError;
use whatsapp_media::{Cloud, CloudTokenError, CloudTokens, Sources, SourcesBuilder};

use super::names::Names;
use super::support::{IMPATIENCE, PDF, Play, Server, answer, pdf, read, redirect};

const DRIVE: &str = "https://drive.google.com/file/d/1a2B3c-D_4/view?resourcekey=0-x_Y";
const ONEDRIVE: &str = "https://shop-my.sharepoint.com/:b:/g/personal/asha_shop_example/EaBc?e=x";

/// Returns this token for every drive.
#[derive(Debug)]
struct Tokens(Result<Option<&'static str>, ()>);

#[async_trait]
impl CloudTokens for Tokens {
    async fn access_token(&self, _: Cloud) -> Result<Option<SecretString>, CloudTokenError> {
        let token = self.0.map_err(|()| CloudTokenError::new("the vault is closed"))?;
        Ok(token.map(SecretString::from))
    }
}

fn with_access(servers: &[&Server]) -> SourcesBuilder {
    let interface = servers[0].link("");
    let builder = Sources::builder()
        .cloud_tokens(Arc::new(Tokens(Ok(Some("canary-token")))))
        .google_interface(&interface)
        .google_documents(&interface)
        .microsoft_interface(interface)
        .silence(IMPATIENCE);
    servers.iter().fold(builder, |b, server| b.allow(server.address.to_string()))
}

fn json(body: &str) -> Play {
    answer(200, "Content-Type: application/json; charset=UTF-8\r\n", body.as_bytes())
}

/// Answers the first request with the first play and so on, and all later ones with the last.
async fn plays(plays: Vec<Play>) -> Server {
    let plays = Mutex::new(plays.into_iter());
    let last = Mutex::new(pdf());
    Server::start(move |_| {
        let mut last = last.lock().unwrap();
        if let Some(next) = plays.lock().unwrap().next() {
            *last = next;
        }
        last.clone()
    })
    .await
}

fn line(request: &str) -> &str {
    request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1")
}

#[tokio::test]
async fn a_file_in_google_drive_is_read_with_the_hosts_access() {
    let about = r#"{"name":"INV 7.pdf","mimeType":"application/pdf","size":"36"}"#;
    let server = plays(vec![json(about), pdf()]).await;
    let sources = with_access(&[&server]).build().unwrap();
    let found = read(&sources, DRIVE).await.unwrap();
    assert_eq!((found.bytes.as_slice(), found.name.as_deref()), (PDF, Some("INV 7.pdf")));
    assert_eq!(found.content_type.as_deref(), Some("application/pdf"));
    assert!(!found.as_given);
    let requests = server.requests();
    let file = "/drive/v3/files/1a2B3c-D_4";
    let about = format!("GET {file}?fields=name%2CmimeType%2Csize&supportsAllDrives=true");
    assert_eq!(line(&requests[0]), about);
    assert_eq!(line(&requests[1]), format!("GET {file}?alt=media&supportsAllDrives=true"));
    for request in &requests {
        assert!(request.contains("authorization: Bearer canary-token\r\n"), "{request}");
        assert!(request.contains("x-goog-drive-resource-keys: 1a2B3c-D_4/0-x_Y\r\n"), "{request}");
    }
}

#[tokio::test]
async fn a_document_made_in_google_drive_is_given_out_as_pdf() {
    let about = r#"{"name":"Offer v1.2","mimeType":"application/vnd.google-apps.document"}"#;
    let server = plays(vec![json(about), pdf()]).await;
    let sources = with_access(&[&server]).build().unwrap();
    let link = "https://docs.google.com/document/d/1a2B3c/edit";
    let found = read(&sources, link).await.unwrap();
    assert_eq!(found.name.as_deref(), Some("Offer v1.2.pdf"));
    let export = "GET /drive/v3/files/1a2B3c/export?mimeType=application%2Fpdf";
    assert_eq!(line(&server.requests()[1]), export);
}

#[tokio::test]
async fn a_tab_of_a_spreadsheet_is_read_with_the_hosts_access() {
    let about = r#"{"name":"Bills","mimeType":"application/vnd.google-apps.spreadsheet"}"#;
    let server = plays(vec![json(about), pdf()]).await;
    let sources = with_access(&[&server]).build().unwrap();
    let link = "https://docs.google.com/spreadsheets/d/1a2B3c/edit#gid=7";
    let found = read(&sources, link).await.unwrap();
    assert_eq!(found.name.as_deref(), Some("Bills.pdf"));
    let export = "GET /spreadsheets/d/1a2B3c/export?format=pdf&gid=7";
    assert_eq!(line(&server.requests()[1]), export);
    assert!(server.requests()[1].contains("authorization: Bearer canary-token\r\n"));
}

#[tokio::test]
async fn a_file_in_onedrive_is_read_with_the_hosts_access_which_goes_nowhere_else() {
    let elsewhere = Arc::new(Mutex::new(String::new()));
    let target = elsewhere.clone();
    let storage = Server::start(move |request| {
        if request.starts_with("GET /back ") { redirect(&target.lock().unwrap()) } else { pdf() }
    })
    .await;
    for (path, requests) in [("/file", 2), ("/back", 3)] {
        let about = json(r#"{"name":"INV-7.pdf","size":36,"file":{"mimeType":"application/pdf"}}"#);
        let graph = plays(vec![about, redirect(&storage.link(path)), pdf()]).await;
        *elsewhere.lock().unwrap() = graph.link("/third");
        let sources = with_access(&[&graph, &storage]).build().unwrap();
        let found = read(&sources, ONEDRIVE).await.unwrap();
        assert_eq!((found.bytes.as_slice(), found.name.as_deref()), (PDF, Some("INV-7.pdf")));
        assert!(!found.as_given);

        let with_token = |request: &String| request.to_ascii_lowercase().contains("authorization");
        let to_graph = graph.requests();
        assert_eq!(to_graph.len(), requests);
        let share = "u!aHR0cHM6Ly9zaG9wLW15LnNoYXJlcG9pbnQuY29tLzpiOi9nL3BlcnNvbmFsL2FzaGFfc2hvcF9leGFtcGxlL0VhQmM_ZT14";
        let item = format!("GET /v1.0/shares/{share}/driveItem");
        assert_eq!(line(&to_graph[0]), format!("{item}?%24select=name%2Csize%2Cfolder"));
        assert_eq!(line(&to_graph[1]), format!("{item}/content"));
        assert!(to_graph[..2].iter().all(with_token));
        // Not even if it is led back: the server that redirected there chose the request.
        assert!(!to_graph[2..].iter().any(with_token));
        assert!(!storage.requests().iter().any(with_token));
    }
}

#[tokio::test]
async fn what_a_drive_says_about_a_file_is_enough_to_refuse_it() {
    for (link, about, refused) in [
        (DRIVE, r#"{"name":"a.pdf","size":"10485761"}"#, InvalidAttachment::TooLarge.into()),
        (ONEDRIVE, r#"{"name":"a.pdf","size":10485761}"#, InvalidAttachment::TooLarge.into()),
        (
            ONEDRIVE,
            r#"{"name":"bills","size":5,"folder":{"childCount":2}}"#,
            SourceError::refused(
                "the link leads to a folder of a cloud drive: share the file itself",
            ),
        ),
    ] {
        let server = plays(vec![json(about)]).await;
        let sources = with_access(&[&server]).build().unwrap();
        assert_eq!(read(&sources, link).await, Err(refused), "{about}");
        assert_eq!(server.requests().len(), 1, "{about}");
    }
}

#[tokio::test]
async fn a_drives_refusals_say_whether_waiting_helps() {
    for (play, transient) in [
        (answer(401, "", b"{}"), true),
        (answer(403, "", b"{}"), false),
        (answer(404, "", b"{}"), false),
        (answer(429, "", b"{}"), true),
        (answer(503, "", b"{}"), true),
        (json("no json"), true),
        (json(&" ".repeat(100_000)), true),
        (answer(200, "Content-Type: text/html\r\n", b"<html>"), true),
    ] {
        for link in [DRIVE, ONEDRIVE] {
            let server = plays(vec![play.clone()]).await;
            let sources = with_access(&[&server]).build().unwrap();
            let error = read(&sources, link).await.unwrap_err();
            assert_eq!(error.is_transient(), transient, "{play:?}: {error}");
        }
    }
    let closed = Sources::builder().cloud_tokens(Arc::new(Tokens(Err(())))).build().unwrap();
    assert!(read(&closed, DRIVE).await.unwrap_err().is_transient());
    let broken = Sources::builder().cloud_tokens(Arc::new(Tokens(Ok(Some("a\r\nb"))))).build();
    assert!(!read(&broken.unwrap(), DRIVE).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn without_access_a_file_is_asked_for_where_anybody_downloads_it() {
    for (link, host) in [
        (DRIVE, "drive.usercontent.google.com"),
        (ONEDRIVE, "shop-my.sharepoint.com"),
        ("https://1drv.ms/b/c/0a1b2c/IQC", "api-badgerp.svc.ms"),
        ("https://1drv.ms/b/s!AbC", "api-badgerp.svc.ms"),
        ("https://www.dropbox.com/s/1a2b/INV-7.pdf?dl=0", "www.dropbox.com"),
        ("https://drive.google.com.evil.example/file/d/1a2B/view", "drive.google.com.evil.example"),
    ] {
        for tokens in [None, Some(Tokens(Ok(None)))] {
            let names = Arc::new(Names::default());
            let mut builder = Sources::builder().resolver(names.clone());
            if let Some(tokens) = tokens {
                builder = builder.cloud_tokens(Arc::new(tokens));
            }
            let error = read(&builder.build().unwrap(), link).await.unwrap_err();
            assert!(error.is_transient(), "{link}: {error}");
            assert_eq!(names.asked(), [host], "{link}");
        }
    }
}
