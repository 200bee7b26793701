//! Interpretation of the answers to links.

use std::sync::Arc;

use tokio::net::TcpListener;
use whatsapp_core::attachment::{CheckedFile, InvalidAttachment, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};
use whatsapp_media::Sources;

use super::names::Names;
use super::support::{IMPATIENCE, PDF, Server, answer, pdf, read, redirect, sources};

/// A server whose path `/N` redirects to `/N-1`, and `/0` is a file.
async fn chain() -> Server {
    Server::start(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path.trim_start_matches('/').parse::<u32>() {
            Ok(0) => pdf(),
            Ok(number) => answer(
                302,
                &format!("Location: {}\r\nSet-Cookie: seen=1; Path=/\r\n", number - 1),
                b"<html>moved</html>",
            ),
            Err(_) => redirect("loop"),
        }
    })
    .await
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let server = chain().await;
    let sources = sources(&[&server]);
    assert_eq!(read(&sources, &server.link("/3")).await.unwrap().bytes, PDF);
    for (link, requests) in [("/4", 4), ("/loop", 4)] {
        let before = server.requests().len();
        let error = read(&sources, &server.link(link)).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{link}: {error}");
        assert_eq!(server.requests().len() - before, requests, "{link}");
    }
    for request in server.requests() {
        let request = request.to_ascii_lowercase();
        assert!(!request.contains("cookie:") && !request.contains("referer:"), "{request}");
        assert!(!request.contains("authorization:"), "{request}");
    }
}

#[tokio::test]
async fn every_kind_of_redirect_is_one_and_needs_to_say_where_to() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |request| {
            if request.starts_with("GET /a ") {
                answer(status, "Location: /b\r\n", b"")
            } else {
                pdf()
            }
        })
        .await;
        assert!(read(&sources(&[&server]), &server.link("/a")).await.is_ok(), "{status}");
        let server = Server::start(move |_| answer(status, "", b"")).await;
        let error = read(&sources(&[&server]), &server.link("/a")).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_status_says_whether_waiting_helps() {
    for (status, transient) in [
        (204, false),
        (206, false),
        (300, false),
        (304, false),
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (405, false),
        (408, true),
        (410, false),
        (418, false),
        (425, true),
        (429, true),
        (451, false),
        (500, true),
        (502, true),
        (503, true),
        (504, true),
    ] {
        let server = Server::start(move |_| answer(status, "", PDF)).await;
        let error = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap_err();
        assert_eq!(error.is_transient(), transient, "{status}: {error}");
        assert_eq!(server.requests().len(), 1, "one call is one attempt");
    }
    let server = Server::start(|_| answer(404, "", b"")).await;
    let error = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no file at the link");
}

#[tokio::test]
async fn who_cannot_be_found_or_reached_may_be_later() {
    let names = Arc::new(Names::default());
    let sources = Sources::builder().resolver(names).silence(IMPATIENCE).build().unwrap();
    let error = read(&sources, "https://nowhere.example/INV-7.pdf").await.unwrap_err();
    assert_eq!(error, SourceError::unreachable("the link's server could not be found"));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let sources = Sources::builder().allow(nobody.to_string()).build().unwrap();
    for scheme in ["http", "https"] {
        let error = read(&sources, &format!("{scheme}://{nobody}/INV-7.pdf")).await.unwrap_err();
        assert_eq!(error, SourceError::unreachable("the link's server could not be reached"));
    }
}

#[tokio::test]
async fn a_web_page_is_known_by_its_bytes_whatever_its_server_calls_it() {
    for kind in ["text/html", "Text/HTML; charset=utf-8", "application/pdf", ""] {
        let kind = format!("Content-Type: {kind}\r\n");
        let said = kind.clone();
        let server = Server::start(move |_| answer(200, &said, b"\n<html>Sign in</html>")).await;
        let refused = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await;
        assert_eq!(refused, Err(InvalidAttachment::WebPage.into()), "{kind}");
        // If the bytes are a PDF, none of these words matters.
        let server = Server::start(move |_| answer(200, &kind, PDF)).await;
        let found = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap();
        assert!(CheckedFile::found(found, None).is_ok());
    }
}

#[tokio::test]
async fn a_file_has_the_name_that_its_server_or_its_link_gives_it() {
    let named = "Content-Disposition: attachment; filename=\"x.pdf\"; \
                 filename*=UTF-8''%E0%A4%9A%E0%A4%BE.pdf\r\n";
    let server =
        Server::start(move |request| match request.split(' ').nth(1).unwrap_or_default() {
            "/named/INV-7.pdf" => answer(200, named, PDF),
            "/on" | "/INV-8.pdf" => redirect("/INV%207.pdf"),
            _ => pdf(),
        })
        .await;
    let sources = sources(&[&server]);
    for (path, name) in [
        ("/named/INV-7.pdf", Some("चा.pdf")),
        ("/INV-7.pdf?sig=a%2Fb.png", Some("INV-7.pdf")),
        ("/INV-8.pdf", Some("INV-8.pdf")),
        ("/on", Some("INV 7.pdf")),
        ("/download", None),
    ] {
        let found = read(&sources, &server.link(path)).await.unwrap();
        assert_eq!(found.name.as_deref(), name, "{path}");
        let kind = if path.starts_with("/named") { None } else { Some("application/pdf") };
        assert_eq!(found.content_type.as_deref(), kind, "{path}");
        // Nobody else reaches this machine by that link.
        assert!(!found.as_given, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_set_up_is_refused_with_a_word_on_how_to() {
    let sources = Sources::builder().build().unwrap();
    for (place, word) in
        [(Place::Path("INV-7.pdf".into()), "folder"), (Place::Key("INV-7.pdf".into()), "store")]
    {
        let error = sources.read(&place).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}
