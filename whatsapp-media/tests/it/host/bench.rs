//! A host over a store, its web server, and access to the store.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use whatsapp_core::port::{Clock, Fetch, FetchLog, MediaHost, StoreError, SystemClock};
use whatsapp_media::{LinkSecret, StoredMedia};
use whatsapp_testkit::ManualClock;
use whatsapp_testkit::conformance::media::{Fetched, MediaBench};

/// A store with a host over it, and a guard that must live as long.
#[derive(Debug)]
pub(super) struct Bench<G> {
    store: Arc<dyn ObjectStore>,
    media: StoredMedia,
    other: StoredMedia,
    clock: ManualClock,
    server: Option<JoinHandle<()>>,
    #[expect(dead_code, reason = "it lives as long as the bench")]
    guard: G,
}

/// Records fetches, or fails.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    pub(super) fetches: Arc<Mutex<Vec<Fetch>>>,
    pub(super) fails: bool,
}

#[async_trait]
impl FetchLog for Log {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        self.fetches.lock().unwrap().push(*fetch);
        let reason = "the test asked for a failure".to_owned();
        if self.fails { Err(StoreError::Unavailable { reason }) } else { Ok(()) }
    }
}

pub(super) fn secret(byte: u8) -> LinkSecret {
    LinkSecret::new(vec![byte; 32]).unwrap()
}

/// A clock stopped at this machine's time: stores sign by that.
pub(super) fn clock() -> ManualClock {
    ManualClock::starting_at(SystemClock::new().now())
}

/// A free address, and the listener at it.
pub(super) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/media", listener.local_addr().unwrap());
    (listener, url)
}

pub(super) fn serve(listener: TcpListener, media: &StoredMedia, log: Log) -> JoinHandle<()> {
    let app = Router::new().nest("/media", media.router(Arc::new(log)));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}

/// A host over this store, whose links are served by a web server of its own.
pub(super) async fn served<G: Debug + Send + Sync + 'static>(
    store: Arc<dyn ObjectStore>,
    prefix: &str,
    guard: G,
) -> Arc<dyn MediaBench> {
    let (listener, url) = listener().await;
    let media = || StoredMedia::over(Arc::clone(&store), &url, secret(7)).unwrap().below(prefix);
    bench(Arc::clone(&store), media(), media(), Some(listener), guard)
}

/// A host over a folder, whose links are served by a web server of its own.
pub(super) async fn on_disk(folder: tempfile::TempDir) -> Arc<dyn MediaBench> {
    let (listener, url) = listener().await;
    let path = folder.path().join("media");
    let media = || StoredMedia::on_disk(&path, &url, secret(7)).unwrap();
    let (media, other) = (media(), media());
    let store = object_store::local::LocalFileSystem::new_with_prefix(&path).unwrap();
    bench(Arc::new(store), media, other, Some(listener), folder)
}

/// A host over a store that serves links itself.
#[cfg(feature = "aws")]
pub(super) fn presigned<S, G>(store: Arc<S>, guard: G) -> Arc<dyn MediaBench>
where
    S: ObjectStore + object_store::signer::Signer,
    G: Debug + Send + Sync + 'static,
{
    let media = || StoredMedia::presigned(Arc::clone(&store));
    let (media, other) = (media(), media());
    bench(store, media, other, None, guard)
}

fn bench<G: Debug + Send + Sync + 'static>(
    store: Arc<dyn ObjectStore>,
    media: StoredMedia,
    other: StoredMedia,
    listener: Option<TcpListener>,
    guard: G,
) -> Arc<dyn MediaBench> {
    let clock = clock();
    let media = media.with_clock(Arc::new(clock.clone()));
    let other = other.with_clock(Arc::new(clock.clone()));
    let server = listener.map(|listener| serve(listener, &media, Log::default()));
    Arc::new(Bench { store, media, other, clock, server, guard })
}

impl<G: Sync> Bench<G> {
    async fn keys(&self) -> Vec<Path> {
        let keys = self.store.list(None).map_ok(|meta| meta.location);
        keys.try_collect().await.unwrap()
    }

    async fn holding(&self, bytes: &[u8]) -> Vec<Path> {
        let mut holding = Vec::new();
        for key in self.keys().await {
            if self.store.get(&key).await.unwrap().bytes().await.unwrap() == bytes {
                holding.push(key);
            }
        }
        holding
    }

    /// A store that serves links uses its own clock; this replaces the time that has not really
    /// passed.
    fn has_ended(&self, url: &str) -> bool {
        let url = reqwest::Url::parse(url).unwrap();
        let value = |name| url.query_pairs().find(|(known, _)| known == name).map(|(_, v)| v);
        let (Some(from), Some(lasts)) = (value("X-Amz-Date"), value("X-Amz-Expires")) else {
            return false;
        };
        let from = chrono::NaiveDateTime::parse_from_str(&from, "%Y%m%dT%H%M%SZ").unwrap();
        let lasts = chrono::TimeDelta::seconds(lasts.parse().unwrap());
        from.and_utc() + lasts <= self.clock.now()
    }
}

#[async_trait]
impl<G: Debug + Send + Sync + 'static> MediaBench for Bench<G> {
    fn host(&self) -> Arc<dyn MediaHost> {
        Arc::new(self.media.clone())
    }

    fn other_host(&self) -> Arc<dyn MediaHost> {
        Arc::new(self.other.clone())
    }

    fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    async fn fetch(&self, url: &str) -> Option<Fetched> {
        if self.has_ended(url) {
            return None;
        }
        let response = reqwest::get(url).await.unwrap();
        if !response.status().is_success() {
            return None;
        }
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let content_type = header("content-type");
        let disposition = header("content-disposition");
        let (_, name) = disposition.split_once("filename*=UTF-8''").unwrap();
        let name = percent_decode_str(name).decode_utf8().unwrap().into_owned();
        Some(Fetched { bytes: response.bytes().await.unwrap().to_vec(), content_type, name })
    }

    async fn copies(&self, bytes: &[u8]) -> usize {
        self.holding(bytes).await.len()
    }

    async fn spoil(&self, bytes: &[u8]) {
        for key in self.holding(bytes).await {
            let half = bytes[..bytes.len() / 2].to_vec();
            self.store.put(&key, half.into()).await.unwrap();
        }
    }

    async fn lose(&self, bytes: &[u8]) {
        for key in self.holding(bytes).await {
            self.store.delete(&key).await.unwrap();
        }
    }

    async fn stored(&self) -> usize {
        self.keys().await.len()
    }
}

impl<G> Drop for Bench<G> {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}
