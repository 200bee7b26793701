//! Enums that are words: one spelling for databases, JSON and logs, and a label for people.

/// Error for a text that is none of the allowed words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what}; one of {allowed} is expected")]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) allowed: &'static str,
}

/// Makes an enum of words: the spelling of each in databases and JSON, and its label for people.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, $allowed:literal,
     { $($(#[$variant_doc:meta])* $variant:ident => $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            serde::Serialize,
            serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All words, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that databases, JSON and logs use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The label that people read.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::word::UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::word::UnknownWord { what: $what, allowed: $allowed }),
                }
            }
        }
    };
}
pub(crate) use words;
