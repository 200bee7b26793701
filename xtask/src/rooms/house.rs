//! Counts of a crate, read from its source.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, Lit, Meta, ReturnType,
    Signature, TraitItemFn, Type, Visibility,
};

/// A crate.
#[derive(Debug, Default)]
pub(super) struct Crate {
    pub(super) rooms: Vec<Room>,
}

/// Counts of a file.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) name: String,
    pub(super) lines: usize,
    /// Number of public items: functions and methods among them.
    pub(super) public: usize,
    /// Number of public items whose documentation has an example.
    pub(super) examples: usize,
    /// Number of public functions that return a `Result`.
    pub(super) fallible: usize,
    /// Number of these functions whose documentation has a section `# Errors`.
    pub(super) errors: usize,
    pub(super) enums: usize,
    /// Number of enums that are `#[non_exhaustive]`.
    pub(super) growing_enums: usize,
    pub(super) structs: usize,
    /// Number of structs that are `#[non_exhaustive]`.
    pub(super) growing_structs: usize,
    pub(super) tests: usize,
    /// Types that are defined here.
    defined: Vec<String>,
    /// Number of methods in `impl` blocks without a trait, by the name of their type.
    methods: BTreeMap<String, usize>,
}

impl Crate {
    /// Returns the number of methods of each type. Of several types with one name, an `impl` block
    /// belongs to the type whose file is nearest.
    pub(super) fn methods(&self) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        for room in &self.rooms {
            for (of, methods) in &room.methods {
                let near = self.home(of, &room.name);
                *all.entry(format!("{of} ({near})")).or_default() += methods;
            }
        }
        all
    }

    /// Returns the file in which a type is defined, as seen from another file.
    fn home<'a>(&'a self, of: &str, from: &'a str) -> &'a str {
        let shared =
            |name: &str| name.bytes().zip(from.bytes()).take_while(|(a, b)| a == b).count();
        let homes = self.rooms.iter().filter(|room| room.defined.iter().any(|name| name == of));
        homes.map(|room| room.name.as_str()).max_by_key(|name| shared(name)).unwrap_or(from)
    }
}

impl Room {
    /// Counts a file.
    ///
    /// # Errors
    ///
    /// Fails if the file is not Rust.
    pub(super) fn of(name: &str, text: &str) -> Result<Self> {
        let file = syn::parse_file(text).with_context(|| name.to_owned())?;
        let lines = text.lines().count();
        let mut room = Self { name: name.to_owned(), lines, ..Self::default() };
        room.visit_file(&file);
        Ok(room)
    }

    fn counts(&mut self, visibility: &Visibility, attributes: &[Attribute]) {
        if matches!(visibility, Visibility::Public(_)) {
            self.public += 1;
            self.examples += usize::from(doc(attributes).contains("```"));
        }
    }

    fn counts_function(
        &mut self,
        visibility: &Visibility,
        attributes: &[Attribute],
        signature: &Signature,
    ) {
        self.counts(visibility, attributes);
        if matches!(visibility, Visibility::Public(_)) && is_fallible(signature) {
            self.fallible += 1;
            self.errors += usize::from(doc(attributes).contains("# Errors"));
        }
        let is_test = attributes
            .iter()
            .any(|of| of.path().segments.last().is_some_and(|last| last.ident == "test"));
        self.tests += usize::from(is_test);
    }
}

impl<'ast> Visit<'ast> for Room {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(of) => self.counts_function(&of.vis, &of.attrs, &of.sig),
            Item::Struct(of) => {
                self.counts(&of.vis, &of.attrs);
                self.defined.push(of.ident.to_string());
                self.structs += usize::from(matches!(of.vis, Visibility::Public(_)));
                self.growing_structs += usize::from(may_grow(&of.vis, &of.attrs));
            }
            Item::Enum(of) => {
                self.counts(&of.vis, &of.attrs);
                self.defined.push(of.ident.to_string());
                self.enums += usize::from(matches!(of.vis, Visibility::Public(_)));
                self.growing_enums += usize::from(may_grow(&of.vis, &of.attrs));
            }
            Item::Const(of) => self.counts(&of.vis, &of.attrs),
            Item::Static(of) => self.counts(&of.vis, &of.attrs),
            Item::Type(of) => self.counts(&of.vis, &of.attrs),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_trait(&mut self, of: &'ast ItemTrait) {
        self.counts(&of.vis, &of.attrs);
        for item in &of.items {
            if let syn::TraitItem::Fn(TraitItemFn { attrs, sig, .. }) = item {
                self.counts_function(&of.vis, attrs, sig);
            }
        }
        visit::visit_item_trait(self, of);
    }

    fn visit_item_impl(&mut self, of: &'ast ItemImpl) {
        if of.trait_.is_none()
            && let Type::Path(path) = &*of.self_ty
            && let Some(last) = path.path.segments.last()
        {
            for item in &of.items {
                if let ImplItem::Fn(ImplItemFn { vis, attrs, sig, .. }) = item {
                    self.counts_function(vis, attrs, sig);
                    *self.methods.entry(last.ident.to_string()).or_default() += 1;
                }
            }
        }
        visit::visit_item_impl(self, of);
    }
}

/// The documentation of an item.
fn doc(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        if let Meta::NameValue(of) = &attribute.meta
            && of.path.is_ident("doc")
            && let Expr::Lit(value) = &of.value
            && let Lit::Str(line) = &value.lit
        {
            text.push_str(&line.value());
            text.push('\n');
        }
    }
    text
}

fn may_grow(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    let is_open = attributes.iter().any(|of| of.path().is_ident("non_exhaustive"));
    is_open && matches!(visibility, Visibility::Public(_))
}

fn is_fallible(signature: &Signature) -> bool {
    let ReturnType::Type(_, of) = &signature.output else { return false };
    matches!(&**of, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_items_examples_and_errors_are_counted() {
        let text = "
            /// A line.
            ///
            /// ```
            /// a();
            /// ```
            pub fn a() {}
            fn private() {}
            /// # Errors
            /// Never.
            pub fn b() -> Result<(), ()> { Ok(()) }
            pub fn c() -> io::Result<()> { Ok(()) }
            #[non_exhaustive] pub enum E {}
            pub struct S { pub field: u8 }
            #[tokio::test] async fn it_holds() {}
        ";
        let room = Room::of("a/src/a.rs", text).unwrap();
        assert_eq!((room.public, room.examples), (5, 1));
        assert_eq!((room.fallible, room.errors), (2, 1));
        assert_eq!((room.enums, room.growing_enums), (1, 1));
        assert_eq!((room.structs, room.growing_structs, room.tests), (1, 0, 1));
    }

    #[test]
    fn methods_belong_to_the_nearest_type_of_their_name() {
        let room = |name: &str, text: &str| Room::of(name, text).unwrap();
        let of = Crate {
            rooms: vec![
                room("a/src/one.rs", "struct T; impl T { fn a() {} fn b() {} }"),
                room("a/src/one/part.rs", "impl super::T { fn c() {} }"),
                room("a/src/two.rs", "struct T; impl T { fn a() {} } impl Clone for T {}"),
            ],
        };
        let methods = of.methods();
        assert_eq!(methods.get("T (a/src/one.rs)"), Some(&3), "{methods:?}");
        assert_eq!(methods.get("T (a/src/two.rs)"), Some(&1), "{methods:?}");
    }
}
