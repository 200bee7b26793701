//! The manifest of a published package: what crates.io and docs.rs read of it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

/// Most keywords that crates.io takes, and most letters of each.
const KEYWORDS_MOST: usize = 5;
const KEYWORD_LETTERS_MOST: usize = 20;

/// The categories of crates.io that suit the crates of this workspace, as crates.io writes them.
const CATEGORIES: [&str; 13] = [
    "api-bindings",
    "asynchronous",
    "authentication",
    "command-line-utilities",
    "database",
    "date-and-time",
    "development-tools::testing",
    "email",
    "filesystem",
    "template-engine",
    "web-programming",
    "web-programming::http-client",
    "web-programming::http-server",
];

/// Most categories that crates.io takes.
const CATEGORIES_MOST: usize = 5;

/// A package of the workspace, by its manifest.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// The id by which `cargo metadata` names it among dependencies.
    pub(super) id: String,
    /// The folder of its manifest.
    pub(super) folder: PathBuf,
    /// The manifest as cargo reads it, with all that it inherits from the workspace.
    manifest: Value,
}

impl Package {
    /// The packages of the workspace that may be published, in the order of their names.
    ///
    /// # Errors
    ///
    /// Fails if `metadata` is not what `cargo metadata` prints.
    pub(super) fn published(metadata: &Value) -> Result<Vec<Self>> {
        let members = strings(&metadata["workspace_members"]);
        let all = metadata["packages"].as_array().context("cargo metadata shows no packages")?;
        let mut packages = Vec::new();
        for manifest in all {
            let package = Self::new(manifest).context("a package without name, id or manifest")?;
            if members.contains(&package.id.as_str()) && manifest["publish"].is_null() {
                packages.push(package);
            }
        }
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(packages)
    }

    fn new(manifest: &Value) -> Option<Self> {
        Some(Self {
            name: manifest["name"].as_str()?.to_owned(),
            id: manifest["id"].as_str()?.to_owned(),
            folder: Path::new(manifest["manifest_path"].as_str()?).parent()?.to_owned(),
            manifest: manifest.clone(),
        })
    }

    /// The features that a host can choose.
    pub(super) fn features(&self) -> Vec<&str> {
        let all = self.manifest["features"].as_object().into_iter().flat_map(Map::keys);
        all.map(String::as_str).filter(|name| *name != "default").collect()
    }

    /// The version of Rust that it declares.
    pub(super) fn rust(&self) -> Option<String> {
        self.manifest["rust_version"].as_str().map(str::to_owned)
    }

    /// The version of a dependency that it asks for, such as `^0.9.0`.
    pub(super) fn needs(&self, dependency: &str) -> Option<&str> {
        let all = self.manifest["dependencies"].as_array()?;
        let mut built = all.iter().filter(|it| it["kind"] != "dev");
        built.find(|it| it["name"] == dependency)?["req"].as_str()
    }

    /// The fields of the manifest that are missing or wrong, in lines for people.
    pub(super) fn problems(&self) -> Vec<String> {
        let documentation = format!("https://docs.rs/{}", self.name);
        let mut problems = Vec::new();
        if self.text("description").is_empty() {
            problems.push("description is missing".to_owned());
        }
        for (field, wanted) in [
            ("license", "MIT OR Apache-2.0"),
            ("documentation", documentation.as_str()),
            ("readme", "README.md"),
        ] {
            if self.text(field) != wanted {
                problems.push(format!("{field} is not \"{wanted}\""));
            }
        }
        problems.extend(keywords(&strings(&self.manifest["keywords"])));
        problems.extend(categories(&strings(&self.manifest["categories"])));
        let wanted = json!({ "all-features": true, "rustdoc-args": ["--cfg", "docsrs"] });
        if self.manifest["metadata"]["docs"]["rs"] != wanted {
            problems.push(format!("[package.metadata.docs.rs] is not {wanted}"));
        }
        problems.iter().map(|problem| format!("{}: {problem}", self.name)).collect()
    }

    fn text(&self, field: &str) -> &str {
        self.manifest[field].as_str().unwrap_or_default()
    }
}

/// The packages that have the keywords of another one, in lines for people.
pub(super) fn same_keywords(packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    for (no, package) in packages.iter().enumerate() {
        for other in packages.iter().take(no) {
            if package.manifest["keywords"] == other.manifest["keywords"] {
                let (name, other) = (&package.name, &other.name);
                problems.push(format!("{name}: has the keywords of {other}, and none of its own"));
            }
        }
    }
    problems
}

