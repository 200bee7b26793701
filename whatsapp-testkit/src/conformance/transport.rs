//! Cases for sending, given a stand-in for the gateway.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::message::{AttachmentRef, Cause};
use whatsapp_core::port::{OutgoingMessage, Probe, TransportError};
use whatsapp_core::retry::Disposition;

use super::bench::{Meaning, Reply, TransportBench, unsupported};
use crate::fixtures;

/// Opens a bench.
pub async fn open<F>(open: impl Fn() -> F + Send) -> Arc<dyn TransportBench>
where
    F: Future<Output = Arc<dyn TransportBench>> + Send,
{
    open().await
}

/// All answers of these meanings; there must be at least one.
fn replies(bench: &dyn TransportBench, meanings: &[Meaning]) -> Vec<(Meaning, Reply)> {
    let of = |meaning: &Meaning| {
        let replies = bench.replies(*meaning).into_iter();
        replies.map(|reply| (*meaning, reply)).collect::<Vec<_>>()
    };
    let replies: Vec<_> = meanings.iter().flat_map(of).collect();
    if replies.is_empty() {
        unsupported(&format!("it has no answer that means {meanings:?}"));
    }
    replies
}

/// Sends while the gateway gives this answer; the send must fail, with exactly one POST.
async fn fails(bench: &dyn TransportBench, reply: &Reply, taken: bool) -> TransportError {
    let before = bench.posts().len();
    bench.next(reply, taken);
    let sent = bench.transport().send(&message(1)).await;
    let posts = bench.posts().len() - before;
    assert_eq!(posts, 1, "one call is one POST under {}", reply.name);
    let error = sent.expect_err(&format!("{} is no acceptance", reply.name));
    is_discreet(bench, &error);
    error
}

/// Checks that an error shows no key, number, text or address.
fn is_discreet(bench: &dyn TransportBench, error: &TransportError) {
    let shown = format!("{error} {error:?} {}", error.detail());
    gives_nothing_away(bench, &shown);
}

fn gives_nothing_away(bench: &dyn TransportBench, shown: &str) {
    let message = message(1);
    let mut secrets = bench.secrets();
    secrets.extend([message.number.digits().to_owned(), message.text.as_str().to_owned()]);
    for secret in secrets {
        assert!(!shown.contains(&secret), "{shown:?} gives something away");
    }
}

/// The message of customer `seed`, without an attachment.
pub(super) fn message(seed: u64) -> OutgoingMessage {
    let number = WhatsAppNumber::parse(&fixtures::number(seed)).expect("a valid number");
    OutgoingMessage::new(number, fixtures::text(seed))
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

pub async fn an_ordinary_send_is_accepted_with_one_post(bench: Arc<dyn TransportBench>) {
    let message = message(1);
    let accepted = bench.transport().send(&message).await.expect("an acceptance");
    let posts = bench.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(digits(&posts[0].number), message.number.digits());
    assert_eq!(posts[0].text, message.text.as_str());
    assert_eq!(posts[0].link, None);
    if let Some(id) = accepted.gateway_id {
        assert_eq!(id, bench.taken()[0].id);
    }
    assert!(accepted.http_status.is_none_or(|status| (200..300).contains(&status)));
}

pub async fn the_reply_for_the_log_gives_nothing_away(bench: Arc<dyn TransportBench>) {
    let accepted = bench.transport().send(&message(1)).await.expect("an acceptance");
    gives_nothing_away(&*bench, &format!("{accepted:?}"));
}

pub async fn any_text_arrives_unchanged(bench: Arc<dyn TransportBench>) {
    for text in ["नमस्ते 🙏\nline two", "a=b&c=d+e%20f;\"'\\", "{customerName} <b>", " x "]
    {
        let message = message(1).with_text(text);
        bench.transport().send(&message).await.expect("an acceptance");
        let taken = bench.taken();
        assert_eq!(taken.last().map(|last| last.text.as_str()), Some(text));
    }
}

pub async fn an_attachment_is_sent_with_its_text_in_one_post(bench: Arc<dyn TransportBench>) {
    let url = "https://files.example/secret/INV-7.pdf?a=b&c=%2F";
    let attachment = AttachmentRef::new(url, AttachmentKind::Pdf, "INV-7.pdf");
    let message = message(1).with_attachment(attachment);
    bench.transport().send(&message).await.expect("an acceptance");
    let posts = bench.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].text, message.text.as_str());
    assert_eq!(posts[0].link.as_deref(), Some(url), "the POST says where the file is");
}

