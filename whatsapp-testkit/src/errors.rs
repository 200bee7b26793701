//! Error types that say each clause once, however they are printed.
//!
//! A program may print an error with its sources, as `anyhow` does by `{error:#}`: the text of the
//! error, then that of each [`source`](Error::source), joined by `: `. A variant that only passes
//! its cause on is therefore `#[error(transparent)]`. One that adds a clause either prints its
//! cause or has it as its source, and never both.
//!
//! [`errors!`](macro@crate::errors) is a table of a crate's error types with all their variants,
//! and [`Said`] looks at each of them. A variant without a row does not compile, and a type without
//! a row fails the test.
//!
//! ```
//! use whatsapp_testkit::errors::Said;
//!
//! #[derive(Debug, thiserror::Error)]
//! #[error("no answer within {0} seconds")]
//! pub struct Late(u8);
//!
//! #[derive(Debug, thiserror::Error)]
//! pub enum Unread {
//!     #[error("there is no such row")]
//!     Missing,
//!     #[error("the row of {day} cannot be read")]
//!     Broken { day: u8 },
//!     #[error(transparent)]
//!     Late(Late),
//! }
//!
//! whatsapp_testkit::errors! {
//!     structs {
//!         Late = [Late(30)],
//!     }
//!     enums {
//!         // Behind the semicolon: variants that hold another type of the table.
//!         Unread { Missing, Broken { day: 7 }; Late }
//!     }
//! }
//!
//! let mut said = Said::default();
//! add(&mut said);
//! assert_eq!(said.faults(), [""; 0]);
//! ```

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// An error type, with a value for each of its variants.
/// [`errors!`](macro@crate::errors) implements it.
pub trait Each: Error + Sized + 'static {
    /// At least one value for each variant.
    fn each() -> Vec<Self>;
}

/// The error types of a crate that were looked at, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Said {
    types: Vec<String>,
    faults: Vec<String>,
}

impl Said {
    /// Looks at each value of an error type.
    pub fn add<E: Each>(&mut self, name: &str) {
        self.types.push(name.to_owned());
        let each = E::each();
        if each.is_empty() {
            self.faults.push(format!("{name} has no row"));
        }
        for error in &each {
            let chain = chain(error);
            if let Some(twice) = twice(&chain) {
                self.faults.push(format!("{name} says {twice:?} twice: {}", chain.join(": ")));
            }
        }
    }

    /// The faults so far, each in a sentence with the printed chain.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Checks that no clause is said twice, and that every error type of the crate was looked at.
    /// `package` is the folder of the crate's `Cargo.toml`. Types that only a file or a folder of
    /// the crate can name (private ones, and those of `pub(super)`) do not count.
    ///
    /// # Panics
    /// With all faults.
    pub fn check(&self, package: &str) {
        let mut faults = self.faults.clone();
        let declared = declared(&Path::new(package).join("src"));
        let types: BTreeSet<_> = self.types.iter().collect();
        let without_row = declared.iter().filter(|name| !types.contains(name));
        faults.extend(without_row.map(|name| format!("{name} is in no table of errors")));
        let unknown = self.types.iter().filter(|name| !declared.contains(name));
        faults.extend(unknown.map(|name| format!("{name} is no error type of the crate")));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// The text of an error, and those of its sources.
fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect()
}

/// The first text of a chain that an earlier one holds, or the first clause that is said twice.
fn twice(chain: &[String]) -> Option<String> {
    let held = chain
        .iter()
        .enumerate()
        .find(|(at, text)| chain.iter().take(*at).any(|earlier| earlier.contains(text.as_str())));
    let mut said = BTreeSet::new();
    let mut clauses = chain.iter().flat_map(|text| text.split(": "));
    let again = clauses.find(|clause| !said.insert(*clause));
    held.map(|(_, text)| text.as_str()).or(again).map(str::to_owned)
}

/// The names of the error types in a folder of Rust files that their whole crate can name.
fn declared(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for file in files(folder) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if derives_error(line) {
                let item = lines.by_ref().find_map(item).filter(|(is_seen, _)| *is_seen);
                names.extend(item.map(|(_, name)| name.to_owned()));
            } else if let Some(name) = implements_error(line)
                && text.lines().any(|line| item(line) == Some((true, name)))
            {
                names.push(name.to_owned());
            }
        }
    }
    names.sort();
    names
}

/// All Rust files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Returns true if a line derives `Error`, by this name or at the end of a path.
fn derives_error(line: &str) -> bool {
    let derived = line.strip_prefix("#[derive(").and_then(|rest| rest.strip_suffix(")]"));
    derived.is_some_and(|traits| traits.split(',').any(|name| is_error(name.trim())))
}

fn is_error(path: &str) -> bool {
    path == "Error" || path.ends_with("::Error")
}

