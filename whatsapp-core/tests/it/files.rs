//! Attached files: checked at enqueue and before a delayed send, kept while messages need them.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::attachment::{CheckedFile, FoundFile, Place};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Delivery, FailureKind, Phase, Reported};
use whatsapp_core::messenger::{ManageError, Resend};
use whatsapp_core::port::{Clock as _, MediaError, MediaHost, MediaLink, Published, SourceError};
use whatsapp_core::sweep::Sweep;
use whatsapp_core::{Attachment, MessageId, Request};

use crate::shop::{ASHA, PDF, PNG, Shop};

mod doubts;
mod parts;

const LINK: &str = "https://files.example/5f0c/INV-7.pdf";

fn link() -> Place {
    Place::Link(LINK.to_owned())
}

fn found() -> FoundFile {
    found_with(PDF.to_vec())
}

fn found_with(bytes: Vec<u8>) -> FoundFile {
    FoundFile::new(bytes).with_name(Some("INV-7.pdf")).as_given()
}

fn invoice_behind(shop: &Shop, attachment: Attachment) -> Request {
    shop.invoice(ASHA, "INV-7").with_attachment(attachment)
}

async fn refusal(shop: &Shop, attachment: Attachment) -> String {
    let request = invoice_behind(shop, attachment);
    shop.messenger.enqueue(request).await.unwrap_err().to_string()
}

async fn enqueued(shop: &Shop, request: Request) -> MessageId {
    shop.messenger.enqueue(request).await.unwrap().message_id
}

#[tokio::test]
async fn a_file_is_kept_and_what_was_learnt_of_it_is_in_the_log() {
    let shop = Shop::new();
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7")).await;
    let message = shop.message(id).await;
    let file = message.facts.attachment.unwrap();
    assert_eq!((file.name.as_str(), file.size), ("INV-7.pdf", Some(PDF.len() as u64)));
    assert_eq!(file.until, Some(shop.opened + TimeDelta::hours(24)));
    assert!(shop.media.files().contains(file.sha256.as_deref().unwrap()));
    assert_eq!(shop.media.link_of(id).unwrap().url, file.url);
    assert!(message.facts.text.as_str().contains(&file.url), "the link leads to the file");
    shop.tick().await;
    assert_eq!(shop.gateway.sent()[0].attachment.as_ref().unwrap().url, file.url);
    // The same bytes for another message are the same file.
    enqueued(&shop, shop.invoice(ASHA, "INV-8")).await;
    assert_eq!((shop.media.files().len(), shop.media.links().len()), (1, 2));
}

#[tokio::test]
async fn files_are_told_apart_by_their_bytes() {
    let shop = Shop::new();
    let file = |bytes: &[u8]| Attachment::file("INV-7.pdf", bytes.to_vec()).unwrap();
    let first = invoice_behind(&shop, file(b"%PDF-1.7 1 0 obj<</Type/Page>>endobj %%EOF"));
    let id = enqueued(&shop, first.clone()).await;
    assert_eq!(enqueued(&shop, first).await, id);
    let other = refusal(&shop, file(b"%PDF-1.7 2 0 obj<</Type/Page>>endobj %%EOF")).await;
    assert_eq!(other, "another message was enqueued under the same key with other content");
    assert_eq!(shop.media.publications(), 1);
}

