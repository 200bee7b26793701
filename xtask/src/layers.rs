//! The layers: the imports allowed to each folder of the core, and no circle among the files of a
//! crate.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::cargo::root;
use imports::{Module, Source, edges};

/// The folders of the core, from the lowest layer to the highest. None imports from above.
const CORE: [(&str, &[&str]); 3] = [
    (
        "domain",
        &[
            "account",
            "address",
            "attachment",
            "audit",
            "bulk",
            "campaign",
            "consent",
            "festival",
            "format",
            "id",
            "message",
            "mute",
            "number",
            "private",
            "retry",
            "schedule",
            "settings",
            "shown",
            "template",
            "time",
            "types",
            "visible",
            "wake",
            "why",
            "word",
        ],
    ),
    ("ports", &["port"]),
    (
        "use cases",
        &[
            "books",
            "bulks",
            "campaigns",
            "chore",
            "compose",
            "daily",
            "desk",
            "dispatch",
            "export",
            "files",
            "find",
            "gauges",
            "messenger",
            "notices",
            "observe",
            "overview",
            "planner",
            "prelude",
            "readiness",
            "run",
            "sweep",
            "wiring",
        ],
    ),
];

/// Circles that stay: a type that gives its builder, and the builder that makes the type.
const BUILDERS: [(&str, [&str; 2]); 2] = [
    ("whatsapp-360messenger", ["builder", "gateway"]),
    ("whatsapp-notify", ["builder", "notifier"]),
];

/// The files that each file imports, all by their modules.
type Graph = BTreeMap<Module, BTreeSet<Module>>;

/// Checks the layers of the core, and every library crate for circles.
///
/// # Errors
///
/// All imports that point upwards and all circles, by file.
pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    for name in crates()? {
        let sources = sources(&root().join(&name).join("src"))?;
        let graph = edges(&sources).with_context(|| format!("{name} cannot be read"))?;
        if name == "whatsapp-core" {
            problems.extend(upwards(&graph));
        }
        problems.extend(circles(&name, &graph));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The imports of the core that point to a higher layer, and the folders that belong to no layer.
fn upwards(graph: &Graph) -> Vec<String> {
    let layer = |folder: &str| CORE.iter().position(|(_, folders)| folders.contains(&folder));
    let mut problems = Vec::new();
    for (file, imported) in graph {
        let Some(folder) = file.first() else { continue };
        let Some(own) = layer(folder) else {
            problems.push(format!("{}: in no layer of xtask/src/layers.rs", shown(file)));
            continue;
        };
        for other in imported {
            let above = other.first().and_then(|folder| layer(folder)).filter(|it| *it > own);
            if let Some((layer, _)) = above.and_then(|above| CORE.get(above)) {
                let (file, other) = (shown(file), shown(other));
                problems.push(format!("{file}: imports {other}, which is of the {layer} above it"));
            }
        }
    }
    problems
}

/// The circles among the files of a crate, and the expected ones that are gone.
fn circles(name: &str, graph: &Graph) -> Vec<String> {
    let expected = |circle: &BTreeSet<Module>| {
        BUILDERS.iter().any(|(of, pair)| {
            *of == name && circle.iter().map(|file| file.join("::")).eq(pair.iter().copied())
        })
    };
    let found = round(graph);
    let mut problems: Vec<String> = found
        .iter()
        .filter(|circle| !expected(circle))
        .map(|circle| {
            let files: Vec<_> = circle.iter().map(shown).collect();
            format!("{name}: a circle of {}", files.join(", "))
        })
        .collect();
    let builders = BUILDERS.iter().filter(|(of, _)| *of == name).count();
    if found.iter().filter(|circle| expected(circle)).count() < builders {
        problems.push(format!("{name}: take the circle that is gone out of BUILDERS"));
    }
    problems
}

/// The groups of files in which every file reaches every other.
fn round(graph: &Graph) -> BTreeSet<BTreeSet<Module>> {
    let all: BTreeMap<&Module, BTreeSet<&Module>> =
        graph.keys().map(|file| (file, reach(graph, file))).collect();
    let reaches = |from: &Module, to: &Module| all.get(from).is_some_and(|r| r.contains(to));
    graph
        .keys()
        .filter(|file| reaches(file, file))
        .map(|file| {
            let both = |other: &&Module| reaches(file, other) && reaches(other, file);
            graph.keys().filter(both).cloned().collect()
        })
        .collect()
}

fn reach<'a>(graph: &'a Graph, from: &Module) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = graph.get(from).into_iter().flatten().collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(graph.get(file).into_iter().flatten());
        }
    }
    reached
}

