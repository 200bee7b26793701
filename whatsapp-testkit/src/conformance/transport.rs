//! Cases for sending, against the stand-in gateway.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::message::{AttachmentRef, Cause};
use whatsapp_core::port::{OutgoingMessage, Probe, Transport, TransportError};
use whatsapp_core::retry::Disposition;

use crate::fixtures;
use crate::gateway::{Answer, Fault, Probed, RetryAfter, Sample, StandInGateway};

/// A stand-in gateway, and the transport under test pointed at it.
#[derive(Debug)]
pub struct Line {
    /// The gateway: fresh, and ordinary until told otherwise.
    pub gateway: StandInGateway,
    /// The transport, with the gateway's key.
    pub transport: Arc<dyn Transport>,
    /// The same transport with a key that the gateway does not know.
    pub stranger: Arc<dyn Transport>,
}

/// Starts a gateway and opens two transports to it, by URL and key.
pub async fn open<F>(open: impl Fn(String, String) -> F + Send) -> Line
where
    F: Future<Output = Arc<dyn Transport>> + Send,
{
    let gateway = StandInGateway::start().await.expect("a free port on loopback");
    let transport = open(gateway.url(), gateway.key().to_owned()).await;
    let stranger = open(gateway.url(), "a-strange-key-7777".to_owned()).await;
    Line { gateway, transport, stranger }
}

impl Line {
    /// Sends under this fault, which must fail, with exactly one POST.
    async fn fails(&self, fault: Fault) -> TransportError {
        let before = self.gateway.posts().len();
        self.gateway.next(fault.clone());
        let sent = self.transport.send(&message(1)).await;
        let posts = self.gateway.posts();
        assert_eq!(posts.len() - before, 1, "one call is one POST under {fault}");
        assert!(!posts[before].followed_redirect);
        let error = sent.expect_err(&format!("{fault} is no acceptance"));
        self.is_discreet(&error);
        error
    }

    /// An error shows no key, number, text or address.
    fn is_discreet(&self, error: &TransportError) {
        let shown = format!("{error} {error:?} {}", error.detail());
        let (message, address) = (message(1), self.gateway.address().to_string());
        for secret in [self.gateway.key(), message.number.digits(), &*text(&message), &address] {
            assert!(!shown.contains(secret), "{shown:?} gives something away");
        }
    }
}

/// The message of customer `seed`, without an attachment.
pub(super) fn message(seed: u64) -> OutgoingMessage {
    OutgoingMessage {
        number: WhatsAppNumber::parse(&fixtures::number(seed)).expect("a valid number"),
        text: fixtures::text(seed).into(),
        attachment: None,
    }
}

fn text(message: &OutgoingMessage) -> String {
    message.text.as_str().to_owned()
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

pub async fn an_ordinary_send_is_accepted_with_one_post(line: Line) {
    let message = message(1);
    let accepted = line.transport.send(&message).await.expect("an acceptance");
    let posts = line.gateway.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(digits(&posts[0].number), message.number.digits());
    assert_eq!(posts[0].text, message.text.as_str());
    assert_eq!((&posts[0].url, &posts[0].file), (&None, &None));
    if let Some(id) = accepted.gateway_id {
        assert_eq!(id, line.gateway.accepted()[0].id);
    }
    assert!(accepted.http_status.is_none_or(|status| (200..300).contains(&status)));
}

pub async fn the_reply_for_the_log_gives_nothing_away(line: Line) {
    let message = message(1);
    let accepted = line.transport.send(&message).await.expect("an acceptance");
    let shown = format!("{accepted:?}");
    for secret in [line.gateway.key(), message.number.digits(), message.text.as_str()] {
        assert!(!shown.contains(secret), "{shown:?} gives something away");
    }
}

pub async fn any_text_arrives_unchanged(line: Line) {
    for text in ["नमस्ते 🙏\nline two", "a=b&c=d+e%20f;\"'\\", "{customerName} <b>", " x "]
    {
        let message = OutgoingMessage { text: text.into(), ..message(1) };
        line.transport.send(&message).await.expect("an acceptance");
        let accepted = line.gateway.accepted();
        assert_eq!(accepted.last().map(|last| last.text.as_str()), Some(text));
    }
}

pub async fn an_attachment_is_sent_with_its_text_in_one_post(line: Line) {
    let url = "https://files.example/secret/INV-7.pdf?a=b&c=%2F";
    let attachment = AttachmentRef::new(url, AttachmentKind::Pdf, "INV-7.pdf");
    let message = OutgoingMessage { attachment: Some(attachment), ..message(1) };
    line.transport.send(&message).await.expect("an acceptance");
    let posts = line.gateway.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].text, message.text.as_str());
    let named = posts[0].fields.iter().any(|(_, value)| value == url);
    assert!(named, "the POST says where the file is");
}