#[tokio::test]
async fn what_lies_elsewhere_is_read_checked_and_kept() {
    let shop = Shop::new();
    for (place, attachment) in [
        (link(), Attachment::link(LINK).unwrap()),
        (Place::Path("pdf/INV-7.pdf".into()), Attachment::path("pdf/INV-7.pdf")),
        (Place::Key("2026/7".into()), Attachment::key("2026/7").named("INV-7.pdf")),
    ] {
        shop.sources.put(place.clone(), found());
        let request = invoice_behind(&shop, attachment)
            .with_key(whatsapp_core::message::MessageKey::new(format!("{place:?}")).unwrap());
        let id = enqueued(&shop, request.clone()).await;
        let file = shop.message(id).await.facts.attachment.unwrap();
        assert_eq!(file.name, "INV-7.pdf");
        assert!(file.url.starts_with("https://media.example/"), "{place:?}");
        assert_eq!(enqueued(&shop, request).await, id, "the same again, {place:?}");
    }
    assert_eq!(shop.sources.reads(&link()), 1, "a link that is known is not read again");
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_a_clear_error_and_nothing_is_enqueued() {
    let shop = Shop::new();
    let link = || Attachment::link(LINK).unwrap();
    shop.sources.put(self::link(), FoundFile::new(b"<html>Sign in</html>".to_vec()));
    assert_eq!(
        refusal(&shop, link()).await,
        "the link leads to a web page, not to the file: make it public or give the file itself"
    );
    shop.sources.put(self::link(), FoundFile::new(PDF.to_vec()));
    assert!(refusal(&shop, link()).await.contains("the file has no name"));
    shop.sources.put(self::link(), found().with_content_type(Some("image/png")));
    assert!(refusal(&shop, link()).await.contains("served as something else"));
    shop.sources.fail(self::link(), SourceError::unreachable("the server does not answer"));
    assert_eq!(refusal(&shop, link()).await, "the server does not answer");
    shop.sources.put(self::link(), FoundFile::new(PNG.to_vec()).with_name(Some("INV-7.png")));
    assert!(refusal(&shop, link()).await.contains("need a PDF"));
    shop.media.fail_next(1);
    let file = Attachment::file("INV-7.pdf", PDF.to_vec()).unwrap();
    assert!(refusal(&shop, file).await.contains("could not be made available"));
    assert!(shop.store.messages().is_empty());
}

#[tokio::test]
async fn a_public_link_is_passed_on_only_where_that_is_wanted_and_possible() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    let attached = async |name: &str, file: FoundFile| {
        shop.sources.put(link(), file);
        let request = invoice_behind(&shop, Attachment::link(LINK).unwrap())
            .with_key(whatsapp_core::message::MessageKey::new(name).unwrap());
        shop.message(enqueued(&shop, request).await).await.facts.attachment.unwrap()
    };
    let passed_on = attached("as-it-is", found()).await;
    assert_eq!((passed_on.url.as_str(), passed_on.until), (LINK, None));
    assert_eq!(passed_on.size, Some(PDF.len() as u64));
    // A link that was rewritten or needed a token leads the gateway nowhere.
    let rewritten = FoundFile::new(PDF.to_vec()).with_name(Some("INV-7.pdf"));
    assert!(attached("rewritten", rewritten).await.until.is_some());
    shop.set("whatsapp_attachment_pass_on_links", "false");
    assert!(attached("kept", found()).await.until.is_some());
}

