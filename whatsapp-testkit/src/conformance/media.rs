//! Cases for hosting files, given a way to follow links and to look into the host's store.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaHost, MediaLink, Published, random};

use crate::fixtures::START;
use crate::{ManualClock, SeededEntropy};

/// The file that a link gives to somebody without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The body.
    pub bytes: Vec<u8>,
    /// Value of Content-Type.
    pub content_type: String,
    /// The file's name in Content-Disposition, decoded.
    pub name: String,
}

/// A host of files under test, the server of its links, and a way into its store.
#[async_trait]
pub trait MediaBench: Debug + Send + Sync {
    /// The host.
    fn host(&self) -> Arc<dyn MediaHost>;

    /// Another host over the same store, as another process has it.
    fn other_host(&self) -> Arc<dyn MediaHost>;

    /// The clock by which links live and end.
    fn clock(&self) -> ManualClock;

    /// Follows a link now; `None` when it gives nothing.
    async fn fetch(&self, url: &str) -> Option<Fetched>;

    /// Number of stored copies of these bytes.
    async fn copies(&self, bytes: &[u8]) -> usize;

    /// Changes every stored copy of these bytes.
    async fn spoil(&self, bytes: &[u8]);

    /// Removes every stored copy of these bytes, and nothing else.
    async fn lose(&self, bytes: &[u8]);

    /// Number of things stored, of whatever kind.
    async fn stored(&self) -> usize;
}

/// Opens a bench.
pub async fn open<F>(open: impl Fn() -> F + Send) -> Arc<dyn MediaBench>
where
    F: Future<Output = Arc<dyn MediaBench>> + Send,
{
    open().await
}

/// Names in several scripts, and with characters that mean something elsewhere.
const NAMES: [&str; 6] = [
    "INV-2026-0042.pdf",
    "चालान 42.pdf",
    "விலைப்பட்டியல்.pdf",
    "Asha's (final) copy + 1, [v2] ~ {a}^`=@!$.pdf",
    "ça va – 🙏.pdf",
    "...a..b.PDF",
];

fn message(seed: u64) -> MessageId {
    MessageId::new(START, random(&SeededEntropy::new(seed)))
}

/// Makes a PDF that differs for every seed.
fn pdf(seed: u64) -> Vec<u8> {
    let page = "1 0 obj\n<</Type/Page>>\nendobj";
    format!("%PDF-1.7\n% {seed}\n% {}\n{page}\n%%EOF\n", "0 ".repeat(4_000)).into_bytes()
}

fn file(name: &str, seed: u64) -> CheckedFile {
    CheckedFile::new(name, pdf(seed)).expect("a good file")
}

fn later(bench: &dyn MediaBench, minutes: i64) -> DateTime<Utc> {
    bench.clock().now() + TimeDelta::minutes(minutes)
}

async fn publish(bench: &dyn MediaBench, seed: u64, file: &CheckedFile) -> MediaLink {
    let until = later(bench, 60);
    bench.host().publish(message(seed), file, until).await.expect("it is published")
}

async fn renew(bench: &dyn MediaBench, seed: u64, file: &CheckedFile) -> Option<MediaLink> {
    let published = Published::of(message(seed), file);
    bench.host().renew(&published, later(bench, 120)).await.expect("the store answers")
}

async fn withdraw(bench: &dyn MediaBench, seed: u64, file: &CheckedFile) {
    let published = Published::of(message(seed), file);
    bench.host().withdraw(&published).await.expect("the store answers");
}

async fn ended(bench: &dyn MediaBench, limit: usize) -> Vec<Published> {
    let now = bench.clock().now();
    bench.host().ended(now, limit).await.expect("the store answers")
}

async fn bytes(bench: &dyn MediaBench, link: &MediaLink) -> Option<Vec<u8>> {
    bench.fetch(&link.url).await.map(|fetched| fetched.bytes)
}

