//! The imports among the files of a crate, read from their source.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree};

/// A module by its path from the crate's root, which is empty.
pub(super) type Module = Vec<String>;

/// A file of a crate.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) module: Module,
    pub(super) text: String,
}

/// The names in a file.
#[derive(Debug, Default)]
struct Names {
    /// Names that the file defines.
    defined: BTreeSet<String>,
    /// Names that the file imports: the path, and the name that it has here.
    imported: Vec<(Vec<String>, String)>,
    /// Paths in the file's code.
    mentioned: Vec<Vec<String>>,
    /// Modules of the file that exist for tests alone.
    tests: BTreeSet<String>,
}

/// For each file, the files that it imports from, through re-exports to where the name is defined.
/// Tests are left out. So is what a file imports from the folders that it is in: a part may know
/// the whole.
///
/// # Errors
///
/// Fails if a file is not Rust.
pub(super) fn edges(sources: &[Source]) -> Result<BTreeMap<Module, BTreeSet<Module>>> {
    let mut files = BTreeMap::new();
    for Source { module, text } in sources {
        let file = syn::parse_file(text).with_context(|| module.join("::"))?;
        let mut names = Names::default();
        names.visit_file(&file);
        files.insert(module.clone(), names);
    }
    let of_tests: Vec<Module> = files
        .iter()
        .flat_map(|(module, names)| names.tests.iter().map(|test| within(module, test)))
        .collect();
    files.retain(|module, _| !of_tests.iter().any(|test| module.starts_with(test)));
    Ok(files
        .iter()
        .map(|(module, names)| {
            let paths = names.imported.iter().map(|(path, _)| path).chain(&names.mentioned);
            let others = paths.filter_map(|path| home(&files, module, path, &mut Vec::new()));
            let others = others.filter(|it| !module.starts_with(it) && !it.starts_with(module));
            (module.clone(), others.collect())
        })
        .collect())
}

fn within(module: &[String], name: &str) -> Module {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// Finds the file that defines what `path` names in `module`; `None` if that is no file of the
/// crate. `seen` holds the re-exports on the way, which may form a circle.
fn home(
    files: &BTreeMap<Module, Names>,
    module: &[String],
    path: &[String],
    seen: &mut Vec<(Module, String)>,
) -> Option<Module> {
    let mut base = module.to_vec();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = rest.get(1..)?;
        }
        "self" => rest = rest.get(1..)?,
        "super" => {
            while let Some(("super", after)) = rest.split_first().map(|(f, r)| (f.as_str(), r)) {
                base.pop();
                rest = after;
            }
        }
        child if files.contains_key(&within(module, child)) => {}
        _ => return None,
    }
    while let Some((name, after)) = rest.split_first() {
        let inner = within(&base, name);
        if !files.contains_key(&inner) {
            break;
        }
        base = inner;
        rest = after;
    }
    let (Some(name), Some(names)) = (rest.first(), files.get(&base)) else { return Some(base) };
    let here = (base.clone(), name.clone());
    if names.defined.contains(name) || seen.contains(&here) {
        return Some(base);
    }
    seen.push(here);
    let mut passed_on = names.imported.iter().filter(|(_, known_as)| known_as == name);
    let home = passed_on.find_map(|(path, _)| home(files, &base, path, seen));
    home.or(Some(base))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    };
    attributes.iter().any(is_test)
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Const(it) => Some(&it.ident),
            Item::Enum(it) => Some(&it.ident),
            Item::Fn(it) => Some(&it.sig.ident),
            Item::Macro(it) => it.ident.as_ref(),
            Item::Static(it) => Some(&it.ident),
            Item::Struct(it) => Some(&it.ident),
            Item::Trait(it) => Some(&it.ident),
            Item::Type(it) => Some(&it.ident),
            _ => None,
        };
        self.defined.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if is_for_tests(&module.attrs) {
            self.tests.insert(module.ident.to_string());
        } else {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.import(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.mentioned.push(path.segments.iter().map(|it| it.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }
}

impl Names {
    fn import(&mut self, before: &[String], tree: &UseTree) {
        match tree {
            UseTree::Path(it) => self.import(&within(before, &it.ident.to_string()), &it.tree),
            UseTree::Name(it) if it.ident == "self" => {
                let name = before.last().cloned().unwrap_or_default();
                self.imported.push((before.to_vec(), name));
            }
            UseTree::Name(it) => {
                let name = it.ident.to_string();
                self.imported.push((within(before, &name), name));
            }
            UseTree::Rename(it) => {
                let path = within(before, &it.ident.to_string());
                self.imported.push((path, it.rename.to_string()));
            }
            UseTree::Glob(_) => self.imported.push((before.to_vec(), String::new())),
            UseTree::Group(it) => it.items.iter().for_each(|tree| self.import(before, tree)),
        }
    }
}
