//! A media host in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaError, MediaHost, MediaLink, Published};

/// A [`MediaHost`] without a server: [`fetch`](Self::fetch) follows its links. A test can break or
/// lose the stored bytes. Clones share their state.
///
/// ```
/// use whatsapp_core::attachment::CheckedFile;
/// use whatsapp_core::port::{MediaHost, Published};
/// use whatsapp_testkit::MemoryMedia;
/// use whatsapp_testkit::fixtures::{self, START};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (media, until) = (MemoryMedia::new(), START + chrono::TimeDelta::hours(24));
/// let file = CheckedFile::new("INV-7.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec())?;
/// let id = fixtures::new_message(7, START).facts.id;
/// let link = media.publish(id, &file, until).await?;
/// assert!(link.url.starts_with("https://media.example/") && link.url.ends_with("/INV-7.pdf"));
/// assert_eq!(media.fetch(&link.url, START).as_deref(), Some(file.bytes()));
/// assert_eq!(media.fetch(&link.url, until), None);
///
/// media.break_bytes(file.sha256());
/// assert_eq!(media.renew(&Published::of(id, &file), until).await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryMedia(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    files: BTreeMap<String, File>,
    links: Vec<Link>,
    given: u64,
    published: u64,
    renewed: u64,
    failures: u32,
    latest_end: Option<DateTime<Utc>>,
}

struct File {
    bytes: Vec<u8>,
    whole: bool,
}

struct Link {
    published: Published,
    link: MediaLink,
}

impl MemoryMedia {
    /// Makes a host that keeps nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails the next `times` calls of the port; they change nothing.
    pub fn fail_next(&self, times: u32) {
        self.kept().failures = times;
    }

    /// Ends every new link by `end` at the latest, whatever is asked for.
    pub fn end_links_by(&self, end: DateTime<Utc>) {
        self.kept().latest_end = Some(end);
    }

    /// Changes the bytes that are kept under this SHA-256.
    pub fn break_bytes(&self, sha256: &str) {
        if let Some(file) = self.kept().files.get_mut(sha256) {
            file.bytes.truncate(file.bytes.len() / 2);
            file.whole = false;
        }
    }

    /// Loses the bytes that are kept under this SHA-256; the links to them stay.
    pub fn lose_bytes(&self, sha256: &str) {
        self.kept().files.remove(sha256);
    }

    /// Follows a link at `now`, and returns the bytes that it gives.
    #[must_use]
    pub fn fetch(&self, url: &str, now: DateTime<Utc>) -> Option<Vec<u8>> {
        let kept = self.kept();
        let mut links = kept.links.iter().filter(|link| now < link.link.until);
        let link = links.find(|link| link.link.url == url)?;
        kept.files.get(&link.published.sha256).map(|file| file.bytes.clone())
    }

    /// The SHA-256 of all bytes that are kept.
    #[must_use]
    pub fn files(&self) -> BTreeSet<String> {
        self.kept().files.keys().cloned().collect()
    }

    /// Every link that was not withdrawn, ended or not, in the order in which they were given.
    #[must_use]
    pub fn links(&self) -> Vec<(Published, MediaLink)> {
        let kept = self.kept();
        kept.links.iter().map(|link| (link.published.clone(), link.link.clone())).collect()
    }

    /// The newest link of a message that was not withdrawn.
    #[must_use]
    pub fn link_of(&self, message_id: MessageId) -> Option<MediaLink> {
        let kept = self.kept();
        let mut links = kept.links.iter().rev();
        let link = links.find(|link| link.published.message_id == message_id)?;
        Some(link.link.clone())
    }

    /// Number of files published, with success.
    #[must_use]
    pub fn publications(&self) -> u64 {
        self.kept().published
    }

    /// Number of links renewed, with success.
    #[must_use]
    pub fn renewals(&self) -> u64 {
        self.kept().renewed
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> Result<MutexGuard<'_, Kept>, MediaError> {
        let mut kept = self.kept();
        match kept.failures.checked_sub(1) {
            None => Ok(kept),
            Some(left) => {
                kept.failures = left;
                Err(MediaError::new("the test asked for a failure"))
            }
        }
    }
}

impl Kept {
    fn link(&mut self, published: Published, until: DateTime<Utc>) -> MediaLink {
        self.given += 1;
        let name = utf8_percent_encode(&published.name, UNRESERVED);
        let url = format!("https://media.example/{:032x}/{}", self.given, name);
        let until = self.latest_end.map_or(until, |latest| until.min(latest));
        let link = MediaLink::new(url, until);
        self.links.push(Link { published, link: link.clone() });
        link
    }
}

#[async_trait]
impl MediaHost for MemoryMedia {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        let mut kept = self.asked()?;
        let whole = File { bytes: file.bytes().to_vec(), whole: true };
        kept.files.insert(file.sha256().to_owned(), whole);
        kept.published += 1;
        Ok(kept.link(Published::of(message_id, file), until))
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        let mut kept = self.asked()?;
        if kept.files.get(&published.sha256).is_none_or(|file| !file.whole) {
            return Ok(None);
        }
        kept.renewed += 1;
        Ok(Some(kept.link(published.clone(), until)))
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        self.asked()?.withdraw(published, |_| true);
        Ok(())
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        self.asked()?.withdraw(published, |link| link.until <= now);
        Ok(())
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        let kept = self.asked()?;
        // A message's newest link decides for all of its links to the same bytes.
        let mut latest = BTreeMap::new();
        for Link { published, link } in &kept.links {
            let of = (published.message_id, published.sha256.as_str());
            let end = latest.entry(of).or_insert((link.until, published));
            *end = (end.0.max(link.until), published);
        }
        let ended = latest.into_values().filter(|(until, _)| *until <= now);
        Ok(ended.take(limit).map(|(_, published)| published.clone()).collect())
    }
}

impl Kept {
    /// Removes these links of a message, and the bytes with the last link to them.
    fn withdraw(&mut self, published: &Published, which: impl Fn(&MediaLink) -> bool) {
        let of_it = |link: &Link| link.published.sha256 == published.sha256;
        let of_message = |link: &Link| link.published.message_id == published.message_id;
        self.links.retain(|link| !(of_it(link) && of_message(link) && which(&link.link)));
        if !self.links.iter().any(of_it) {
            self.files.remove(&published.sha256);
        }
    }
}

/// Shows counts only: names and links are secrets.
impl fmt::Debug for MemoryMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept();
        write!(f, "MemoryMedia({} files, {} links)", kept.files.len(), kept.links.len())
    }
}

/// Encodes all but the characters that a path segment keeps: the unreserved characters of RFC 3986,
/// 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
