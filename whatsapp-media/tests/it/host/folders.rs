//! Folders on the disk that appear and disappear while files are published.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaHost, Published, SystemClock};
use whatsapp_media::StoredMedia;
use whatsapp_testkit::fixtures::new_message;

use super::bench::secret;

const ROUNDS: u8 = 100;

/// Two processes over one folder are two hosts.
fn host(folder: &std::path::Path) -> StoredMedia {
    StoredMedia::on_disk(folder, "https://shop.example/media", secret(7)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn neither_sweeps_nor_withdrawals_of_others_disturb_a_publication() {
    let folder = tempfile::tempdir().unwrap();
    let now = SystemClock::new().now();
    let done = Arc::new(AtomicBool::new(false));
    let sweeping = tokio::spawn({
        let (media, done) = (host(folder.path()), Arc::clone(&done));
        async move {
            while !done.load(Ordering::SeqCst) {
                media.ended(now, 10).await.unwrap();
            }
        }
    });
    // Each round has bytes of its own, which both publish and withdraw.
    let publishing = [1, 2].map(|side: u8| {
        let media = host(folder.path());
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                let bytes =
                    format!("%PDF-1.7\n% {round}\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n")
                        .into_bytes();
                let file = CheckedFile::new("INV-7.pdf", bytes).unwrap();
                let id = new_message(u64::from(side) * 1_000 + u64::from(round), now).facts.id;
                media.publish(id, &file, now + TimeDelta::hours(1)).await.unwrap();
                let published = Published::of(id, &file);
                let renewed = media.renew(&published, now + TimeDelta::hours(2)).await.unwrap();
                assert!(renewed.is_some(), "round {round}");
                media.withdraw(&published).await.unwrap();
            }
        })
    });
    for side in publishing {
        side.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    sweeping.await.unwrap();
}
