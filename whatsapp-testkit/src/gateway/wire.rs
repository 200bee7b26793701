//! A connection that tells when an answer has been written to it, and that a handler can cut.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::response::Response;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::Shared;

/// A POST whose link must not be fetched before its answer is written. This value is dropped once
/// the answer is written, or when there will be none.
pub(super) struct Unanswered {
    pub(super) shared: Arc<Shared>,
    pub(super) arrival: u64,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        // The panic may have come from the world itself.
        if !std::thread::panicking() {
            self.shared.with(|world, _| world.answered(self.arrival));
        }
    }
}

/// The POSTs under way on a connection: its handlers put them in, the wire takes them out.
#[derive(Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<Vec<Unanswered>>>);

impl UnderWay {
    /// Says that the answer written next is the one to this POST.
    pub(super) fn put(&self, unanswered: Unanswered) {
        self.lock().push(unanswered);
    }

    fn written(&self) {
        // Dropped after the lock is released.
        let written = std::mem::take(&mut *self.lock());
        drop(written);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Unanswered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handler's handle to the connection that it answers on.
#[derive(Clone)]
pub(super) struct Line {
    cuts: mpsc::Sender<Cut>,
    under_way: UnderWay,
}

/// Ways to cut a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// With an RST.
    Reset,
    /// With a FIN.
    Close,
}

impl Line {
    pub(super) const fn new(cuts: mpsc::Sender<Cut>, under_way: UnderWay) -> Self {
        Self { cuts, under_way }
    }

    /// Cuts the connection; the handler never answers.
    pub(super) async fn cut(&self, cut: Cut) -> Response {
        // Fails only if the conversation is over, and then this handler is about to be dropped.
        let _ = self.cuts.send(cut).await;
        pending().await
    }

    /// Says that the handler's answer, which is about to be written, is the one to this POST.
    pub(super) fn answers(&self, unanswered: Unanswered) {
        self.under_way.put(unanswered);
    }
}

/// The bare connection.
pub(super) struct Wire {
    stream: TokioIo<TcpStream>,
    under_way: UnderWay,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, under_way: UnderWay) -> Self {
        Self { stream: TokioIo::new(stream), under_way }
    }

    pub(super) fn into_inner(self) -> TcpStream {
        self.stream.into_inner()
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.under_way.written();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }
}
