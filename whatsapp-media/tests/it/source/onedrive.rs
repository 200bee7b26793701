//! Personal OneDrive read as anybody, and the errors for links of drives that lead to a page.

use std::sync::{Arc, Mutex};

use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::port::SourceError;
use whatsapp_media::Sources;

use super::names::Names;
use super::support::{IMPATIENCE, PDF, Server, answer, pdf, read, redirect};

const LINK: &str = "https://1drv.ms/b/c/0a1b2c3d/IQC-x_Y?e=abc";
const SHARE: &str = "u!aHR0cHM6Ly8xZHJ2Lm1zL2IvYy8wYTFiMmMzZC9JUUMteF9ZP2U9YWJj";

fn sources(server: &Server) -> Sources {
    Sources::builder()
        .onedrive_interface(server.link("/v1.0/token"), server.link("/_api/v2.0"))
        .allow(server.address.to_string())
        .silence(IMPATIENCE)
        .build()
        .unwrap()
}

fn said(request: &str) -> (&str, String) {
    let line = request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1");
    (line, request.to_ascii_lowercase())
}

/// OneDrive with one file: the `number`th token is valid once `ended` tokens have ended.
async fn onedrive(item: &'static str, ended: Arc<Mutex<usize>>) -> Server {
    let tokens = Mutex::new(0);
    Server::start(move |request| match said(request) {
        ("POST /v1.0/token", _) => {
            let mut tokens = tokens.lock().unwrap();
            *tokens += 1;
            answer(200, "", format!(r#"{{"authScheme":"badger","token":"t{tokens}"}}"#).as_bytes())
        }
        (line, all) if line.starts_with("GET /_api/") => {
            let good = *ended.lock().unwrap() + 1;
            let number = all.split("badger t").nth(1).and_then(|rest| rest.split('\r').next());
            match number.and_then(|number| number.parse::<usize>().ok()) {
                Some(number) if number >= good => {
                    let host = all.split("host: ").nth(1).and_then(|it| it.split('\r').next());
                    let item = item.replace("HOST", host.unwrap());
                    answer(200, "Content-Type: application/json\r\n", item.as_bytes())
                }
                _ => answer(401, "", b"{}"),
            }
        }
        _ => pdf(),
    })
    .await
}

const FILE: &str = r#"{"name":"INV-7.pdf","size":48,"file":{},
    "@content.downloadUrl":"http://HOST/download.aspx?tempauth=1"}"#;

#[tokio::test]
async fn a_file_is_read_with_a_token_that_names_nobody() {
    let ended = Arc::new(Mutex::new(0));
    let server = onedrive(FILE, ended.clone()).await;
    let sources = sources(&server);
    let found = read(&sources, LINK).await.unwrap();
    assert_eq!((found.bytes.as_slice(), found.name.as_deref()), (PDF, Some("INV-7.pdf")));
    assert!(!found.as_given);
    let requests = server.requests();
    let [token, about, file] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(said(token).0, "POST /v1.0/token");
    assert!(said(token).1.contains("content-type: application/json\r\n"), "{token}");
    let (line, all) = said(about);
    assert_eq!(line, format!("GET /_api/v2.0/shares/{SHARE}/driveitem"));
    assert!(all.contains("authorization: badger t1\r\n"), "{about}");
    assert!(all.contains("prefer: autoredeem\r\n"), "{about}");
    let (line, all) = said(file);
    assert_eq!(line, "GET /download.aspx?tempauth=1");
    assert!(!all.contains("authorization") && !all.contains("prefer"), "{file}");

    // The token is used until it has ended.
    let lines = |from: usize| -> Vec<String> {
        let requests = server.requests();
        requests[from..].iter().map(|r| said(r).0.split(' ').next().unwrap().to_owned()).collect()
    };
    read(&sources, "https://1drv.ms/b/s!AbC").await.unwrap();
    assert_eq!(lines(3), ["GET", "GET"]);
    *ended.lock().unwrap() = 1;
    read(&sources, LINK).await.unwrap();
    assert_eq!(lines(5), ["GET", "POST", "GET", "GET"]);
}

#[tokio::test]
async fn what_is_said_about_a_file_is_enough_to_refuse_it() {
    let folder =
        SourceError::refused("the link leads to a folder of a cloud drive: share the file itself");
    let nowhere = SourceError::refused("OneDrive does not say where the shared file is");
    for (item, refused) in [
        (r#"{"name":"bills","folder":{"childCount":2}}"#, folder),
        (r#"{"name":"a.pdf","size":10485761}"#, InvalidAttachment::TooLarge.into()),
        (r#"{"name":"a.pdf","size":5}"#, nowhere),
    ] {
        let server = onedrive(item, Arc::default()).await;
        assert_eq!(read(&sources(&server), LINK).await, Err(refused), "{item}");
        assert_eq!(server.requests().len(), 2, "{item}");
    }
}

#[tokio::test]
async fn a_refusal_says_which_link_to_give_and_whether_waiting_helps() {
    // Each row: the answer of the token server, the answer of the file server, a word of the error,
    // and whether the error may be temporary.
    let token = || answer(200, "", br#"{"token":"t1"}"#);
    for (tokens, files, word, transient) in [
        (token(), answer(401, "", b"{}"), "share the file with anyone", false),
        (token(), answer(403, "", b"{}"), "share the file with anyone", false),
        (token(), answer(404, "", b"{}"), "no file at the link", false),
        (token(), answer(503, "", b"{}"), "just now", true),
        (token(), answer(200, "", b"<html>"), "cannot be understood", true),
        (answer(401, "", b""), pdf(), "only a link", false),
        (answer(404, "", b""), pdf(), "only a link", false),
        (answer(429, "", b""), pdf(), "just now", true),
        (answer(200, "", b"{}"), pdf(), "cannot be understood", true),
        (answer(200, "", br#"{"token":"a\r\nb"}"#), pdf(), "characters", false),
    ] {
        let shown = format!("{tokens:?} {files:?}");
        let server = Server::start(move |request| {
            if request.starts_with("POST ") { tokens.clone() } else { files.clone() }
        })
        .await;
        let error = read(&sources(&server), LINK).await.unwrap_err();
        assert!(error.to_string().contains(word), "{shown}: {error}");
        assert_eq!(error.is_transient(), transient, "{shown}: {error}");
    }
}

/// Returns the names that are looked up for a link that redirects to another one.
async fn asked_after(to: &'static str) -> (Vec<String>, SourceError) {
    let short = Server::start(move |_| redirect(to)).await;
    let names = Arc::new(Names::default());
    let sources = Sources::builder()
        .allow(short.address.to_string())
        .resolver(names.clone())
        .silence(IMPATIENCE)
        .build()
        .unwrap();
    let error = read(&sources, &short.link("/s/7")).await.unwrap_err();
    (names.asked(), error)
}

#[tokio::test]
async fn a_link_that_leads_on_to_a_sharing_link_is_read_as_that() {
    for (to, asked) in [
        ("https://drive.google.com/file/d/1a2B/view", "drive.usercontent.google.com"),
        ("https://docs.google.com/document/d/1a2B/edit", "docs.google.com"),
        ("https://1drv.ms/b/c/0a1b/IQC", "api-badgerp.svc.ms"),
        ("https://shop.sharepoint.com/:b:/s/bills/EaBc", "shop.sharepoint.com"),
        ("https://www.dropbox.com/s/1a2b/INV-7.pdf?dl=0", "www.dropbox.com"),
        ("https://files.example/INV-7.pdf", "files.example"),
    ] {
        let (names, error) = asked_after(to).await;
        assert_eq!(names, [asked], "{to}");
        assert!(error.is_transient(), "{to}: {error}");
    }
    let (names, error) = asked_after("https://drive.google.com/drive/folders/1a2B").await;
    assert!(names.is_empty() && error.to_string().contains("folder"), "{error}");
}