#[tokio::test]
async fn a_delayed_message_is_not_sent_without_its_file() {
    let shop = Shop::new();
    let at = shop.opened + TimeDelta::hours(5);
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7").with_schedule(at)).await;
    let sha256 = shop.message(id).await.facts.attachment.unwrap().sha256.unwrap();
    shop.media.break_bytes(&sha256);
    shop.live_for(TimeDelta::hours(6)).await;
    let Phase::Failed(why) = shop.phase(id).await else { panic!() };
    assert_eq!(why.kind, FailureKind::Invalid);
    assert!(why.reason.contains("not kept any more"), "{}", why.reason);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.attempts(id).await, [(300, Some("not_sent"))]);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_had_just_now_is_waited_for_on_the_schedule_of_retries() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    shop.sources.put(link(), found());
    let at = shop.opened + TimeDelta::hours(1);
    let request = invoice_behind(&shop, Attachment::link(LINK).unwrap()).with_schedule(at);
    let id = enqueued(&shop, request).await;
    shop.sources.fail(link(), SourceError::unreachable("the server does not answer"));
    shop.live_for(TimeDelta::minutes(61)).await;
    assert!(matches!(shop.phase(id).await, Phase::Retrying { .. }));
    shop.sources.put(link(), found());
    shop.live_for(TimeDelta::minutes(31)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.attempts(id).await, [(60, Some("not_sent")), (90, Some("accepted"))]);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn unreachable_files_are_no_outage_of_the_gateway() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    shop.sources.put(link(), found());
    let at = shop.opened + TimeDelta::hours(1);
    for n in 0..20 {
        let request = shop
            .invoice(ASHA, &format!("INV-{n}"))
            .with_attachment(Attachment::link(LINK).unwrap());
        enqueued(&shop, request.with_schedule(at)).await;
    }
    shop.sources.fail(link(), SourceError::unreachable("the server does not answer"));
    shop.live_for(TimeDelta::minutes(61)).await;
    let order = shop.enqueued("SO-1").await;
    let report = shop.tick().await;
    assert_eq!((report.sent, report.pause), (1, None));
    assert_eq!(shop.phase(order).await, Phase::Sent);
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_since_is_not_passed_on() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    shop.sources.put(link(), found());
    let at = shop.opened + TimeDelta::hours(1);
    let request = invoice_behind(&shop, Attachment::link(LINK).unwrap()).with_schedule(at);
    let id = enqueued(&shop, request).await;
    let other = FoundFile::new(b"%PDF-1.7 3 0 obj<</Type/Page>>endobj %%EOF".to_vec()).as_given();
    shop.sources.put(link(), other);
    shop.live_for(TimeDelta::hours(2)).await;
    let Phase::Failed(why) = shop.phase(id).await else { panic!() };
    assert!(why.reason.contains("has changed"), "{}", why.reason);
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn a_link_that_would_end_too_soon_is_replaced_before_the_send_also_in_the_text() {
    let shop = Shop::new();
    let at = shop.opened + TimeDelta::days(10);
    // An object store may have links that live for a week at most.
    shop.media.end_links_by(shop.opened + TimeDelta::days(7));
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7").with_schedule(at)).await;
    let before = shop.message(id).await;
    let old = before.facts.attachment.unwrap().url;
    shop.media.end_links_by(at + TimeDelta::days(7));
    shop.live_for(TimeDelta::days(10)).await;
    let sent = shop.gateway.sent();
    let file = sent[0].attachment.as_ref().unwrap();
    assert_ne!(file.url, old);
    assert_eq!(file.until, Some(at + TimeDelta::hours(24)));
    assert!(sent[0].text.as_str().contains(&file.url) && !sent[0].text.as_str().contains(&old));
    let logged = shop.message(id).await;
    assert_eq!((logged.facts.attachment.as_ref(), &logged.facts.text), (Some(file), &sent[0].text));
    assert!(shop.media.fetch(&file.url, at + TimeDelta::hours(23)).is_some());
}

#[tokio::test]
async fn a_file_goes_when_the_message_arrived_and_its_link_is_in_no_text() {
    let shop = Shop::new();
    let order =
        shop.order("SO-1").with_attachment(Attachment::file("a.pdf", PDF.to_vec()).unwrap());
    let order = enqueued(&shop, order).await;
    let invoice = enqueued(&shop, shop.invoice(ASHA, "INV-7")).await;
    for _ in 0..2 {
        shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    }
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(order).await, Phase::Delivered);
    assert_eq!(shop.phase(invoice).await, Phase::Delivered);
    assert_eq!(shop.media.link_of(order), None);
    assert!(shop.media.link_of(invoice).is_some(), "the customer may follow it for a day");
    shop.clock.advance(TimeDelta::hours(24));
    let swept = Sweep::new(shop.ports.clone()).tick(shop.clock.now()).await.unwrap();
    assert_eq!((swept.withdrawn, swept.kept), (1, 0));
    assert!(shop.media.files().is_empty());
}

#[tokio::test]
async fn a_cancelled_message_needs_no_file() {
    let shop = Shop::new();
    let at = shop.opened + TimeDelta::hours(5);
    let order =
        shop.order("SO-1").with_attachment(Attachment::file("a.pdf", PDF.to_vec()).unwrap());
    let id = enqueued(&shop, order.with_schedule(at)).await;
    shop.messenger.cancel(id, &Actor::Host).await.unwrap();
    assert!(shop.media.files().is_empty());
}