pub async fn a_doubtful_answer_leaves_the_outcome_unknown(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::Unclear]) {
        for taken in [true, false] {
            let error = fails(&*bench, &reply, taken).await;
            assert_eq!(error.disposition(), Disposition::Unknown, "{}", reply.name);
            assert!(error.reached(), "{}", reply.name);
            assert_eq!(error.retry_after(), None, "{}", reply.name);
        }
    }
}

pub async fn a_redirect_is_not_followed_and_is_the_addresss_trouble(
    bench: Arc<dyn TransportBench>,
) {
    for (meaning, reply) in replies(&*bench, &[Meaning::Moved, Meaning::Elsewhere]) {
        let name = &reply.name;
        let taken = meaning == Meaning::Elsewhere;
        let error = fails(&*bench, &reply, taken).await;
        if taken {
            assert_eq!(error.disposition(), Disposition::Unknown, "{name} may be an acceptance");
        } else {
            assert_eq!(error.disposition(), Disposition::Account, "{name}: ask there instead");
            assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Address, false), "{name}");
        }
    }
}

pub async fn a_refusal_for_the_accounts_sake_is_the_accounts(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::Account]) {
        let (error, name) = (fails(&*bench, &reply, false).await, reply.name);
        assert_eq!(error.disposition(), Disposition::Account, "{name}");
        assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Account, true), "{name}");
        assert_eq!(error.retry_after(), None, "{name}");
    }
}

pub async fn an_answer_that_may_be_about_the_message_says_so(bench: Arc<dyn TransportBench>) {
    let perhaps = [
        (Meaning::PerhapsAccount, Cause::Account),
        (Meaning::PerhapsAddress, Cause::Address),
        (Meaning::Between, Cause::Between),
    ];
    for (meaning, reply) in replies(&*bench, &perhaps.map(|(meaning, _)| meaning)) {
        let cause = perhaps.iter().find(|(of, _)| *of == meaning).map(|(_, cause)| *cause);
        let (cause, name) = (cause.expect("a cause for each"), &reply.name);
        let error = fails(&*bench, &reply, false).await;
        assert_eq!(error.disposition(), Disposition::Account, "{name}");
        assert_eq!((error.cause(), error.cause_is_sure()), (cause, false), "{name}");
    }
}

pub async fn a_page_that_answers_as_if_all_were_well_leaves_the_outcome_unknown(
    bench: Arc<dyn TransportBench>,
) {
    for (_, reply) in replies(&*bench, &[Meaning::Page]) {
        for taken in [true, false] {
            let error = fails(&*bench, &reply, taken).await;
            assert_eq!(error.disposition(), Disposition::Unknown);
            assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Between, false));
        }
    }
}

pub async fn a_refused_number_is_the_recipients_for_good(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::Recipient]) {
        let error = fails(&*bench, &reply, false).await;
        assert_eq!(error.disposition(), Disposition::Permanent);
        assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Recipient, true));
    }
}

pub async fn the_gateways_own_words_are_kept(bench: Arc<dyn TransportBench>) {
    let said = replies(&*bench, Meaning::ALL);
    let said: Vec<_> = said.iter().filter_map(|(_, reply)| Some((reply, reply.words?))).collect();
    if said.is_empty() {
        unsupported("none of its answers has words");
    }
    for (reply, words) in said {
        let error = fails(&*bench, reply, false).await;
        assert!(error.detail().contains(words), "{words:?} is not in {:?}", error.detail());
    }
}

pub async fn a_probe_hears_of_the_accounts_trouble(bench: Arc<dyn TransportBench>) {
    let transport = bench.transport();
    for (_, reply) in replies(&*bench, &[Meaning::Account]) {
        bench.trouble(&reply, true);
        assert_ne!(transport.probe().await, Ok(Probe::Ready), "{}", reply.name);
        bench.trouble(&reply, false);
        assert_ne!(transport.probe().await, Ok(Probe::Refused), "{}", reply.name);
    }
    let strange = [Meaning::Page, Meaning::Elsewhere].map(|meaning| bench.replies(meaning));
    for reply in strange.iter().flatten() {
        bench.trouble(reply, true);
        assert!(transport.probe().await.is_err(), "{} says neither yes nor no", reply.name);
    }
    bench.recover();
    assert_ne!(transport.probe().await, Ok(Probe::Refused));
}

