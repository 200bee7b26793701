//! Ways to write a currency: signs, ISO codes, and words.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// Words that templates use for a currency besides signs and ISO codes, in lower case. Words that
/// mean something else as well (real, won, rand, pula) are left out.
const WORDS: &[&str] = &[
    "rs",
    "re",
    "inr",
    "usd",
    "eur",
    "gbp",
    "aed",
    "sar",
    "qar",
    "omr",
    "npr",
    "bdt",
    "lkr",
    "sgd",
    "rupee",
    "rupees",
    "rupaye",
    "रु",
    "रू",
    "रुपये",
    "रुपए",
    "रुपया",
    "ரூ",
    "రూ",
    "રૂ",
    "ਰੁ",
    "রু",
    "dollar",
    "dollars",
    "euro",
    "euros",
    "pounds",
    "dirham",
    "dirhams",
    "dhs",
    "dh",
    "riyals",
    "rials",
    "dinars",
    "taka",
    "tk",
    "ringgit",
    "rm",
    "baht",
    "yen",
    "naira",
    "shillings",
    "pesos",
    "kr",
    "zł",
    "rp",
    "ksh",
    "kshs",
    "ush",
    "tsh",
    "kč",
    "درهم",
    "ريال",
    "روپے",
];

/// Signs with points inside, as Arabic has them.
const POINTED: &[&str] = &["د.إ", "ر.س", "ر.ق", "د.ك", "د.ب", "ر.ع", "د.ت", "د.م", "S/"];

/// The longest abbreviation before a sign, as in `US$`.
const PREFIX_MAX: usize = 3;

/// Returns true for a currency sign.
pub(super) fn is_sign(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new();
    matches!(c, '$') || (!c.is_ascii() && category.get(c) == GeneralCategory::CurrencySymbol)
}

/// Number of bytes of the currency at the end of a text; `None` where there is none.
pub(super) fn length_at_end(text: &str) -> Option<usize> {
    // Many write `₹.`, as in `Rs.`.
    let pointed = text.strip_suffix('.').filter(|text| text.ends_with(['₹', '₨']));
    if let Some(pointed) = pointed {
        return length_at_end(pointed).map(|length| length + 1);
    }
    let last = text.chars().next_back()?;
    if is_sign(last) {
        let before = text.get(..text.len() - last.len_utf8())?;
        let letters = before.trim_end_matches(is_letter).len();
        let prefix = before.get(letters..).filter(|word| is_prefix(word));
        return Some(last.len_utf8() + prefix.map_or(0, str::len));
    }
    if let Some(pointed) = POINTED.iter().find(|sign| text.trim_end_matches('.').ends_with(*sign)) {
        return Some(text.len() - text.trim_end_matches('.').len() + pointed.len());
    }
    let word = text.strip_suffix('.').unwrap_or(text);
    let before = word.trim_end_matches(is_letter);
    let word = word.get(before.len()..)?;
    (is_currency(word) && !before.ends_with(char::is_alphanumeric))
        .then(|| text.len() - before.len())
}

/// Number of bytes of the currency at the beginning of a text; `None` where there is none.
pub(super) fn length_at_start(text: &str) -> Option<usize> {
    if let Some(pointed) = POINTED.iter().find(|sign| text.starts_with(*sign)) {
        return Some(pointed.len());
    }
    let rest = text.trim_start_matches(is_letter);
    let word = text.get(..text.len() - rest.len())?;
    if let Some(sign) = rest.chars().next().filter(|c| is_sign(*c)) {
        return is_prefix(word).then(|| word.len() + sign.len_utf8());
    }
    if !is_currency(word) {
        return None;
    }
    // The point of `Rs.` belongs to the currency; the point of a sentence stays.
    let point = rest.strip_prefix('.').filter(|behind| {
        let next = behind.trim_start_matches(' ');
        let goes_on = next.is_empty() && !behind.is_empty();
        goes_on || next.starts_with(|c: char| c.is_lowercase() || c.is_numeric())
    });
    Some(word.len() + usize::from(point.is_some()))
}

/// Letters, with the vowel signs of Indian scripts.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// Returns true for letters that belong to the sign after them, as in `US$`, and for no letters.
fn is_prefix(word: &str) -> bool {
    word.len() <= PREFIX_MAX && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_currency(word: &str) -> bool {
    let code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let known = code && word.parse::<crate::format::Currency>().is_ok();
    known || (!word.is_empty() && word.len() <= 32 && WORDS.contains(&word.to_lowercase().as_str()))
}