fn shown(file: &Module) -> String {
    format!("{}.rs", file.join("/"))
}

/// The names of the library crates: the folders whose names begin as the project's does.
fn crates() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in root().read_dir()? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("whatsapp-") && root().join(&name).join("src/lib.rs").is_file() {
            names.push(name);
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "no library crate lies at {}", root().display());
    Ok(names)
}

/// The files of a library, by their modules.
fn sources(folder: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders: Vec<(PathBuf, Module)> = vec![(folder.to_owned(), Vec::new())];
    while let Some((folder, within)) = folders.pop() {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mut module = within.clone();
            if path.is_dir() {
                // Programs beside the library are crates of their own.
                if !(within.is_empty() && stem == "bin") {
                    module.push(stem);
                    folders.push((path, module));
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                if !(stem == "mod" || within.is_empty() && stem == "lib") {
                    module.push(stem);
                }
                sources.push(Source { module, text: std::fs::read_to_string(&path)? });
            }
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The graph of a crate with these files.
    fn graph(files: &[(&str, &str)]) -> Graph {
        let sources: Vec<Source> = files
            .iter()
            .map(|(module, text)| Source {
                module: module.split("::").filter(|n| !n.is_empty()).map(str::to_owned).collect(),
                text: (*text).to_owned(),
            })
            .collect();
        edges(&sources).unwrap()
    }

    #[test]
    fn the_crates_keep_their_layers_and_have_no_circles() {
        check().unwrap();
    }

    #[test]
    fn an_import_from_a_higher_layer_is_found_through_a_re_export() {
        let core = graph(&[
            ("", "mod id; mod port; pub use port::Entropy;"),
            ("id", "use crate::Entropy;"),
            ("port", "mod clock; pub use clock::Entropy;"),
            ("port::clock", "pub trait Entropy {}"),
        ]);
        let problem = "id.rs: imports port/clock.rs, which is of the ports above it";
        assert_eq!(upwards(&core), [problem]);
    }

    #[test]
    fn a_path_in_the_code_counts_as_an_import_does() {
        let core = graph(&[
            ("port", "fn now() { crate::dispatch::tick() }"),
            ("dispatch", "pub fn tick() {}"),
        ]);
        let problem = "port.rs: imports dispatch.rs, which is of the use cases above it";
        assert_eq!(upwards(&core), [problem]);
    }

    #[test]
    fn imports_from_below_are_allowed() {
        let core = graph(&[
            ("dispatch", "use crate::{id::Id, port::Clock};"),
            ("port", "use crate::id::Id; pub struct Clock(Id);"),
            ("id", "pub struct Id;"),
        ]);
        assert_eq!(upwards(&core), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_in_no_layer_is_found() {
        let core = graph(&[("novelty", "pub struct Thing;")]);
        assert_eq!(upwards(&core), ["novelty.rs: in no layer of xtask/src/layers.rs"]);
    }

    #[test]
    fn a_circle_is_found_however_long_it_is() {
        let files = [
            ("a", "use crate::b::B; pub struct A(B);"),
            ("b", "use super::c::C; pub struct B(C);"),
            ("c", "mod inner; use crate::a::A; pub struct C(A);"),
            ("c::inner", "pub struct Inner;"),
            ("d", "use crate::a::A;"),
        ];
        let problems = circles("whatsapp-media", &graph(&files));
        assert_eq!(problems, ["whatsapp-media: a circle of a.rs, b.rs, c.rs"]);
    }

    #[test]
    fn tests_and_the_files_of_one_folder_upwards_make_no_circle() {
        let files = [
            ("a", "mod part; use part::Part; pub struct A(Part);\n#[cfg(test)] mod tests;"),
            ("a::part", "use super::A; pub struct Part; impl Part { fn of(_: &A) {} }"),
            ("a::tests", "use crate::b::B;"),
            ("b", "use crate::a::A; pub struct B(A);"),
        ];
        assert_eq!(circles("whatsapp-media", &graph(&files)), Vec::<String>::new());
    }

    #[test]
    fn a_builder_and_its_type_are_expected_and_missed_once_they_are_gone() {
        let files = [
            ("builder", "use crate::gateway::Gateway; pub struct Builder;"),
            ("gateway", "use crate::builder::Builder; pub struct Gateway;"),
        ];
        assert_eq!(circles("whatsapp-360messenger", &graph(&files)), Vec::<String>::new());
        let gone = circles("whatsapp-360messenger", &graph(&files[..1]));
        assert_eq!(gone, ["whatsapp-360messenger: take the circle that is gone out of BUILDERS"]);
    }
}
