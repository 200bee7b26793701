//! The public types of a crate, read from its source.
//!
//! A `pub` item can be reached from outside: rustc's `unreachable_pub` refuses any other. What is
//! hidden from the documentation, and what only tests have, is left out.

use anyhow::{Context as _, Result};
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, Ident, Item, Macro, Visibility};

use crate::files::Named;

/// A public enum, or a public struct all of whose fields are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicType {
    /// The file that defines it.
    pub(super) file: String,
    pub(super) name: String,
    /// Set where it is `#[non_exhaustive]`.
    pub(super) is_open: bool,
}

/// Reads the public types of these files, in their order.
///
/// # Errors
///
/// Fails if a file is not Rust.
pub(super) fn types(files: &[Named]) -> Result<Vec<PublicType>> {
    let (mut types, mut hidden) = (Vec::new(), Vec::new());
    for file in files {
        let syntax = syn::parse_file(&file.text).with_context(|| file.name.clone())?;
        let mut reader = Reader { file: &file.name, types: Vec::new(), hidden: Vec::new() };
        reader.visit_file(&syntax);
        types.append(&mut reader.types);
        hidden.append(&mut reader.hidden);
    }
    types.retain(|of: &PublicType| !hidden.iter().any(|module| is_in(&of.file, module)));
    Ok(types)
}

/// Returns true if a file is the module at this path, or one of its parts.
fn is_in(file: &str, module: &str) -> bool {
    file.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The reader of one file.
#[derive(Debug)]
struct Reader<'a> {
    file: &'a str,
    types: Vec<PublicType>,
    /// Paths of the modules that are left out, without the ends of their files.
    hidden: Vec<String>,
}

impl Reader<'_> {
    fn add(&mut self, name: &Ident, attributes: &[Attribute]) {
        if !is_left_out(attributes) {
            let is_open = attributes.iter().any(|of| of.path().is_ident("non_exhaustive"));
            let (file, name) = (self.file.to_owned(), name.to_string());
            self.types.push(PublicType { file, name, is_open });
        }
    }

    /// The path of a module that the file declares, without the end of its file.
    fn child(&self, name: &Ident) -> String {
        let folder = self.file.trim_end_matches(".rs");
        let folder = folder.trim_end_matches("/lib").trim_end_matches("/mod");
        format!("{folder}/{name}")
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Enum(of) if is_public(&of.vis) => self.add(&of.ident, &of.attrs),
            Item::Struct(of) if is_public(&of.vis) && is_data(&of.fields) => {
                self.add(&of.ident, &of.attrs);
            }
            Item::Macro(of) if self.file.starts_with("whatsapp-core/") && is_words(&of.mac) => {
                if let Ok((attributes, name)) = word(&of.mac) {
                    self.add(&name, &attributes);
                }
            }
            Item::Mod(of) if is_left_out(&of.attrs) => {
                self.hidden.push(self.child(&of.ident));
                return;
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Returns true if other crates can make the struct by naming its fields.
fn is_data(fields: &Fields) -> bool {
    !fields.is_empty() && fields.iter().all(|field| is_public(&field.vis))
}

/// Returns true for a call of the macro that makes an enum of words.
fn is_words(of: &Macro) -> bool {
    of.path.is_ident("words")
}

/// The attributes and the name of an enum of words, at the beginning of the call.
fn word(of: &Macro) -> syn::Result<(Vec<Attribute>, Ident)> {
    of.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.step(|cursor| {
            let mut rest = *cursor;
            while let Some((_, next)) = rest.token_tree() {
                rest = next;
            }
            Ok(((), rest))
        })?;
        Ok((attributes, name))
    })
}

/// Returns true for what the documentation does not show, or only tests have.
fn is_left_out(attributes: &[Attribute]) -> bool {
    let says = |of: &Attribute, path: &str, what: &str| {
        of.path().is_ident(path) && of.parse_args::<Ident>().is_ok_and(|word| word == what)
    };
    attributes.iter().any(|of| says(of, "doc", "hidden") || says(of, "cfg", "test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> Named {
        Named { name: name.to_owned(), text: text.to_owned() }
    }

    /// The names of the types, with a `+` for those that may grow.
    fn names(files: &[Named]) -> Vec<String> {
        let shown = |of: &PublicType| format!("{}{}", of.name, if of.is_open { "+" } else { "" });
        types(files).unwrap().iter().map(shown).collect()
    }

    #[test]
    fn enums_and_structs_that_others_can_make_are_found() {
        let text = "
            pub enum A { X }
            #[derive(Debug)] #[non_exhaustive] pub enum B {}
            pub(crate) enum Own {}
            pub struct C { pub a: u8 }
            pub struct D(pub u8);
            pub struct Private { pub a: u8, b: u8 }
            pub struct Unit;
            pub mod part { #[non_exhaustive] pub struct E { pub a: u8 } }
        ";
        assert_eq!(names(&[file("a/src/lib.rs", text)]), ["A", "B+", "C", "D", "E+"]);
    }

    #[test]
    fn enums_of_words_are_found_by_their_macro() {
        let call = "words!(
            /// A word.
            #[non_exhaustive]
            Word, \"word\", \"a\", { A => \"a\", \"A\"; }
        );";
        assert_eq!(names(&[file("whatsapp-core/src/a.rs", call)]), ["Word+"]);
        let closed = call.replace("#[non_exhaustive]", "");
        assert_eq!(names(&[file("whatsapp-core/src/a.rs", &closed)]), ["Word"]);
        assert_eq!(names(&[file("whatsapp-console/src/a.rs", call)]), Vec::<String>::new());
    }

    #[test]
    fn hidden_types_and_modules_are_left_out_and_so_are_tests() {
        let text = "
            #[doc(hidden)] pub mod witness;
            #[cfg(test)] mod tests { pub enum T {} }
            #[doc(hidden)] pub enum H {}
            pub mod wit;
        ";
        let files = [
            file("a/src/message.rs", text),
            file("a/src/message/wit.rs", "pub enum Seen {}"),
            file("a/src/message/witness.rs", "pub enum Unseen {}"),
            file("a/src/message/witness/part.rs", "pub enum Unseen {}"),
        ];
        assert_eq!(names(&files), ["Seen"]);
        let files = [
            file("a/src/lib.rs", "#[doc(hidden)] pub mod inner;"),
            file("a/src/inner.rs", "pub enum Unseen {}"),
        ];
        assert_eq!(names(&files), Vec::<String>::new());
    }
}