pub async fn a_published_file_is_fetched_as_what_it_is(bench: Arc<dyn MediaBench>) {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\
        \0\0\0\x01IDAT\0\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82";
    let jpg = b"\xFF\xD8\xFF\xC0\0\x08\x08\0\x01\0\x01\0\xFF\xDA\0\x02abc\xFF\xD9";
    let (png, jpg) = (png.to_vec(), jpg.to_vec());
    let types = [("a.pdf", pdf(1), "application/pdf"), ("a.png", png, "image/png")];
    let types = types.into_iter().chain([("a.jpeg", jpg, "image/jpeg")]);
    for (seed, (name, content, content_type)) in (1..).zip(types) {
        let file = CheckedFile::new(name, content.clone()).expect("a good file");
        let link = publish(&*bench, seed, &file).await;
        let fetched = bench.fetch(&link.url).await.expect("the link works");
        let content_type = content_type.to_owned();
        assert_eq!(fetched, Fetched { bytes: content, content_type, name: name.to_owned() });
    }
}

pub async fn a_link_ends_in_the_files_name_whatever_its_script(bench: Arc<dyn MediaBench>) {
    for (seed, name) in (1..).zip(NAMES) {
        let file = file(name, seed);
        let link = publish(&*bench, seed, &file).await;
        assert!(link.url.bytes().all(|b| b.is_ascii_graphic()), "{}", link.url);
        let path = link.url.split(['?', '#']).next().unwrap_or_default();
        let (_, last) = path.rsplit_once('/').expect("a path");
        let decoded = percent_encoding::percent_decode_str(last).decode_utf8();
        assert_eq!(decoded.expect("UTF-8"), file.name());
        let fetched = bench.fetch(&link.url).await.expect("the link works");
        assert_eq!((fetched.bytes, &*fetched.name), (pdf(seed), file.name()));
    }
}

pub async fn nobody_can_guess_a_link(bench: Arc<dyn MediaBench>) {
    let mut links = BTreeSet::new();
    for seed in 0..4 {
        let link = publish(&*bench, seed, &file(&format!("copy {seed}.pdf"), 7)).await;
        assert!(links.insert(link.url.clone()), "each message has its own link");
        assert!(!format!("{link:?} {:?}", bench.host()).contains(&link.url));
        let signed: Vec<_> = link.url.char_indices().rev().take(40).collect();
        for (at, c) in signed.into_iter().filter(|(_, c)| c.is_ascii_alphanumeric()) {
            let other = if c == 'x' { 'y' } else { 'x' };
            let (before, after) = (&link.url[..at], &link.url[at + 1..]);
            let guess = format!("{before}{other}{after}");
            assert_eq!(bench.fetch(&guess).await, None, "a changed link gives nothing");
        }
    }
}

pub async fn the_same_bytes_are_kept_once(bench: Arc<dyn MediaBench>) {
    let file = file("price-list.pdf", 7);
    let mut links = Vec::new();
    for seed in 0..5 {
        links.push(publish(&*bench, seed, &file).await);
        assert_eq!(bench.copies(file.bytes()).await, 1);
    }
    links.push(renew(&*bench, 5, &file).await.expect("the bytes are there"));
    links.push(publish(&*bench, 0, &file).await);
    assert_eq!(bench.copies(file.bytes()).await, 1);
    for link in &links {
        assert_eq!(bytes(&*bench, link).await, Some(pdf(7)));
    }
}

pub async fn a_link_gives_nothing_after_its_end(bench: Arc<dyn MediaBench>) {
    let file = file("INV-7.pdf", 7);
    let asked = later(&*bench, 60);
    let link = publish(&*bench, 7, &file).await;
    assert!(link.until <= asked && link.until > later(&*bench, 58));
    bench.clock().advance(TimeDelta::minutes(58));
    assert_eq!(bytes(&*bench, &link).await, Some(pdf(7)));
    bench.clock().advance_to(link.until + TimeDelta::seconds(1));
    assert_eq!(bytes(&*bench, &link).await, None);
}

pub async fn a_renewed_link_lives_longer_and_may_be_for_another_message(
    bench: Arc<dyn MediaBench>,
) {
    let (file, first) = (file("INV-7.pdf", 7), file("copy.pdf", 7));
    publish(&*bench, 7, &file).await;
    let same = renew(&*bench, 7, &file).await.expect("the bytes are there");
    let other = renew(&*bench, 8, &first).await.expect("the bytes are there");
    bench.clock().advance(TimeDelta::minutes(100));
    assert_eq!(bytes(&*bench, &same).await, Some(pdf(7)));
    assert_eq!(bytes(&*bench, &other).await, Some(pdf(7)));
    assert_eq!(ended(&*bench, 10).await, [], "a renewed link has not ended");
}

