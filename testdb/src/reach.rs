//! Checks that a server that somebody else runs is there.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

/// PostgreSQL's question "may we speak TLS?": its length, and a number that stands for the
/// question.
const QUESTION: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

const PATIENCE: Duration = Duration::from_secs(10);

/// Checks that a PostgreSQL server answers at `url`, which is
/// `postgres://user:password@host:port/database`. User and password are not tried.
///
/// # Errors
///
/// Fails if none answers within ten seconds, or if the address is not one of a host. The text holds
/// the host and the port, and no password.
pub fn answers(url: &str) -> Result<()> {
    let (host, port) = host_and_port(url)
        .context("not an address like postgres://user:password@host:port/database")?;
    let place = format!("{host}:{port}");
    let mut refused = None;
    for address in (host, port).to_socket_addrs().with_context(|| format!("cannot find {host}"))? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return ask(stream).with_context(|| format!("no PostgreSQL at {place}")),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) => Err(error).with_context(|| format!("nothing answers at {place}")),
        None => bail!("{host} has no address"),
    }
}

fn ask(mut stream: TcpStream) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&QUESTION)?;
    let mut answer = [0];
    stream.read_exact(&mut answer)?;
    ensure!(matches!(answer, [b'S' | b'N']), "what answers is another kind of server");
    Ok(())
}

fn host_and_port(url: &str) -> Option<(&str, u16)> {
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
    let authority = rest.split(['/', '?']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host, port) = match place.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port = if port.is_empty() { 5432 } else { port.strip_prefix(':')?.parse().ok()? };
    (!host.is_empty()).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn host_and_port_are_found_in_every_kind_of_address() {
        for (url, expected) in [
            ("postgres://postgres@127.0.0.1:15432/test", Some(("127.0.0.1", 15432))),
            (
                "postgresql://user:p%40ss@db.example.com/test?sslmode=disable",
                Some(("db.example.com", 5432)),
            ),
            ("postgres://[::1]:6000", Some(("::1", 6000))),
            ("postgres://[::1]/test", Some(("::1", 5432))),
            ("postgres:///test?host=/run/postgresql", None),
            ("postgres://localhost:port/test", None),
            ("mysql://localhost/test", None),
        ] {
            assert_eq!(host_and_port(url), expected, "{url}");
        }
    }

    #[test]
    fn server_of_another_kind_is_no_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; 8]).unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        let error = answers(&format!("postgres://user:secret@127.0.0.1:{port}/test")).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("another kind of server") && !error.contains("secret"), "{error}");
        server.join().unwrap();
        let error = answers(&format!("postgres://user:secret@127.0.0.1:{port}/test")).unwrap_err();
        assert!(format!("{error:#}").starts_with("nothing answers at 127.0.0.1"), "{error:#}");
    }
}
