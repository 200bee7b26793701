//! Links that the store signs and serves.

use chrono::TimeDelta;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaHost};
use whatsapp_media::StoredMedia;

use super::bench;
use super::s3::Server;
use super::steps::message;

#[tokio::test]
async fn a_presigned_link_gives_the_bytes_with_their_headers_and_lives_for_a_week_at_most() {
    let (server, clock) = (Server::start().await, bench::clock());
    let media =
        StoredMedia::presigned(server.client()).with_clock(std::sync::Arc::new(clock.clone()));
    let bytes = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
    let file = CheckedFile::new("चालान 7.pdf", bytes.clone()).unwrap();
    let month = clock.now() + TimeDelta::days(30);
    let link = media.publish(message(7), &file, month).await.unwrap();
    assert_eq!(link.until, clock.now() + TimeDelta::days(7));
    let (path, query) = link.url.split_once('?').unwrap();
    assert!(path.ends_with("/%E0%A4%9A%E0%A4%BE%E0%A4%B2%E0%A4%BE%E0%A4%A8%207.pdf"), "{path}");
    assert!(query.contains("X-Amz-Expires=604800"), "{query}");

    let response = reqwest::get(&link.url).await.unwrap();
    let header = |name| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(
        header("content-disposition"),
        "inline; filename=\"_____ 7.pdf\"; filename*=UTF-8''\
         %E0%A4%9A%E0%A4%BE%E0%A4%B2%E0%A4%BE%E0%A4%A8%207.pdf"
    );
    assert_eq!(response.bytes().await.unwrap(), bytes);

    let unsigned = reqwest::get(path).await.unwrap();
    assert!(unsigned.status().is_client_error());
    let shown = format!("{media:?} {link:?}");
    assert!(!shown.contains("shop") && !shown.contains("invented"), "{shown}");
}