#[tokio::test]
async fn a_sweep_leaves_the_files_of_messages_that_are_still_to_be_sent() {
    let shop = Shop::new();
    let invoice = shop.invoice(ASHA, "INV-7");
    let waiting = enqueued(&shop, invoice.with_schedule(shop.opened + TimeDelta::days(30))).await;
    // A dropped draft is a message that never existed.
    drop(shop.messenger.draft(&[shop.invoice(ASHA, "INV-8")]).await);
    shop.media.end_links_by(shop.opened + TimeDelta::days(7));
    let later = enqueued(
        &shop,
        shop.invoice(ASHA, "INV-9").with_schedule(shop.opened + TimeDelta::days(30)),
    );
    let later = later.await;
    shop.media.end_links_by(shop.opened + TimeDelta::days(60));
    shop.clock.advance(TimeDelta::days(8));
    let swept = Sweep::new(shop.ports.clone()).tick(shop.clock.now()).await.unwrap();
    assert_eq!((swept.withdrawn, swept.kept), (1, 1), "the draft's, and the one of a week");
    assert!(shop.media.link_of(waiting).is_some() && shop.media.link_of(later).is_some());
    shop.live_for(TimeDelta::days(23)).await;
    assert_eq!((shop.phase(waiting).await, shop.phase(later).await), (Phase::Sent, Phase::Sent));
}

#[tokio::test]
async fn a_failed_message_can_be_sent_again_with_its_file_while_that_is_kept() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(crate::shop::error(whatsapp_core::retry::Disposition::Permanent)));
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7")).await;
    shop.tick().await;
    let resend = |resends| Resend::new(id, Actor::Host).with_resends(resends);
    let again = shop.messenger.resend(&resend(0)).await.unwrap();
    shop.tick().await;
    let (old, new) = (shop.message(id).await.facts, shop.message(again).await.facts);
    let (old_url, new_url) = (old.attachment.unwrap().url, new.attachment.clone().unwrap().url);
    assert_ne!(old_url, new_url);
    assert!(new.text.as_str().contains(&new_url) && !new.text.as_str().contains(&old_url));
    assert_eq!(shop.phase(again).await, Phase::Sent);
    shop.media.lose_bytes(&new.attachment.unwrap().sha256.unwrap());
    let gone = shop.messenger.resend(&resend(1)).await;
    assert!(matches!(gone, Err(ManageError::FileGone)));
}

#[tokio::test]
async fn a_delayed_message_goes_out_with_the_link_that_its_check_made() {
    let shop = Shop::new();
    let at = shop.opened + TimeDelta::hours(5);
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7").with_schedule(at)).await;
    let old = shop.message(id).await.facts.attachment.unwrap().url;
    shop.live_for(TimeDelta::hours(6)).await;
    let sent = shop.gateway.sent()[0].attachment.clone().unwrap();
    assert_ne!(sent.url, old);
    assert_eq!(Some(sent.url), shop.media.link_of(id).map(|link| link.url));
}

#[tokio::test]
async fn instants_are_taken_to_the_microsecond() {
    let shop = Shop::new();
    let at = shop.opened + TimeDelta::hours(1) + TimeDelta::nanoseconds(123);
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7").with_schedule(at).with_expiry(at)).await;
    let message = shop.message(id).await;
    let whole = shop.opened + TimeDelta::hours(1);
    assert_eq!((message.facts.scheduled_for, message.facts.expires_at), (Some(whole), Some(whole)));
}

/// A media host whose links cannot be renewed just now.
#[derive(Debug)]
struct Busy(whatsapp_testkit::MemoryMedia);

#[async_trait::async_trait]
impl MediaHost for Busy {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        self.0.publish(message_id, file, until).await
    }

    async fn renew(
        &self,
        _: &Published,
        _: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        Err(MediaError::new("the store is busy"))
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        self.0.withdraw(published).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        self.0.withdraw_ended(published, now).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        self.0.ended(now, limit).await
    }
}

#[tokio::test]
async fn a_needed_file_that_cannot_be_renewed_just_now_is_not_withdrawn() {
    let shop = Shop::new();
    shop.media.end_links_by(shop.opened + TimeDelta::days(7));
    let at = shop.opened + TimeDelta::days(30);
    let id = enqueued(&shop, shop.invoice(ASHA, "INV-7").with_schedule(at)).await;
    shop.clock.advance(TimeDelta::days(8));
    let ports = shop.ports.clone().with_media(std::sync::Arc::new(Busy(shop.media.clone())));
    let swept = Sweep::new(ports).tick(shop.clock.now()).await.unwrap();
    assert_eq!((swept.withdrawn, swept.kept), (0, 0));
    assert!(shop.media.link_of(id).is_some());
    assert_eq!(shop.media.files().len(), 1);
}