pub async fn a_doubtful_answer_leaves_the_outcome_unknown(line: Line) {
    let answers = [
        Answer::Reset,
        Answer::Close,
        Answer::Truncated,
        Answer::Garbage,
        Answer::Empty,
        Answer::Status(500),
        Answer::Status(502),
        Answer::Status(503),
        Answer::Status(504),
    ];
    for answer in answers {
        for fault in [Fault::accept_then(answer.clone()), Fault::refuse(answer)] {
            let error = line.fails(fault.clone()).await;
            assert_eq!(error.disposition(), Disposition::Unknown, "{fault}");
            assert!(error.reached(), "{fault}");
            assert_eq!(error.retry_after(), None, "{fault}");
        }
    }
}

pub async fn a_redirect_is_not_followed_and_is_the_addresss_trouble(line: Line) {
    for status in [301, 307, 308] {
        let error = line.fails(Fault::refuse(Answer::Redirect(status))).await;
        assert_eq!(error.disposition(), Disposition::Account, "{status}: ask there instead");
        assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Address, false), "{status}");
    }
    let error = line.fails(Fault::accept_then(Answer::Redirect(303))).await;
    assert_eq!(error.disposition(), Disposition::Unknown, "303 may follow an acceptance");
}

pub async fn a_refusal_for_the_accounts_sake_is_the_accounts(line: Line) {
    let answers = [
        Answer::session_down(),
        Answer::Says(Sample::SessionNotConnected),
        Answer::Says(Sample::SessionUnexpected),
        Answer::Says(Sample::SubscriptionExpired),
        Answer::Says(Sample::Code(401)),
        Answer::Says(Sample::Code(402)),
        Answer::Status(401),
        Answer::Status(402),
    ];
    for answer in answers {
        let fault = Fault::refuse(answer);
        let error = line.fails(fault.clone()).await;
        assert_eq!(error.disposition(), Disposition::Account, "{fault}");
        assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Account, true), "{fault}");
        assert_eq!(error.retry_after(), None, "{fault}");
    }
}

pub async fn an_answer_that_may_be_about_the_message_says_so(line: Line) {
    let cases = [
        (Answer::Status(403), Cause::Account),
        (Answer::Status(404), Cause::Address),
        (Answer::Says(Sample::NotFoundPage), Cause::Between),
        (Answer::Says(Sample::FirewallPage), Cause::Between),
    ];
    for (answer, cause) in cases {
        let fault = Fault::refuse(answer);
        let error = line.fails(fault.clone()).await;
        assert_eq!(error.disposition(), Disposition::Account, "{fault}");
        assert_eq!((error.cause(), error.cause_is_sure()), (cause, false), "{fault}");
    }
}

pub async fn a_page_that_answers_as_if_all_were_well_leaves_the_outcome_unknown(line: Line) {
    for fault in [Fault::accept_then, Fault::refuse] {
        let error = line.fails(fault(Answer::Says(Sample::MaintenancePage))).await;
        assert_eq!(error.disposition(), Disposition::Unknown);
        assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Between, false));
    }
}

pub async fn a_refused_number_is_the_recipients_for_good(line: Line) {
    let error = line.fails(Fault::refuse(Answer::Says(Sample::Code(400)))).await;
    assert_eq!(error.disposition(), Disposition::Permanent);
    assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Recipient, true));
}

pub async fn the_gateways_own_words_are_kept(line: Line) {
    let cases = [
        (Answer::Says(Sample::SessionNotConnected), "session_not_connected"),
        (Answer::Says(Sample::SubscriptionExpired), "subscription expired"),
        (Answer::Says(Sample::DailyLimit), "Daily limit of messages reached"),
        (Answer::Says(Sample::Code(400)), "not a valid WhatsApp number"),
        (Answer::Says(Sample::FirewallPage), "Attention Required!"),
        (Answer::Says(Sample::MaintenancePage), "Down for maintenance"),
        (Answer::SuccessFalse("Try again".to_owned()), "Try again"),
    ];
    for (answer, words) in cases {
        let error = line.fails(Fault::refuse(answer)).await;
        assert!(error.detail().contains(words), "{words:?} is not in {:?}", error.detail());
    }
}

pub async fn a_probe_hears_of_the_accounts_trouble(line: Line) {
    for answer in [
        Answer::session_down(),
        Answer::Says(Sample::SessionNotConnected),
        Answer::Says(Sample::SessionUnexpected),
        Answer::Says(Sample::SubscriptionExpired),
        Answer::Says(Sample::Code(401)),
    ] {
        line.gateway.account_trouble(answer.clone(), Probed::No);
        assert_ne!(line.transport.probe().await, Ok(Probe::Ready), "{answer}");
        line.gateway.account_trouble(answer.clone(), Probed::Yes);
        assert_ne!(line.transport.probe().await, Ok(Probe::Refused), "{answer}");
    }
    for answer in [Answer::Says(Sample::MaintenancePage), Answer::Redirect(302)] {
        line.gateway.account_trouble(answer.clone(), Probed::No);
        assert!(line.transport.probe().await.is_err(), "{answer} is no answer of the gateway");
    }
    line.gateway.account_recovers();
    assert_ne!(line.transport.probe().await, Ok(Probe::Refused));
}

