//! Files of which a part is left out, or that are doubtful.

use chrono::TimeDelta;
use whatsapp_core::Attachment;
use whatsapp_core::message::Phase;

use super::{LINK, enqueued, found, found_with, invoice_behind, link};
use crate::shop::{PDF, Shop};

#[tokio::test]
async fn what_is_left_out_of_a_file_or_doubtful_about_it_is_a_warning_on_the_message() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    let noticed = [b"<br />\n<b>Notice</b>: x\n".as_slice(), PDF].concat();
    shop.sources.put(link(), found_with(noticed));
    let request = invoice_behind(&shop, Attachment::link(LINK).unwrap());
    let message = shop.message(enqueued(&shop, request).await).await;
    let warning = message.facts.warning.unwrap();
    assert!(warning.starts_with("The file had 24 bytes before the beginning"), "{warning}");
    // The gateway would fetch the notice too, so it gets a copy of the document.
    let file = message.facts.attachment.unwrap();
    assert!(file.until.is_some());
    assert_eq!(file.size, Some(PDF.len() as u64));

    let locked = b"%PDF-1.7 1 0 obj<</Type/Page>>endobj trailer<</Encrypt 2 0 R>> %%EOF".to_vec();
    let request = shop.order("SO-1").with_attachment(Attachment::file("a.pdf", locked).unwrap());
    let message = shop.message(enqueued(&shop, request).await).await;
    assert!(message.facts.warning.unwrap().contains("asks for a password"));
}

#[tokio::test]
async fn a_link_that_is_passed_on_still_leads_to_the_document_alone() {
    let shop = Shop::new();
    shop.set("whatsapp_attachment_pass_on_links", "true");
    shop.sources.put(link(), found());
    let at = shop.opened + TimeDelta::hours(1);
    let request = invoice_behind(&shop, Attachment::link(LINK).unwrap()).with_schedule(at);
    let id = enqueued(&shop, request).await;
    let noticed = [b"\n\n".as_slice(), PDF].concat();
    shop.sources.put(link(), found_with(noticed));
    shop.live_for(TimeDelta::hours(2)).await;
    let Phase::Failed(why) = shop.phase(id).await else { panic!() };
    assert!(why.reason.contains("has changed"), "{}", why.reason);
    assert!(shop.gateway.sent().is_empty());
}
