//! A gateway on this machine that takes every message. It is as lean as it can be, so that the
//! measurement is not of the gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::ours::run_word;

/// The gateway; it ends when this value is dropped.
#[derive(Debug)]
pub struct Loopback {
    address: SocketAddr,
    accepting: AbortHandle,
}

impl Loopback {
    /// Starts the gateway. An answer takes `latency`, up to half as long more or less, as with real
    /// ones. If all took the same time, messages that set off together would also come back
    /// together.
    ///
    /// # Errors
    /// Fails if there is no free port.
    pub async fn start(latency: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (run, taken): (Arc<str>, _) = (run_word().into(), Arc::new(AtomicU64::new(0)));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (run, taken) = (Arc::clone(&run), Arc::clone(&taken));
                tokio::spawn(async move { serve(stream, &run, &taken, latency).await });
            }
        });
        Ok(Self { address, accepting: accepting.abort_handle() })
    }

    /// The gateway's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Answers the requests of one connection until it is closed.
async fn serve(
    mut stream: TcpStream,
    run: &str,
    taken: &AtomicU64,
    latency: Duration,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(8_192);
    loop {
        while let Some(length) = request_length(&buffer)? {
            buffer.drain(..length);
            pause(latency.mul_f64(0.5 + fastrand::f64())).await;
            let id = taken.fetch_add(1, Ordering::Relaxed);
            let body =
                format!(r#"{{"success":true,"statusCode":201,"data":{{"id":"{run}-{id}"}}}}"#);
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await?;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// The length of the request at the start of the buffer, once all of it is there.
fn request_length(buffer: &[u8]) -> Result<Option<usize>> {
    let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let lines = std::str::from_utf8(&buffer[..head])?.lines();
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("a request says how long it is")?;
    let total = head + 4 + length.1.trim().parse::<usize>()?;
    Ok((buffer.len() >= total).then_some(total))
}

#[expect(clippy::disallowed_methods, reason = "this stands in for the way to the gateway and back")]
async fn pause(latency: Duration) {
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
}
