//! The reference of a search, and careless ones that the cases catch.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use whatsapp_core::CustomerId;
use whatsapp_core::port::{Customer, CustomerSearch, DirectoryError};
use whatsapp_testkit::FixedDirectory;
use whatsapp_testkit::conformance::search::{self, SearchBench};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// The whole name begins with the text.
    KnowsOnlyTheFirstWord,
    /// Returns all that it finds.
    GoesOn,
    /// Compares names as they are written.
    KeepsAccents,
    /// Takes digits as they were typed.
    KeepsZeros,
    /// Finds every customer by an empty text.
    FindsEverybody,
}

#[derive(Debug)]
struct Bench {
    flaw: Flaw,
    customers: FixedDirectory,
    added: AtomicU32,
}

#[derive(Debug)]
struct Careless(Flaw, FixedDirectory);

#[async_trait]
impl CustomerSearch for Careless {
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError> {
        let limit = if self.0 == Flaw::GoesOn { u32::MAX } else { limit };
        let text = match self.0 {
            Flaw::FindsEverybody if text.trim().is_empty() => "a",
            _ => text,
        };
        let mut found = self.1.search(text, limit).await?;
        if self.0 == Flaw::KnowsOnlyTheFirstWord {
            let text = text.trim().to_lowercase();
            found.retain(|customer| customer.name.as_str().to_lowercase().starts_with(&text));
        }
        if self.0 == Flaw::KeepsAccents {
            let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
            found.retain(|it| {
                words.iter().all(|word| it.name.as_str().to_lowercase().contains(word))
            });
        }
        if self.0 == Flaw::KeepsZeros {
            let digits: String = text.chars().filter(|c| c.is_numeric()).collect();
            let holds = |it: &Customer| {
                it.whatsapp_number.as_ref().is_some_and(|it| it.as_str().contains(&digits))
            };
            found.retain(holds);
        }
        Ok(found)
    }
}

#[async_trait]
impl SearchBench for Bench {
    fn search(&self) -> Arc<dyn CustomerSearch> {
        Arc::new(Careless(self.flaw, self.customers.clone()))
    }

    async fn add(&self, name: &str, number: Option<&str>) -> CustomerId {
        let no = self.added.fetch_add(1, Ordering::Relaxed);
        let id = CustomerId::new(format!("C-{no}")).unwrap();
        self.customers.put(Customer::new(id.clone(), name, number));
        id
    }
}

fn bench(flaw: Flaw) -> Arc<dyn SearchBench> {
    let added = AtomicU32::new(0);
    Arc::new(Bench { flaw, customers: FixedDirectory::default(), added })
}

async fn open() -> Arc<dyn SearchBench> {
    bench(Flaw::None)
}

whatsapp_testkit::search_conformance! { open = open }

#[tokio::test]
async fn careless_searches_are_caught() {
    let first = search::a_word_of_the_name_is_found_by_how_it_begins;
    assert!(tokio::spawn(first(bench(Flaw::KnowsOnlyTheFirstWord))).await.is_err());
    let goes_on = search::no_more_are_given_than_are_asked_for(bench(Flaw::GoesOn));
    assert!(tokio::spawn(goes_on).await.is_err());
    let accents = search::accents_are_typed_or_left_out(bench(Flaw::KeepsAccents));
    assert!(tokio::spawn(accents).await.is_err());
    let zeros = search::digits_may_be_typed_as_people_dial_and_paste_them(bench(Flaw::KeepsZeros));
    assert!(tokio::spawn(zeros).await.is_err());
    let everybody = search::nothing_is_found_by_a_text_of_blanks_or_signs;
    assert!(tokio::spawn(everybody(bench(Flaw::FindsEverybody))).await.is_err());
}
