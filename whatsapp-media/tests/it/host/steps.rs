//! Processes that advance step by step, in any order: each request to the store is one step.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{BoxStream, StreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tower::ServiceExt;
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaHost, MediaLink, Published, random};
use whatsapp_media::StoredMedia;
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::{ManualClock, SeededEntropy};

use super::bench::{Log, secret};

/// The work of one process.
pub(super) type Process<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A store that waits to be polled once more before it does anything.
#[derive(Debug)]
struct Stepped(Arc<InMemory>);

async fn step() {
    let mut waited = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl fmt::Display for Stepped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stepped")
    }
}

#[async_trait]
impl ObjectStore for Stepped {
    async fn put_opts(&self, to: &Path, what: PutPayload, how: PutOptions) -> Result<PutResult> {
        step().await;
        self.0.put_opts(to, what, how).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        step().await;
        self.0.put_multipart_opts(to, how).await
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        step().await;
        self.0.get_opts(from, how).await
    }

    fn delete_stream(
        &self,
        which: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let store = Arc::clone(&self.0);
        which
            .then(move |which| {
                let store = Arc::clone(&store);
                async move {
                    step().await;
                    let which = which?;
                    store.delete(&which).await.map(|()| which)
                }
            })
            .boxed()
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, below) = (Arc::clone(&self.0), below.cloned());
        // The contents are read in the step, not when the listing was requested.
        futures_util::stream::once(step()).flat_map(move |()| store.list(below.as_ref())).boxed()
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        step().await;
        self.0.list_with_delimiter(below).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        step().await;
        self.0.copy_opts(from, to, how).await
    }
}

/// Runs a future to its end, step by step, undisturbed.
pub(super) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

/// Advances processes until all have ended; `choose` returns which of the remaining ones is next.
pub(super) fn play(mut processes: Vec<Process<'_>>, choose: &mut dyn FnMut(usize) -> usize) {
    while !processes.is_empty() {
        let next = if processes.len() == 1 { 0 } else { choose(processes.len()) };
        let polled = processes[next].as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if polled.is_ready() {
            drop(processes.remove(next));
        }
    }
}

/// Maximum number of steps in a row that an order counts before it changes to the other process.
const LONGEST_RUN: usize = 12;

/// Runs a function with two processes in every order that changes at most three times from one to
/// the other, and in a sample of the other orders. Most races need one or two changes.
pub(super) fn every_order(mut run: impl FnMut(&mut dyn FnMut(usize) -> usize)) {
    for first in 0..=LONGEST_RUN {
        for second in 0..=LONGEST_RUN {
            for third in 0..=LONGEST_RUN {
                let mut step = 0;
                run(&mut |_| {
                    step += 1;
                    let (a, b) = (first, first + second);
                    usize::from((step > a && step <= b) || step > b + third)
                });
            }
        }
    }
    any_order(1_000, run);
}

/// Runs a function in `count` orders, the same each time.
pub(super) fn any_order(count: usize, mut run: impl FnMut(&mut dyn FnMut(usize) -> usize)) {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..count {
        run(&mut |of| random.usize(..of));
    }
}

/// A fresh store in memory with a host over it, and files that all have the same bytes.
pub(super) struct World {
    store: Arc<InMemory>,
    pub(super) media: StoredMedia,
    pub(super) clock: ManualClock,
    pub(super) file: CheckedFile,
}

pub(super) fn message(seed: u64) -> MessageId {
    MessageId::new(START, random(&SeededEntropy::new(seed)))
}

impl World {
    pub(super) fn new() -> Self {
        let store = Arc::new(InMemory::new());
        let clock = ManualClock::starting_at(START);
        let media = StoredMedia::over(
            Arc::new(Stepped(Arc::clone(&store))),
            "https://shop.example/media",
            secret(7),
        )
        .unwrap()
        .with_clock(Arc::new(clock.clone()))
        .with_entropy(Arc::new(SeededEntropy::new(1)));
        let file = CheckedFile::new(
            "INV-7.pdf",
            b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec(),
        )
        .unwrap();
        Self { store, media, clock, file }
    }

    pub(super) fn until(&self) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::hours(24)
    }

    pub(super) async fn publish(&self, seed: u64) -> MediaLink {
        self.media.publish(message(seed), &self.file, self.until()).await.unwrap()
    }

    pub(super) async fn renew(&self, seed: u64) -> Option<MediaLink> {
        let published = Published::of(message(seed), &self.file);
        self.media.renew(&published, self.until()).await.unwrap()
    }

    pub(super) async fn withdraw(&self, seed: u64) {
        self.media.withdraw(&Published::of(message(seed), &self.file)).await.unwrap();
    }

    /// Returns true if somebody who follows the link gets the bytes.
    pub(super) fn works(&self, link: &MediaLink) -> bool {
        let path = link.url.strip_prefix("https://shop.example/media").unwrap();
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let answer = self.media.router(Arc::new(Log::default())).oneshot(request);
        let answer = finish(answer).unwrap();
        let body = finish(axum::body::to_bytes(answer.into_body(), usize::MAX));
        body.unwrap() == self.file.bytes()
    }

    pub(super) fn keys(&self) -> Vec<Path> {
        let keys = self.store.list(None).map(|meta| meta.unwrap().location);
        finish(keys.collect())
    }

    pub(super) fn copies(&self) -> usize {
        self.keys().iter().filter(|key| key.as_ref().starts_with("files/")).count()
    }

    /// Sweeps, as once all links have ended.
    pub(super) fn sweep(&self) {
        let now = self.until() + TimeDelta::seconds(1);
        loop {
            let ended = finish(self.media.ended(now, 2)).unwrap();
            if ended.is_empty() {
                return;
            }
            for published in ended {
                finish(self.media.withdraw(&published)).unwrap();
            }
        }
    }
}
