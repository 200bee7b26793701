//! The known locales, and suggestions for an unknown one.

use icu_locale::{LocaleCanonicalizer, LocaleExpander, TransformResult};
use icu_locale_core::{LanguageIdentifier, Locale};
use iso_currency::Country;

use super::Formats;

/// Error for a locale without rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLocale {
    meant: Vec<String>,
}

impl UnknownLocale {
    /// The suggested locales, the likeliest first; often none.
    #[must_use]
    pub fn meant(&self) -> &[String] {
        &self.meant
    }

    pub(super) fn of(tag: &str) -> Self {
        Self { meant: meant(tag) }
    }
}

impl std::error::Error for UnknownLocale {}

impl std::fmt::Display for UnknownLocale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unknown language and region; ")?;
        match self.meant.as_slice() {
            [] => f.write_str("a tag such as en-IN is expected"),
            meant => write!(f, "did you mean {}?", meant.join(" or ")),
        }
    }
}

/// Returns true if the region of a locale exists; the language is checked by its formats.
pub(super) fn has_known_region(locale: &Locale) -> bool {
    let Some(region) = locale.id.region else {
        return true;
    };
    // Regions of several countries, such as 419, are numbers.
    let numeric = region.as_str().starts_with(|c: char| c.is_ascii_digit());
    numeric || is_region(region.as_str())
}

/// Returns true if ISO 3166 or CLDR has a region.
fn is_region(region: &str) -> bool {
    region.to_uppercase().parse::<Country>().is_ok() || likely_language(region).is_some()
}

/// The language that most people in a region write, as a tag with the region.
fn likely_language(region: &str) -> Option<String> {
    let mut id: LanguageIdentifier = format!("und-{region}").parse().ok()?;
    let changed = LocaleExpander::new_common().maximize(&mut id);
    let known = changed == TransformResult::Modified && !id.language.is_unknown();
    (known && id.region.is_some()).then(|| format!("{}-{}", id.language, region.to_uppercase()))
}

/// The locales that a tag may be a slip of: another way to write it, a country without a language,
/// or an unknown language with a known region.
fn meant(tag: &str) -> Vec<String> {
    // The form that systems use: `en_IN.UTF-8`.
    let tag = tag.trim().split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let mut candidates = Vec::new();
    if tag.len() == 2 && is_region(&tag) {
        candidates.push(format!("en-{}", tag.to_uppercase()));
        candidates.extend(likely_language(&tag));
    }
    // A tag with the country first: `IN-en`.
    if let Some((region, language)) = tag.split_once('-')
        && let Ok(swapped) = format!("{language}-{region}").parse::<Locale>()
    {
        candidates.push(swapped.to_string());
    }
    if let Ok(mut locale) = tag.parse::<Locale>() {
        LocaleCanonicalizer::new_common().canonicalize(&mut locale);
        let plain = locale.to_string();
        if tag.len() > 2 && Formats::load(&plain).is_some() {
            return vec![plain];
        }
        if let Some(region) = locale.id.region {
            candidates.extend(likely_language(region.as_str()));
            candidates.push(format!("en-{region}"));
        }
    }
    let mut known: Vec<String> = Vec::new();
    for candidate in candidates {
        if known.len() < 2 && !known.contains(&candidate) && Formats::load(&candidate).is_some() {
            known.push(candidate);
        }
    }
    let language = tag.split('-').next().unwrap_or_default();
    if known.is_empty() && Formats::load(language).is_some() {
        known.push(language.to_owned());
    }
    known
}