/// The type for which a line implements `Error`.
fn implements_error(line: &str) -> Option<&str> {
    let (path, of) = line.strip_prefix("impl ")?.split_once(" for ")?;
    is_error(path).then(|| word(of))
}

/// The type that a line declares, and whether its whole crate can name it.
fn item(line: &str) -> Option<(bool, &str)> {
    let (is_seen, line) = match line.split_once(' ')? {
        ("pub" | "pub(crate)", rest) => (true, rest),
        ("pub(super)", rest) => (false, rest),
        _ => (false, line),
    };
    let named = line.strip_prefix("enum ").or_else(|| line.strip_prefix("struct "))?;
    Some((is_seen, word(named)))
}

fn word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default()
}

/// Makes a table of error types: implements [`Each`](crate::errors::Each) for each, and defines a
/// function `add(&mut Said)` that looks at all of them. The [module](mod@crate::errors) has an
/// example.
///
/// `structs` are followed by a list of values. `enums` are followed by their variants, as they are
/// constructed. Behind a semicolon stand the variants that hold one value of a type that is
/// [`Each`](crate::errors::Each): they are constructed with each of its values.
#[macro_export]
macro_rules! errors {
    (
        structs { $($struct:ident = $values:expr),* $(,)? }
        enums { $(
            $enum:ident {
                $(
                    $variant:ident
                    $(($($value:expr),+ $(,)?))?
                    $({ $($field:ident: $of:expr),+ $(,)? })?
                ),*
                $(; $($over:ident),+)?
            }
        )* }
    ) => {
        $(
            impl $crate::errors::Each for $struct {
                fn each() -> ::std::vec::Vec<Self> {
                    ::std::vec::Vec::from($values)
                }
            }
        )*
        $(
            impl $crate::errors::Each for $enum {
                fn each() -> ::std::vec::Vec<Self> {
                    #[allow(
                        unreachable_patterns,
                        clippy::match_same_arms,
                        reason = "a variant may have several rows"
                    )]
                    fn is_complete(error: &$enum) {
                        match error {
                            $($enum::$variant { .. } => (),)*
                            $($($enum::$over { .. } => (),)+)?
                        }
                    }
                    #[allow(unused_mut, reason = "most hold no other type")]
                    let mut each: ::std::vec::Vec<Self> = ::std::vec![
                        $($enum::$variant $(($($value),+))? $({ $($field: $of),+ })?),*
                    ];
                    $($(
                        each.extend($crate::errors::Each::each().into_iter().map($enum::$over));
                    )+)?
                    each.iter().for_each(is_complete);
                    each
                }
            }
        )*

        pub(crate) fn add(said: &mut $crate::errors::Said) {
            $(said.add::<$struct>(stringify!($struct));)*
            $(said.add::<$enum>(stringify!($enum));)*
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is full")]
    struct Full;

    /// The fault that the table is for: each text holds that of its source.
    #[derive(Debug, thiserror::Error)]
    enum Unsaved {
        #[error("{0}")]
        Printed(#[source] Full),
        #[error("nothing was saved: {0}")]
        Added(#[source] Full),
        #[error("nothing was saved")]
        Plain(#[source] Full),
        #[error("nothing was saved: nothing was saved: {reason}")]
        Text { reason: &'static str },
    }

    crate::errors! {
        structs { Full = [Full] }
        enums { Unsaved { Text { reason: "no" }; Printed, Added, Plain } }
    }

    #[test]
    fn a_clause_that_is_said_twice_is_found() {
        let mut said = Said::default();
        add(&mut said);
        assert_eq!(
            said.faults(),
            [
                "Unsaved says \"nothing was saved\" twice: \
                 nothing was saved: nothing was saved: no",
                "Unsaved says \"the disk is full\" twice: the disk is full: the disk is full",
                "Unsaved says \"the disk is full\" twice: \
                 nothing was saved: the disk is full: the disk is full",
            ]
        );
    }

    #[test]
    fn the_error_types_of_a_crate_are_found_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let source = "\
            #[derive(Debug, thiserror::Error)]\n#[error(\"enum Not\")]\npub struct Late;\n\
            #[derive(Debug, Error)]\npub(crate) enum Unread {}\n\
            #[derive(Debug, thiserror::Error)]\nenum Private {}\n\
            #[derive(Debug, Clone)]\npub enum NoError {}\n\
            pub struct Written {}\nimpl std::error::Error for Written {}\n\
            pub(super) struct Near;\nimpl Error for Near {}\n\
            impl From<Error> for NoError {}\n";
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::write(folder.path().join("below/errors.rs"), source).unwrap();
        fs::write(folder.path().join("errors.txt"), "pub struct Text;").unwrap();
        assert_eq!(declared(folder.path()), ["Late", "Unread", "Written"]);
    }
}