pub async fn an_answer_that_never_comes_ends_within_thirty_seconds(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::Silence]) {
        let fails = fails(&*bench, &reply, true);
        let error = tokio::time::timeout(Duration::from_secs(31), fails).await;
        let error = error.expect("it ends within 30 seconds");
        assert_eq!(error.disposition(), Disposition::Unknown);
    }
}

pub async fn what_was_not_taken_this_time_may_be_taken_later(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::NotNow]) {
        let error = fails(&*bench, &reply, false).await;
        assert_eq!(error.disposition(), Disposition::Transient, "{}", reply.name);
        assert!(error.reached(), "{}", reply.name);
    }
}

pub async fn a_refused_request_is_final(bench: Arc<dyn TransportBench>) {
    for (_, reply) in replies(&*bench, &[Meaning::Request]) {
        let error = fails(&*bench, &reply, false).await;
        assert_eq!(error.disposition(), Disposition::Permanent, "{}", reply.name);
        assert_eq!(error.http_status(), reply.http_status, "{}", reply.name);
        assert_eq!(error.retry_after(), None, "{}", reply.name);
    }
}

pub async fn a_gateway_that_is_asked_too_often_says_how_long_to_wait(
    bench: Arc<dyn TransportBench>,
) {
    for (_, reply) in replies(&*bench, &[Meaning::TooOften]) {
        let (error, name) = (fails(&*bench, &reply, false).await, &reply.name);
        assert_eq!(error.disposition(), Disposition::Transient, "{name}");
        assert_eq!(error.cause(), Cause::Account, "{name}");
        let wait = error.retry_after().expect("it is set whenever the gateway is asked too often");
        assert!((TimeDelta::seconds(1)..=TimeDelta::hours(1)).contains(&wait), "{name}: {wait}");
        assert!(reply.wait.is_none_or(|expected| wait == expected), "{name}: {wait}");
    }
}

pub async fn a_strange_key_is_the_accounts_fault(bench: Arc<dyn TransportBench>) {
    let Some(stranger) = bench.stranger() else { unsupported("its gateway has no keys") };
    let error = stranger.send(&message(1)).await.expect_err("the gateway does not know the key");
    assert_eq!(error.disposition(), Disposition::Account);
    assert_eq!(bench.taken().len(), 0);
    assert!(bench.posts().len() <= 1, "no second try");
    is_discreet(&*bench, &error);
}

pub async fn a_gateway_out_of_reach_got_nothing(bench: Arc<dyn TransportBench>) {
    bench.stop().await;
    let transport = bench.transport();
    let error = transport.send(&message(1)).await.expect_err("nobody listens");
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(!error.reached(), "no byte can have arrived");
    assert!(transport.probe().await.is_err());
}

pub async fn concurrent_sends_are_as_many_posts(bench: Arc<dyn TransportBench>) {
    let unclear = bench.replies(Meaning::Unclear);
    for reply in &unclear {
        bench.next(reply, true);
    }
    let sends: Vec<_> = (0..30)
        .map(|seed| {
            let transport = bench.transport();
            tokio::spawn(async move { transport.send(&message(seed)).await })
        })
        .collect();
    let mut accepted = 0;
    for send in sends {
        accepted += usize::from(send.await.expect("no panic").is_ok());
    }
    let posts = bench.posts();
    let mut texts: Vec<_> = posts.iter().map(|post| post.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!((posts.len(), texts.len()), (30, 30), "each message in one POST");
    assert_eq!(accepted, 30 - unclear.len(), "each other message was accepted");
}

pub async fn a_probe_tells_whether_the_key_is_taken_and_sends_nothing(
    bench: Arc<dyn TransportBench>,
) {
    assert_ne!(bench.transport().probe().await, Ok(Probe::Refused));
    if let Some(stranger) = bench.stranger() {
        assert_ne!(stranger.probe().await, Ok(Probe::Ready));
    }
    assert_eq!(bench.posts().len(), 0);
}