pub async fn an_answer_that_never_comes_ends_within_thirty_seconds(line: Line) {
    let fails = line.fails(Fault::accept_then(Answer::Hang));
    let error = tokio::time::timeout(Duration::from_secs(31), fails).await;
    let error = error.expect("it ends within 30 seconds");
    assert_eq!(error.disposition(), Disposition::Unknown);
}

pub async fn success_false_is_a_failure_that_may_pass(line: Line) {
    let faults = [Answer::not_taken(), Answer::SuccessFalse("Try again".to_owned())];
    for answer in faults {
        let error = line.fails(Fault::refuse(answer)).await;
        assert_eq!(error.disposition(), Disposition::Transient);
        assert!(error.reached());
    }
}

pub async fn a_refused_request_is_final(line: Line) {
    for status in [400, 422] {
        let error = line.fails(Fault::refuse(Answer::Status(status))).await;
        assert_eq!(error.disposition(), Disposition::Permanent, "{status}");
        assert_eq!(error.http_status(), Some(status));
        assert_eq!(error.retry_after(), None);
    }
}

pub async fn a_gateway_that_is_asked_too_often_says_how_long_to_wait(line: Line) {
    let text = |text: &str| RetryAfter::Text(text.to_owned());
    let cases = [
        (text("120"), Some(TimeDelta::seconds(120))),
        (text("999999999"), Some(TimeDelta::hours(1))),
        (text("0"), None),
        (text("-1"), None),
        (text("abc"), None),
        (RetryAfter::Absent, None),
        (RetryAfter::Date(Duration::from_secs(90)), None),
    ];
    let mut faults: Vec<_> = cases
        .into_iter()
        .map(|(retry_after, expected)| (Answer::TooManyRequests(retry_after), expected))
        .collect();
    faults.push((Answer::Says(Sample::DailyLimit), None));
    faults.push((Answer::Says(Sample::Code(429)), None));
    for (answer, expected) in faults {
        let fault = Fault::refuse(answer);
        let error = line.fails(fault.clone()).await;
        assert_eq!(error.disposition(), Disposition::Transient, "{fault}");
        assert_eq!(error.cause(), Cause::Account, "{fault}");
        let wait = error.retry_after().expect("429 always sets it");
        assert!((TimeDelta::seconds(1)..=TimeDelta::hours(1)).contains(&wait), "{fault}: {wait}");
        assert!(expected.is_none_or(|expected| wait == expected), "{fault}: {wait}");
    }
}

pub async fn a_strange_key_is_the_accounts_fault(line: Line) {
    let sent = line.stranger.send(&message(1)).await;
    let error = sent.expect_err("the gateway does not know the key");
    assert_eq!(error.disposition(), Disposition::Account);
    assert_eq!(line.gateway.accepted().len(), 0);
    assert!(line.gateway.posts().len() <= 1, "no second try");
    line.is_discreet(&error);
}

pub async fn a_gateway_out_of_reach_got_nothing(line: Line) {
    let Line { gateway, transport, .. } = line;
    gateway.shutdown().await;
    let error = transport.send(&message(1)).await.expect_err("nobody listens");
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(!error.reached(), "no byte can have arrived");
    assert!(transport.probe().await.is_err());
}

pub async fn concurrent_sends_are_as_many_posts(line: Line) {
    line.gateway.mix(7, &[(30, Fault::accept_then(Answer::Reset))]);
    let sends: Vec<_> = (0..30)
        .map(|seed| {
            let transport = Arc::clone(&line.transport);
            tokio::spawn(async move { transport.send(&message(seed)).await })
        })
        .collect();
    let mut accepted = 0;
    for send in sends {
        accepted += usize::from(send.await.expect("no panic").is_ok());
    }
    let posts = line.gateway.posts();
    let mut texts: Vec<_> = posts.iter().map(|post| post.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!((posts.len(), texts.len()), (30, 30), "each message in one POST");
    let ordinary = posts.iter().filter(|post| post.played == Fault::ordinary());
    assert_eq!(accepted, ordinary.count());
}

pub async fn a_probe_tells_whether_the_key_is_taken_and_sends_nothing(line: Line) {
    assert_ne!(line.transport.probe().await, Ok(Probe::Refused));
    assert_ne!(line.stranger.probe().await, Ok(Probe::Ready));
    assert_eq!(line.gateway.posts().len(), 0);
}