pub async fn what_was_never_published_is_not_renewed(bench: Arc<dyn MediaBench>) {
    assert_eq!(renew(&*bench, 7, &file("INV-7.pdf", 7)).await, None);
    publish(&*bench, 8, &file("INV-8.pdf", 8)).await;
    assert_eq!(renew(&*bench, 7, &file("INV-7.pdf", 7)).await, None);
    let published = Published::of(message(8), &file("INV-8.pdf", 8));
    for strange in ["", "../../etc/passwd", "zz", &"é".repeat(32)] {
        let mut published = published.clone();
        strange.clone_into(&mut published.sha256);
        let renewed = bench.host().renew(&published, later(&*bench, 60)).await;
        assert_eq!(renewed.expect("the store answers"), None, "{strange}");
        bench.host().withdraw(&published).await.expect("there is nothing to withdraw");
    }
}

pub async fn broken_and_lost_bytes_are_not_renewed_and_publishing_mends_them(
    bench: Arc<dyn MediaBench>,
) {
    let file = file("INV-7.pdf", 7);
    let link = publish(&*bench, 7, &file).await;
    for broken in [true, false] {
        if broken {
            bench.spoil(file.bytes()).await;
        } else {
            bench.lose(file.bytes()).await;
            assert_eq!(bytes(&*bench, &link).await, None);
        }
        assert_eq!(renew(&*bench, 7, &file).await, None);
        assert_eq!(renew(&*bench, 8, &file).await, None);
        let again = publish(&*bench, 7, &file).await;
        assert_eq!(bytes(&*bench, &again).await, Some(pdf(7)));
        assert!(renew(&*bench, 7, &file).await.is_some());
    }
    withdraw(&*bench, 7, &file).await;
    assert_eq!(bench.stored().await, 0);
}

pub async fn a_withdrawn_link_gives_nothing_and_the_bytes_go_with_the_last(
    bench: Arc<dyn MediaBench>,
) {
    let (mine, yours) = (file("INV-7.pdf", 7), file("copy.pdf", 7));
    let first = publish(&*bench, 1, &mine).await;
    let second = publish(&*bench, 2, &yours).await;
    publish(&*bench, 3, &file("INV-8.pdf", 8)).await;
    withdraw(&*bench, 1, &mine).await;
    assert_eq!(bytes(&*bench, &first).await, None);
    assert_eq!(bytes(&*bench, &second).await, Some(pdf(7)));
    withdraw(&*bench, 2, &yours).await;
    assert_eq!(bytes(&*bench, &second).await, None);
    assert_eq!(bench.copies(&pdf(7)).await, 0);
    assert_eq!(bench.copies(&pdf(8)).await, 1);
    withdraw(&*bench, 3, &file("INV-8.pdf", 8)).await;
    assert_eq!(bench.stored().await, 0, "nothing is left");
}

pub async fn all_links_of_a_message_to_the_same_bytes_are_withdrawn(bench: Arc<dyn MediaBench>) {
    let file = file("INV-7.pdf", 7);
    let mut links = vec![publish(&*bench, 7, &file).await];
    links.extend(renew(&*bench, 7, &file).await);
    links.push(publish(&*bench, 7, &file).await);
    withdraw(&*bench, 7, &file).await;
    for link in &links {
        assert_eq!(bytes(&*bench, link).await, None);
    }
    assert_eq!(bench.stored().await, 0);
    let anew = publish(&*bench, 7, &file).await;
    assert_eq!(bytes(&*bench, &anew).await, Some(pdf(7)));
}

pub async fn withdrawing_again_is_no_error(bench: Arc<dyn MediaBench>) {
    let file = file("INV-7.pdf", 7);
    withdraw(&*bench, 7, &file).await;
    publish(&*bench, 7, &file).await;
    let other = publish(&*bench, 8, &file).await;
    withdraw(&*bench, 7, &file).await;
    withdraw(&*bench, 7, &file).await;
    assert_eq!(bytes(&*bench, &other).await, Some(pdf(7)));
}

