//! Stores that break one promise about mutes each.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::AuditId;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError};
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::mutes::{MUTE_CASES, MutePorts};

/// The promise that a mutant breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    AddGivesBackTheNewOne,
    EndForgetsWhoEndedIt,
    EndAnswersForAStranger,
    MutedForgetsNumbers,
    MutedForgetsInvoices,
    MutedTakesACustomerForAnInvoice,
    MutedAnswersOutOfPlace,
    MutedKeepsWhatEnded,
    MutedComesTheNewestFirst,
    PageShowsWhatEnded,
    PageSkipsEqualInstants,
    PageIgnoresTheFilter,
}

const FLAWS: [Flaw; 12] = [
    Flaw::AddGivesBackTheNewOne,
    Flaw::EndForgetsWhoEndedIt,
    Flaw::EndAnswersForAStranger,
    Flaw::MutedForgetsNumbers,
    Flaw::MutedForgetsInvoices,
    Flaw::MutedTakesACustomerForAnInvoice,
    Flaw::MutedAnswersOutOfPlace,
    Flaw::MutedKeepsWhatEnded,
    Flaw::MutedComesTheNewestFirst,
    Flaw::PageShowsWhatEnded,
    Flaw::PageSkipsEqualInstants,
    Flaw::PageIgnoresTheFilter,
];

/// The in-memory store with a flaw in front of it.
#[derive(Debug)]
struct Mutant {
    store: MemoryStore,
    flaw: Flaw,
}

impl Mutant {
    fn ports(flaw: Flaw) -> MutePorts {
        let store = MemoryStore::new();
        let mut ports = MutePorts::of(Arc::new(store.clone()));
        ports.mutes = Arc::new(Self { store, flaw });
        ports
    }

    async fn all(&self) -> Result<Vec<Mute>, StoreError> {
        self.store.mutes(&MuteFilter::default().with_ended(), None, u32::MAX).await
    }
}

#[async_trait]
impl MuteStore for Mutant {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        let added = self.store.add_mute(mute, audit).await?;
        Ok(if self.flaw == Flaw::AddGivesBackTheNewOne { mute.clone() } else { added })
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        let mut end = end.clone();
        if self.flaw == Flaw::EndForgetsWhoEndedIt {
            end.by = whatsapp_core::audit::Actor::Host;
        }
        let ended = self.store.end_mute(&end).await?;
        if self.flaw == Flaw::EndAnswersForAStranger && ended.is_none() {
            return Ok(self.all().await?.pop());
        }
        Ok(ended)
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        let mut filter = filter.clone();
        let mut after = after;
        match self.flaw {
            Flaw::PageShowsWhatEnded => filter.ended = true,
            Flaw::PageIgnoresTheFilter => filter.on = None,
            Flaw::PageSkipsEqualInstants => {
                let nil = whatsapp_core::MuteId::from_bytes([0; 16]);
                after = after.map(|after| MuteCursor { id: nil, ..after });
            }
            _ => {}
        }
        self.store.mutes(&filter, after, limit).await
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let mut asked = asked.to_vec();
        for question in &mut asked {
            match self.flaw {
                Flaw::MutedForgetsNumbers => question.number_key = None,
                Flaw::MutedForgetsInvoices => question.invoice = None,
                _ => {}
            }
        }
        let mut answers = self.store.muted(&asked).await?;
        match self.flaw {
            Flaw::MutedAnswersOutOfPlace => answers.reverse(),
            Flaw::MutedComesTheNewestFirst => answers.iter_mut().for_each(|one| one.reverse()),
            Flaw::MutedKeepsWhatEnded | Flaw::MutedTakesACustomerForAnInvoice => {
                let all = self.all().await?;
                for (question, answer) in asked.iter().zip(&mut answers) {
                    let on: Vec<MuteOn> = question.on().collect();
                    let invoice = question.invoice.as_ref().map_or("", |id| id.as_str());
                    let wrongly = |mute: &&Mute| match self.flaw {
                        Flaw::MutedKeepsWhatEnded => on.contains(&mute.on) && mute.ended.is_some(),
                        _ => mute.on.kind() == "customer" && mute.on.key() == invoice,
                    };
                    answer.extend(all.iter().filter(wrongly).cloned());
                }
            }
            _ => {}
        }
        Ok(answers)
    }
}

/// The cases that fail on a store with this flaw.
async fn red(flaw: Flaw) -> Vec<&'static str> {
    let mut red = Vec::new();
    for case in MUTE_CASES {
        if tokio::spawn((case.run)(Mutant::ports(flaw))).await.is_err() {
            red.push(case.name);
        }
    }
    red
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutes_without_a_flaw_pass_every_case() {
    assert!(red(Flaw::None).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_of_mutes_turns_a_case_red() {
    for flaw in FLAWS {
        let red = red(flaw).await;
        println!("{flaw:?}: {red:?}");
        assert!(!red.is_empty(), "{flaw:?} passes all cases");
    }
}
