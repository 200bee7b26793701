//! Cases for finding customers, given a way to add some.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::port::{Customer, CustomerSearch};
use whatsapp_core::{CustomerId, Private};

/// A search under test, and a way into the records that it reads, which are empty at first.
#[async_trait]
pub trait SearchBench: Debug + Send + Sync {
    /// The search.
    fn search(&self) -> Arc<dyn CustomerSearch>;

    /// Adds a customer, and returns its id.
    async fn add(&self, name: &str, number: Option<&str>) -> CustomerId;
}

/// Opens a bench.
pub async fn open<F>(open: impl Fn() -> F + Send) -> Arc<dyn SearchBench>
where
    F: Future<Output = Arc<dyn SearchBench>> + Send,
{
    open().await
}

const ASHA: &str = "+919876543210";
const RAVI: &str = "+918765432109";

/// Adds two customers to a bench.
async fn asha_and_ravi(bench: &Arc<dyn SearchBench>) -> [CustomerId; 2] {
    let asha = bench.add("Asha Traders", Some(ASHA)).await;
    let ravi = bench.add("Ravi Kumar & Sons", Some(RAVI)).await;
    [asha, ravi]
}

async fn found(bench: &Arc<dyn SearchBench>, text: &str) -> Vec<CustomerId> {
    let found: Vec<Customer> = bench.search().search(text, 20).await.expect("an answer");
    let mut ids: Vec<CustomerId> = found.into_iter().map(|customer| customer.id).collect();
    ids.sort();
    ids
}

/// Checks that each of these texts finds exactly these customers.
async fn expect(bench: &Arc<dyn SearchBench>, texts: &[&str], expected: &[&CustomerId]) {
    let expected: BTreeSet<&CustomerId> = expected.iter().copied().collect();
    for text in texts {
        let found = found(bench, text).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), Vec::from_iter(expected.clone()), "{text:?}");
    }
}

pub async fn a_word_of_the_name_is_found_by_how_it_begins(bench: Arc<dyn SearchBench>) {
    let [asha, ravi] = asha_and_ravi(&bench).await;
    expect(&bench, &["Asha", "Ash", "Traders", "Tra", " Asha "], &[&asha]).await;
    expect(&bench, &["Ravi", "Kumar", "Sons", "&"], &[&ravi]).await;
    expect(&bench, &["sha", "raders", "Ashaa", "umar"], &[]).await;
}

pub async fn each_word_that_is_typed_begins_a_word_of_the_name(bench: Arc<dyn SearchBench>) {
    let [asha, ravi] = asha_and_ravi(&bench).await;
    let other = bench.add("Asha Kumar", None).await;
    expect(&bench, &["Asha Tra", "Tra Asha", "Asha  Traders"], &[&asha]).await;
    expect(&bench, &["Kumar Asha", "A K"], &[&other]).await;
    expect(&bench, &["Kumar R S"], &[&ravi]).await;
    expect(&bench, &["Asha Sons", "Asha Traders Kumar"], &[]).await;
}

pub async fn capitals_and_small_letters_are_the_same(bench: Arc<dyn SearchBench>) {
    let [asha, _] = asha_and_ravi(&bench).await;
    expect(&bench, &["asha", "ASHA", "aSHA tRADERS"], &[&asha]).await;
}

pub async fn accents_are_typed_or_left_out(bench: Arc<dyn SearchBench>) {
    asha_and_ravi(&bench).await;
    let with = bench.add("José Núñez & CAFÉ", None).await;
    let without = bench.add("Jose Nunez", None).await;
    // The second text has its accents as separate characters.
    for text in ["José Núñez", "Jose\u{301} Nu\u{301}n\u{303}ez", "jose nunez", "JOSÉ", "nún"]
    {
        expect(&bench, &[text], &[&with, &without]).await;
    }
    expect(&bench, &["cafe", "Café", "CAFÉ"], &[&with]).await;
    // The vowel signs of Hindi are not accents.
    let kishor = bench.add("किशोर", None).await;
    expect(&bench, &["किशोर", "कि"], &[&kishor]).await;
    expect(&bench, &["कशोर", "किशर"], &[]).await;
}

pub async fn names_of_any_script_are_found(bench: Arc<dyn SearchBench>) {
    asha_and_ravi(&bench).await;
    let asha = bench.add("आशा ट्रेडर्स", None).await;
    expect(&bench, &["आशा", "ट्रे", "ट्रेडर्स आ"], &[&asha]).await;
    expect(&bench, &["शा"], &[]).await;
}