/// What crates.io would refuse of these keywords.
fn keywords(keywords: &[&str]) -> Vec<String> {
    let mut problems = count("keywords", keywords.len(), KEYWORDS_MOST);
    for keyword in keywords {
        let begins = keyword.starts_with(|first: char| first.is_ascii_alphanumeric());
        let allowed = |of: char| of.is_ascii_alphanumeric() || matches!(of, '_' | '-' | '+');
        if !begins || !keyword.chars().all(allowed) || keyword.len() > KEYWORD_LETTERS_MOST {
            problems.push(format!("crates.io refuses the keyword \"{keyword}\""));
        }
    }
    problems
}

/// What crates.io would refuse of these categories.
fn categories(categories: &[&str]) -> Vec<String> {
    let mut problems = count("categories", categories.len(), CATEGORIES_MOST);
    for category in categories.iter().filter(|category| !CATEGORIES.contains(category)) {
        problems.push(format!(
            "category \"{category}\" is not in xtask/src/packages/manifest.rs: add it there if \
             crates.io has it"
        ));
    }
    problems
}

fn count(what: &str, number: usize, most: usize) -> Vec<String> {
    if (1..=most).contains(&number) {
        return Vec::new();
    }
    vec![format!("{number} {what}, where 1 to {most} are right")]
}

/// The texts of a list; nothing if it is none.
fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `cargo metadata` says of a package that has everything.
    fn complete(name: &str) -> Value {
        json!({
            "name": name,
            "id": format!("path+file:///w/{name}#0.1.0"),
            "manifest_path": format!("/w/{name}/Cargo.toml"),
            "publish": null,
            "description": "Sends.",
            "license": "MIT OR Apache-2.0",
            "documentation": format!("https://docs.rs/{name}"),
            "readme": "README.md",
            "keywords": ["whatsapp", name],
            "categories": ["email"],
            "features": { "default": ["a"], "a": [], "b": [] },
            "metadata": {
                "docs": { "rs": { "all-features": true, "rustdoc-args": ["--cfg", "docsrs"] } },
            },
        })
    }

    /// The problems of a complete package after `field` was set to `value`.
    fn with(field: &str, value: Value) -> Vec<String> {
        let mut manifest = complete("one");
        manifest[field] = value;
        Package::new(&manifest).unwrap().problems()
    }

    #[test]
    fn a_complete_package_has_no_problem() {
        assert_eq!(Package::new(&complete("one")).unwrap().problems(), Vec::<String>::new());
    }

    #[test]
    fn each_field_that_is_missing_or_another_is_named() {
        for (field, value, problem) in [
            ("description", Value::Null, "one: description is missing"),
            ("license", json!("MIT"), "one: license is not \"MIT OR Apache-2.0\""),
            ("documentation", json!("x"), "one: documentation is not \"https://docs.rs/one\""),
            ("readme", json!("../README.md"), "one: readme is not \"README.md\""),
            ("keywords", Value::Null, "one: 0 keywords, where 1 to 5 are right"),
            ("keywords", json!(["a b"]), "one: crates.io refuses the keyword \"a b\""),
            ("keywords", json!(["-a"]), "one: crates.io refuses the keyword \"-a\""),
            ("categories", json!([]), "one: 0 categories, where 1 to 5 are right"),
        ] {
            assert_eq!(with(field, value), [problem]);
        }
        let long = "a".repeat(KEYWORD_LETTERS_MOST + 1);
        assert_eq!(with("keywords", json!([long])).len(), 1);
        assert_eq!(with("keywords", json!(["a", "b", "c", "d", "e", "f"])).len(), 1);
        let unknown = with("categories", json!(["e-mail"]));
        assert!(unknown[0].starts_with("one: category \"e-mail\" is not in"), "{unknown:?}");
        let undocumented = with("metadata", json!({ "docs": { "rs": { "all-features": true } } }));
        assert!(undocumented[0].contains("[package.metadata.docs.rs] is not"), "{undocumented:?}");
    }

    #[test]
    fn only_members_that_may_be_published_count() {
        let mut private = complete("private");
        private["publish"] = json!([]);
        let (one, two) = (complete("one"), complete("two"));
        let members = json!([two["id"], one["id"], private["id"]]);
        let all = json!([two, complete("dependency"), one, private]);
        let metadata = json!({ "packages": all, "workspace_members": members });
        let packages = Package::published(&metadata).unwrap();
        let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(packages[0].features(), ["a", "b"]);
        assert_eq!(packages[0].folder, Path::new("/w/one"));
    }

    #[test]
    fn packages_with_the_same_keywords_are_found() {
        let (one, mut two) = (complete("one"), complete("two"));
        let packages = |two: &Value| [Package::new(&one).unwrap(), Package::new(two).unwrap()];
        assert_eq!(same_keywords(&packages(&two)), Vec::<String>::new());
        two["keywords"] = one["keywords"].clone();
        let problem = "two: has the keywords of one, and none of its own";
        assert_eq!(same_keywords(&packages(&two)), [problem]);
    }
}