pub async fn what_ended_is_told_until_it_is_withdrawn(bench: Arc<dyn MediaBench>) {
    let files: Vec<_> = (0..5).map(|seed| file(NAMES[1], seed)).collect();
    for (seed, file) in (0..).zip(&files) {
        publish(&*bench, seed, file).await;
    }
    assert_eq!(ended(&*bench, 10).await, []);
    renew(&*bench, 4, &files[4]).await.expect("the bytes are there");
    bench.clock().advance(TimeDelta::minutes(61));
    let mut told = ended(&*bench, 10).await;
    told.sort_by_key(|published| published.message_id);
    let mut expected: Vec<_> =
        (0..4).zip(&files).map(|(seed, file)| Published::of(message(seed), file)).collect();
    expected.sort_by_key(|published| published.message_id);
    assert_eq!(told, expected, "all that ended, and not the renewed one");
    assert_eq!(ended(&*bench, 3).await.len(), 3);
    for left in [3, 2, 1, 0] {
        let one = ended(&*bench, 1).await.remove(0);
        bench.host().withdraw(&one).await.expect("the store answers");
        assert_eq!(ended(&*bench, 10).await.len(), left);
    }
    assert_eq!(bench.copies(files[4].bytes()).await, 1);
    withdraw(&*bench, 4, &files[4]).await;
    assert_eq!(bench.stored().await, 0);
}

pub async fn a_link_that_a_message_was_given_since_stays_when_the_ended_one_goes(
    bench: Arc<dyn MediaBench>,
) {
    let file = file("INV-7.pdf", 7);
    let first = publish(&*bench, 7, &file).await;
    bench.clock().advance(TimeDelta::minutes(61));
    let published = Published::of(message(7), &file);
    let since = renew(&*bench, 7, &file).await.expect("the bytes are there");
    let now = bench.clock().now();
    bench.host().withdraw_ended(&published, now).await.expect("the store answers");
    assert_eq!(bytes(&*bench, &first).await, None);
    assert_eq!(bytes(&*bench, &since).await, Some(pdf(7)));
    bench.clock().advance(TimeDelta::minutes(121));
    let now = bench.clock().now();
    bench.host().withdraw_ended(&published, now).await.expect("the store answers");
    assert_eq!(bench.stored().await, 0);
}

pub async fn processes_share_one_store(bench: Arc<dyn MediaBench>) {
    let (file, other) = (file("INV-7.pdf", 7), bench.other_host());
    let mine = publish(&*bench, 7, &file).await;
    let theirs = other.publish(message(8), &file, later(&*bench, 60)).await;
    let theirs = theirs.expect("it is published");
    assert_eq!(bench.copies(file.bytes()).await, 1);
    assert_eq!(bytes(&*bench, &theirs).await, Some(pdf(7)));
    let renewed = other.renew(&Published::of(message(7), &file), later(&*bench, 70)).await;
    assert!(renewed.expect("the store answers").is_some());
    other.withdraw(&Published::of(message(7), &file)).await.expect("the store answers");
    other.withdraw(&Published::of(message(8), &file)).await.expect("the store answers");
    assert_eq!(bytes(&*bench, &mine).await, None);
    assert_eq!(bench.stored().await, 0);
}

pub async fn publishing_beside_a_withdrawal_of_the_same_bytes_keeps_them(
    bench: Arc<dyn MediaBench>,
) {
    let file = file("price-list.pdf", 7);
    for round in 0..20 {
        let (old, new) = (2 * round, 2 * round + 1);
        publish(&*bench, old, &file).await;
        let (host, other) = (bench.host(), bench.other_host());
        let (gone, until) = (Published::of(message(old), &file), later(&*bench, 60));
        let withdrawn = tokio::spawn(async move { host.withdraw(&gone).await });
        let kept = file.clone();
        let published =
            tokio::spawn(async move { other.publish(message(new), &kept, until).await });
        withdrawn.await.expect("no panic").expect("the store answers");
        let link = published.await.expect("no panic").expect("it is published");
        assert_eq!(bytes(&*bench, &link).await, Some(pdf(7)), "round {round}");
        withdraw(&*bench, new, &file).await;
        assert_eq!(bench.stored().await, 0, "round {round}");
    }
}
