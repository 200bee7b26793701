//! Answers that a link may give, and the file that the recipient gets.

use tokio::net::TcpListener;
use whatsapp_testkit::gateway::Delivery;

use super::{FAILED, Host, NUMBER, SENT, fetch, fetching, send_link, status};

#[tokio::test]
async fn a_web_page_is_not_the_file() {
    let (gateway, host) = (fetching().await, Host::start().await);
    let (page, status) = fetch(&gateway, &host.link("page.pdf")).await;
    assert_eq!((page.kind, status.as_str()), (None, FAILED));
    assert!(page.problem.unwrap().contains("a web page"));
    assert_eq!(page.content_type.as_deref(), Some("text/html"));
}

#[tokio::test]
async fn what_is_no_whole_file_is_not_delivered() {
    let (gateway, host) = (fetching().await, Host::start().await);
    for (path, code, problem) in [
        ("broken.pdf", 200, "the file is incomplete: its end is missing"),
        ("empty.pdf", 200, "the file is empty"),
        ("missing.pdf", 404, "the link answers 404"),
        ("cut.pdf", 200, "the answer breaks off"),
        ("endless.pdf", 200, "the answer breaks off"),
    ] {
        let (fetched, status) = fetch(&gateway, &host.link(path)).await;
        assert_eq!((fetched.kind, fetched.status), (None, Some(code)));
        assert_eq!(fetched.problem.as_deref(), Some(problem), "{path}");
        assert!(fetched.bytes <= 64 * 1024 * 1024);
        assert_eq!(status, FAILED, "{path}");
    }
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_not_delivered() {
    let (gateway, host) = (fetching().await, Host::start().await);
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for link in [format!("http://{closed}/INV-7.pdf"), "INV-7.pdf".to_owned(), host.link("round")] {
        let (fetched, status) = fetch(&gateway, &link).await;
        assert_eq!((fetched.status, fetched.bytes), (None, 0));
        assert_eq!(fetched.problem.as_deref(), Some("the link does not answer"));
        assert_eq!(status, FAILED);
    }
}

#[tokio::test]
async fn a_redirect_is_followed_and_its_end_names_the_file() {
    let (gateway, host) = (fetching().await, Host::start().await);
    let (fetched, status) = fetch(&gateway, &host.link("moved")).await;
    assert_eq!((fetched.file_name.as_str(), status.as_str()), ("INV-7.pdf", SENT));
    assert_eq!(host.requests(), ["GET /moved", "GET /INV-7.pdf"]);
}

#[tokio::test]
async fn a_file_without_a_name_arrives_untitled() {
    let (gateway, host) = (fetching().await, Host::start().await);
    let (fetched, _) = fetch(&gateway, &host.link("download?name=INV-7.pdf")).await;
    assert_eq!(fetched.file_name, "Untitled");
    let (fetched, _) = fetch(&gateway, &host.link("plain/INV%207.pdf")).await;
    assert_eq!(fetched.file_name, "INV 7.pdf");
}

#[tokio::test]
async fn links_are_fetched_without_credentials() {
    let (gateway, host) = (fetching().await, Host::start().await);
    fetch(&gateway, &host.link("INV-7.pdf")).await;
    for headers in host.headers() {
        for name in ["authorization", "cookie", "referer"] {
            assert!(!headers.contains_key(name), "{name}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_had_outweighs_what_the_test_wants_of_the_number() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.deliveries().of_number(NUMBER, Delivery::Read);
    let (_, missing) = fetch(&gateway, &host.link("missing.pdf")).await;
    assert_eq!(missing, FAILED);
    let id = send_link(&gateway, &host.link("INV-7.pdf")).await;
    gateway.fetches().wait_for(2).await;
    assert_eq!(status(&gateway, &id).await, "OK, message has been read by the user, read");
}
