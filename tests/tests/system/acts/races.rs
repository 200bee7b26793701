//! Pairs of acts on one message. The first act is still under way: its file is being fetched.

#![expect(clippy::large_futures, reason = "a test waits for two acts at once")]

use std::future::Future;

use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::message::{Cause, Forbidden};
use whatsapp_core::messenger::{Consent, LeftOut, ManageError, Resent, Wish};
use whatsapp_core::port::{Customer, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{MessageId, Request};
use whatsapp_testkit::fixtures::{START, number};

use super::{House, person, resend};
use crate::shop::{customer, invoice, invoice_for};

impl House {
    /// Makes a message with a file that failed for good for this cause.
    async fn failed_for(&self, request: Request, cause: Cause) -> MessageId {
        // Other messages that are due go out first.
        self.tick().await;
        let refused = TransportError::new(Disposition::Permanent, "It did not work.");
        self.gateway.next_send(Err(refused.with_cause(cause)));
        let id = self.messenger.enqueue(request).await.unwrap().message_id;
        self.tick().await;
        id
    }

    /// Does the first act as far as its file, then the whole of the second one, then the rest of
    /// the first.
    async fn meanwhile<T>(
        &self,
        first: impl Future<Output = T>,
        second: impl Future<Output = ()>,
    ) -> T {
        self.files.close();
        let second = async {
            self.files.reached().await;
            second.await;
            self.files.open();
        };
        tokio::join!(first, second).0
    }

    async fn resends(&self, id: MessageId) -> Vec<MessageId> {
        self.messenger.resends(id).await.unwrap()
    }

    async fn all_again(&self) -> Resent {
        let since = START - TimeDelta::days(1);
        self.messenger.resend_failed(since, None, None, &Actor::Host).await.unwrap()
    }

    fn links(&self) -> usize {
        self.files.media.links().len()
    }
}

/// Tests the rows of the table of pairs in DESIGN.md, one after the other.
pub(super) async fn of_a_resend_that_fetches_its_file_and_another_act_meanwhile_one_is_done(
    house: House,
) {
    let messenger = &house.messenger;
    let mut no = 0;
    let mut next = || {
        no += 1;
        invoice(no)
    };

    // The message is tried again: that act is done, and the resend is not.
    let id = house.failed_for(next(), Cause::Gateway).await;
    let (links, entries) = (house.links(), house.entries().await.len());
    let first = resend(id, 0, "asha");
    let resent = house
        .meanwhile(messenger.resend(&first), async {
            messenger.retry(id, Consent::Given, &person("ravi")).await.unwrap();
        })
        .await;
    assert!(matches!(resent, Err(ManageError::Changed)), "{resent:?}");
    assert_eq!(house.resends(id).await, []);
    assert_eq!(house.links(), links, "the link of the resend is let go");
    let told = house.entries().await;
    assert_eq!(told.len(), entries + 1);
    assert_eq!(told[0].act, Act::MessageRetried);

    // Somebody who saw the same sends it again: this is the same message.
    let id = house.failed_for(next(), Cause::Gateway).await;
    let (first, second) = (resend(id, 0, "asha"), resend(id, 0, "ravi"));
    let resent = house
        .meanwhile(messenger.resend(&first), async {
            messenger.resend(&second).await.unwrap();
        })
        .await;
    assert_eq!(house.resends(id).await, [resent.unwrap()]);

    // All failed messages are sent again: this is that message too.
    let id = house.failed_for(next(), Cause::Gateway).await;
    let first = resend(id, 0, "asha");
    let resent = house
        .meanwhile(messenger.resend(&first), async {
            assert_eq!(house.all_again().await.messages.len(), 1);
        })
        .await;
    assert_eq!(house.resends(id).await, [resent.unwrap()]);

    // The message goes to another number meanwhile.
    let id = house.failed_for(next(), Cause::Recipient).await;
    let first = resend(id, 0, "asha");
    let other = resend(id, 0, "ravi").with_number(number(8));
    let resent = house
        .meanwhile(messenger.resend(&first), async {
            messenger.resend(&other).await.unwrap();
        })
        .await;
    assert!(matches!(resent, Err(ManageError::Changed)), "{resent:?}");
    assert_eq!(house.resends(id).await.len(), 1);

    // A message that failed for good is neither withdrawn nor moved.
    let id = house.failed_for(next(), Cause::Gateway).await;
    let first = resend(id, 0, "asha");
    let resent = house
        .meanwhile(messenger.resend(&first), async {
            let cancelled = messenger.cancel(id, &person("ravi")).await;
            let later = START + TimeDelta::hours(6);
            let moved = messenger.reschedule(id, later, Consent::Given, &person("ravi")).await;
            for act in [cancelled, moved.map(|_| ())] {
                assert!(matches!(act, Err(ManageError::Forbidden(Forbidden::Final))), "{act:?}");
            }
        })
        .await;
    assert_eq!(house.resends(id).await, [resent.unwrap()]);
}

pub(super) async fn a_message_that_was_sent_again_is_not_tried_again_by_whoever_has_not_seen_that(
    house: House,
) {
    let id = house.failed_for(invoice(1), Cause::Gateway).await;
    let seen = house.message(id).await.updated_at;
    house.messenger.resend(&resend(id, 0, "asha")).await.unwrap();
    let ravi = person("ravi");
    for wish in [Wish::of(&ravi), Wish::of(&ravi).over(seen).after_resends(1)] {
        let late = house.messenger.retry(id, Consent::Given, wish).await.unwrap_err();
        assert!(matches!(late, ManageError::Changed), "{late}");
    }
    let seen = house.message(id).await.updated_at;
    let wish = Wish::of(&ravi).over(seen).after_resends(1);
    house.messenger.retry(id, Consent::Given, wish).await.unwrap();
}

pub(super) async fn a_refused_message_that_is_enqueued_correctly_meanwhile_is_not_sent_again(
    house: House,
) {
    let refused = house.messenger.enqueue(invoice_for(2, 1)).await.unwrap_err();
    let id = refused.logged().unwrap();
    let given = resend(id, 0, "asha").with_number(number(8));
    let resent = house
        .meanwhile(house.messenger.resend(&given), async {
            let das = Customer::new(customer(2), "Das Home", Some(&number(2)));
            house.customers.put(das);
            house.messenger.enqueue(invoice_for(2, 1)).await.unwrap();
        })
        .await;
    assert!(matches!(resent, Err(ManageError::Changed)), "{resent:?}");
    assert_eq!(house.resends(id).await.len(), 1);
    // A person who has seen the correct message may send another; one who has not is told.
    let late = house.messenger.resend(&given).await.unwrap_err();
    assert!(matches!(late, ManageError::Changed), "{late}");
    house.messenger.resend(&given.with_resends(1)).await.unwrap();
}

pub(super) async fn what_is_sent_again_together_gives_way_to_a_retry(house: House) {
    let id = house.failed_for(invoice(1), Cause::Gateway).await;
    let resent = house
        .meanwhile(house.all_again(), async {
            house.messenger.retry(id, Consent::Given, &person("ravi")).await.unwrap();
        })
        .await;
    assert_eq!(resent.messages, []);
    let LeftOut { refused, .. } = &resent.left_out;
    assert_eq!(refused.iter().map(|(left_out, _)| *left_out).collect::<Vec<_>>(), [id]);
    assert_eq!(house.resends(id).await, []);
}