pub async fn words_begin_behind_brackets_and_strokes_too(bench: Arc<dyn SearchBench>) {
    let asha = bench.add("Sharma Kirana (शर्मा किराना) [old]", None).await;
    let ravi = bench.add("Smith-Jones/West \"North\"", None).await;
    expect(&bench, &["शर्मा", "(शर्मा", "शर्मा किराना", "old", "[old"], &[&asha]).await;
    expect(&bench, &["Jones", "smith-jones", "west", "north", "\"North"], &[&ravi]).await;
    expect(&bench, &["ones", "र्मा"], &[]).await;
}

pub async fn a_number_is_found_by_digits_in_a_row(bench: Arc<dyn SearchBench>) {
    let [asha, ravi] = asha_and_ravi(&bench).await;
    expect(&bench, &["9876543210", "919876543210", "98765"], &[&asha]).await;
    expect(&bench, &["8765432109", "32109"], &[&ravi]).await;
    expect(&bench, &["87654321"], &[&asha, &ravi]).await;
    expect(&bench, &["98765432109", "12345"], &[]).await;
}

pub async fn digits_may_be_typed_with_signs_between_them(bench: Arc<dyn SearchBench>) {
    let [asha, _] = asha_and_ravi(&bench).await;
    expect(&bench, &["+91 98765 43210", "98765-43210", "(98765) 43.210"], &[&asha]).await;
    expect(&bench, &["Asha 98765", "x9876543210"], &[]).await;
}

pub async fn digits_may_be_typed_as_people_dial_and_paste_them(bench: Arc<dyn SearchBench>) {
    let [asha, _] = asha_and_ravi(&bench).await;
    let dialled = ["098765 4", "0 98765", "00919876", "0091 98765", "+91 (0) 98765"];
    let pasted = ["98765\u{a0}432", "98765\u{2013}4321", "\u{202d}98765\t43210\u{202c}"];
    let of_other_scripts = ["９８７６５ ４", "९८७६५ ४", "०९८७६५"];
    for texts in [&dialled[..], &pasted, &of_other_scripts] {
        expect(&bench, texts, &[&asha]).await;
    }
}

pub async fn a_customer_is_given_as_the_host_knows_it(bench: Arc<dyn SearchBench>) {
    let asha = bench.add("Asha Traders", Some("098765 43210")).await;
    let ravi = bench.add("Ravi Kumar", None).await;
    for (text, id, name, number) in
        [("asha", asha, "Asha Traders", Some("098765 43210")), ("ravi", ravi, "Ravi Kumar", None)]
    {
        let found = bench.search().search(text, 20).await.expect("an answer");
        let told = found.iter().map(|customer| {
            let number = customer.whatsapp_number.as_ref().map(Private::as_str);
            (&customer.id, customer.name.as_str(), number)
        });
        assert_eq!(told.collect::<Vec<_>>(), [(&id, name, number)]);
    }
}

pub async fn a_customer_whom_several_things_fit_is_given_once(bench: Arc<dyn SearchBench>) {
    let asha = bench.add("Asha Asha 9876543210", Some(ASHA)).await;
    expect(&bench, &["a", "asha", "9876543210"], &[&asha]).await;
}

pub async fn no_more_are_given_than_are_asked_for(bench: Arc<dyn SearchBench>) {
    for no in 0..25 {
        bench.add(&format!("Asha {no}"), None).await;
    }
    for limit in [1, 2, 21] {
        let found = bench.search().search("asha", limit).await.expect("an answer");
        assert_eq!(u32::try_from(found.len()), Ok(limit));
        let ids: BTreeSet<CustomerId> = found.into_iter().map(|customer| customer.id).collect();
        assert_eq!(u32::try_from(ids.len()), Ok(limit));
    }
}

pub async fn nothing_is_found_by_a_text_of_blanks_or_signs(bench: Arc<dyn SearchBench>) {
    asha_and_ravi(&bench).await;
    bench.add("", None).await;
    expect(&bench, &["", " ", "\t", "+", "-", "( )", "."], &[]).await;
}

pub async fn signs_of_a_query_language_stand_for_themselves(bench: Arc<dyn SearchBench>) {
    asha_and_ravi(&bench).await;
    let pure = bench.add("100% Pure_Foods", None).await;
    let odd = bench.add("O'Neil \\Co \"Ltd\"", None).await;
    expect(&bench, &["100%", "pure_", "Pure_Foods 1"], &[&pure]).await;
    expect(&bench, &["O'N", "\\Co", "\"Ltd", "o' \\"], &[&odd]).await;
    expect(
        &bench,
        &["%", "_", "%sha", "_sha", "As%", "A_ha", "'", "' OR '1'='1", "pure.", "["],
        &[],
    )
    .await;
}
