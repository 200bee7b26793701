//! The requests by which a link may be fetched.

use whatsapp_testkit::gateway::Fetching;

use super::{FAILED, Host, PDF, PDF_SHA256, SENT, fetch, fetching, send_link};

#[tokio::test]
async fn a_link_may_be_fetched_twice() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.fetches().ask(Fetching::Twice);
    send_link(&gateway, &host.link("INV-7.pdf")).await;
    let fetched = &gateway.fetches().wait_for(1).await[0].fetched;
    assert_eq!(fetched.len(), 2);
    assert!(fetched.iter().all(|fetched| fetched.sha256 == PDF_SHA256));
    assert_eq!(host.requests(), ["GET /INV-7.pdf", "GET /INV-7.pdf"]);
}

#[tokio::test]
async fn a_link_may_be_asked_for_its_head_first() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.fetches().ask(Fetching::HeadFirst);
    let (fetched, status) = fetch(&gateway, &host.link("INV-7.pdf")).await;
    assert_eq!((fetched.bytes, status.as_str()), (PDF.len() as u64, SENT));
    let (fetched, status) = fetch(&gateway, &host.link("no-head.pdf")).await;
    assert_eq!((fetched.status, status.as_str()), (Some(405), FAILED));
    assert_eq!(host.requests(), ["HEAD /INV-7.pdf", "GET /INV-7.pdf", "HEAD /no-head.pdf"]);
}

#[tokio::test]
async fn a_link_may_be_fetched_in_pieces() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.fetches().ask(Fetching::InPieces);
    let (fetched, status) = fetch(&gateway, &host.link("INV-7.pdf")).await;
    assert_eq!((fetched.status, fetched.sha256.as_str()), (Some(206), PDF_SHA256));
    assert_eq!(status, SENT);
    let (fetched, _) = fetch(&gateway, &host.link("whole.pdf")).await;
    assert_eq!((fetched.status, fetched.sha256.as_str()), (Some(200), PDF_SHA256));
    let (fetched, status) = fetch(&gateway, &host.link("short.pdf")).await;
    assert_eq!((fetched.bytes, status.as_str()), (16, FAILED));
    assert_eq!(
        host.requests(),
        [
            "GET /INV-7.pdf bytes=0-15",
            "GET /INV-7.pdf bytes=16-",
            "GET /whole.pdf bytes=0-15",
            "GET /short.pdf bytes=0-15",
            "GET /short.pdf bytes=16-",
        ]
    );
}
