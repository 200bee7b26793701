//! The media host in memory, tested by the suite for media hosts; and careless ones, which it must
//! catch.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaError, MediaHost, MediaLink, Published};
use whatsapp_testkit::conformance::media::{self, Fetched, MediaBench};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::{ManualClock, MemoryMedia};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    RenewsWithoutLooking,
    KeepsWhatIsWithdrawn,
    TellsOfNothing,
}

#[derive(Debug, Clone)]
struct Bench {
    flaw: Flaw,
    media: MemoryMedia,
    clock: ManualClock,
}

#[async_trait]
impl MediaHost for Bench {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        self.media.publish(message_id, file, until).await
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        let renewed = self.media.renew(published, until).await?;
        let careless = self.flaw == Flaw::RenewsWithoutLooking && renewed.is_none();
        Ok(if careless { self.media.link_of(published.message_id) } else { renewed })
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        if self.flaw == Flaw::KeepsWhatIsWithdrawn {
            return Ok(());
        }
        self.media.withdraw(published).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        if self.flaw == Flaw::KeepsWhatIsWithdrawn {
            return Ok(());
        }
        self.media.withdraw_ended(published, now).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        if self.flaw == Flaw::TellsOfNothing {
            return Ok(Vec::new());
        }
        self.media.ended(now, limit).await
    }
}

#[async_trait]
impl MediaBench for Bench {
    fn host(&self) -> Arc<dyn MediaHost> {
        Arc::new(self.clone())
    }

    fn other_host(&self) -> Arc<dyn MediaHost> {
        Arc::new(self.clone())
    }

    fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    async fn fetch(&self, url: &str) -> Option<Fetched> {
        let bytes = self.media.fetch(url, self.clock.now())?;
        let links = self.media.links();
        let (published, _) = links.iter().find(|(_, link)| link.url == url)?;
        let content_type = published.kind.content_type().to_owned();
        Some(Fetched { bytes, content_type, name: published.name.clone() })
    }

    async fn copies(&self, bytes: &[u8]) -> usize {
        let file = CheckedFile::new("a.pdf", bytes.to_vec()).unwrap();
        usize::from(self.media.files().contains(file.sha256()))
    }

    async fn spoil(&self, bytes: &[u8]) {
        self.media.break_bytes(CheckedFile::new("a.pdf", bytes.to_vec()).unwrap().sha256());
    }

    async fn lose(&self, bytes: &[u8]) {
        self.media.lose_bytes(CheckedFile::new("a.pdf", bytes.to_vec()).unwrap().sha256());
    }

    async fn stored(&self) -> usize {
        self.media.files().len() + self.media.links().len()
    }
}

fn bench(flaw: Flaw) -> Arc<dyn MediaBench> {
    let clock = ManualClock::starting_at(START);
    Arc::new(Bench { flaw, media: MemoryMedia::new(), clock })
}

async fn open() -> Arc<dyn MediaBench> {
    bench(Flaw::None)
}

whatsapp_testkit::media_conformance! { open = open }

#[tokio::test]
async fn careless_media_hosts_are_caught() {
    let renews = bench(Flaw::RenewsWithoutLooking);
    let renews = media::broken_and_lost_bytes_are_not_renewed_and_publishing_mends_them(renews);
    assert!(tokio::spawn(renews).await.is_err());
    let keeps = bench(Flaw::KeepsWhatIsWithdrawn);
    let keeps = media::a_withdrawn_link_gives_nothing_and_the_bytes_go_with_the_last(keeps);
    assert!(tokio::spawn(keeps).await.is_err());
    let silent = media::what_ended_is_told_until_it_is_withdrawn(bench(Flaw::TellsOfNothing));
    assert!(tokio::spawn(silent).await.is_err());
}
