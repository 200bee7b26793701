//! Time and bytes: nobody can keep a reader busy or fill its memory.

use std::time::Duration;

use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::port::SourceError;
use whatsapp_media::Sources;

use super::support::{IMPATIENCE, Play, Server, answer, read, sources};

const MOST: usize = 10 * 1024 * 1024;
const TOO_LARGE: SourceError = SourceError::Invalid(InvalidAttachment::TooLarge);

/// Allowance for data in the buffers of both ends of a connection.
const UNDER_WAY: u64 = 16 * 1024 * 1024;

/// `bytes` zeros: in chunks, with an announced length, or ended by the end of the connection.
fn bodies(bytes: usize) -> [Play; 3] {
    let body = vec![0; bytes];
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for part in body.chunks(100_000) {
        chunked.extend(format!("{:x}\r\n", part.len()).into_bytes());
        chunked.extend(part);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let unannounced = [b"HTTP/1.1 200 OK\r\n\r\n", body.as_slice()].concat();
    [answer(200, "", &body), Play::Say(chunked), Play::Say(unannounced)]
}

async fn serve(play: Play) -> Server {
    Server::start(move |_| play.clone()).await
}

#[tokio::test]
async fn ten_mebibytes_are_read_and_one_byte_more_is_refused() {
    for play in bodies(MOST) {
        let server = serve(play).await;
        let found = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap();
        assert_eq!(found.bytes.len(), MOST);
    }
    for play in bodies(MOST + 1) {
        let server = serve(play).await;
        let refused = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await;
        assert_eq!(refused, Err(TOO_LARGE));
    }
}

#[tokio::test]
async fn an_announced_length_is_believed_only_when_it_is_too_large() {
    let head = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    // Too much is announced: refused before any of it came.
    let server = serve(Play::Stall(head(MOST + 1).into_bytes())).await;
    let refused = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await;
    assert_eq!(refused, Err(TOO_LARGE));
    // More is announced than comes: a part of a file is not a file.
    let server = serve(Play::Say([head(1_000).as_bytes(), b"%PDF-"].concat())).await;
    let error = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    // Less is announced than comes: the rest belongs to no answer.
    let server = serve(Play::ForEver(head(5).into_bytes(), b"%PDF-".repeat(1_000))).await;
    let found = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap();
    assert_eq!(found.bytes, b"%PDF-");
}

#[tokio::test]
async fn endless_answers_end_at_the_limit() {
    let chunk = [b"10000\r\n".as_slice(), &vec![0; 0x10000], b"\r\n"].concat();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let unannounced = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    for play in [Play::ForEver(chunked, chunk), Play::ForEver(unannounced, vec![0; 0x10000])] {
        let server = serve(play).await;
        let refused = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await;
        assert_eq!(refused, Err(TOO_LARGE));
        assert!(server.bytes_sent() < MOST as u64 + UNDER_WAY, "{}", server.bytes_sent());
    }
    // Headers that never end do not help either.
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let server = serve(Play::ForEver(head, b"X-Padding: 0123456789\r\n".repeat(100))).await;
    assert!(read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.is_err());
    assert!(server.bytes_sent() < UNDER_WAY, "{}", server.bytes_sent());
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%".to_vec();
    for play in [Play::Stall(Vec::new()), Play::Stall(b"HTTP/1.1 200".to_vec()), Play::Stall(begun)]
    {
        let server = serve(play).await;
        let error = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap_err();
        assert_eq!(error, SourceError::unreachable("the link's server did not answer in time"));
    }
}

#[tokio::test]
async fn a_server_that_keeps_talking_slowly_is_left_when_the_time_is_over() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let server = serve(Play::Drip(head)).await;
    let builder = Sources::builder().allow(server.address.to_string());
    let sources = builder.time(IMPATIENCE).silence(Duration::from_secs(5)).build().unwrap();
    let error = read(&sources, &server.link("/INV-7.pdf")).await.unwrap_err();
    assert_eq!(error, SourceError::unreachable("the file did not arrive in time"));
}

#[tokio::test]
async fn compressed_files_are_refused_and_never_unpacked() {
    for encoding in ["gzip", "br", "identity, gzip"] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n");
        let server = serve(Play::Stall(head.into_bytes())).await;
        let error = read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{encoding}: {error}");
        assert!(server.requests()[0].contains("accept-encoding: identity\r\n"));
    }
    let server = serve(answer(200, "Content-Encoding: identity\r\n", b"as it is")).await;
    assert!(read(&sources(&[&server]), &server.link("/INV-7.pdf")).await.is_ok());
}

#[test]
fn times_are_longer_than_nothing_and_at_most_half_a_minute() {
    for time in [Duration::ZERO, Duration::from_secs(31)] {
        assert!(Sources::builder().time(time).build().is_err());
        assert!(Sources::builder().silence(time).build().is_err());
    }
}
