//! Links of the documents: each relative link leads to a file of the checkout, and to a heading
//! that is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::cargo::root;
use crate::files::{self, Named};

/// Checks the relative links of every document of the workspace.
///
/// # Errors
///
/// The links that lead nowhere, by file and line.
pub(crate) fn check() -> Result<()> {
    let problems = problems(&files::all(&["md"])?, |path| root().join(path).exists());
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The lines of a document outside of its code, with their numbers.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of the links and pictures of a line, in Markdown and in HTML.
pub(crate) fn targets(line: &str) -> Vec<&str> {
    let inline = line.split("](").skip(1).map(|rest| until(rest, &[')', ' ']));
    let html = ["href=\"", "src=\""].into_iter();
    let html = html.flat_map(|mark| line.split(mark).skip(1)).map(|rest| until(rest, &['"']));
    let defined = line.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
    let defined = defined.map(|(_, target)| until(target, &[' ']));
    inline.chain(html).chain(defined).collect()
}

fn until<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or_default()
}

/// The relative links that lead nowhere, in lines for people.
fn problems(documents: &[Named], exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let anchors: BTreeMap<&Path, BTreeSet<String>> =
        documents.iter().map(|of| (Path::new(&of.name), anchors(&of.text))).collect();
    let mut problems = Vec::new();
    for Named { name, text } in documents {
        let name = Path::new(name);
        for (no, line) in prose(text) {
            // Code only shows how a link is written.
            let line: String = line.split('`').step_by(2).collect();
            for target in targets(&line).into_iter().filter(|target| !target.contains(':')) {
                let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                let to = if path.is_empty() { name.to_owned() } else { beside(name, path) };
                let is_there = match anchors.get(to.as_path()) {
                    Some(known) => anchor.is_empty() || known.contains(anchor),
                    None => anchor.is_empty() && exists(&to),
                };
                if !is_there {
                    problems.push(format!("{}:{no}: leads nowhere: {target}", name.display()));
                }
            }
        }
    }
    problems
}

/// The file that a relative path names in the document `from`, by its path from the root.
fn beside(from: &Path, path: &str) -> PathBuf {
    let mut to = from.to_owned();
    to.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                to.pop();
            }
            part => to.push(part),
        }
    }
    to
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::new();
    let mut anchor = |line: &str| {
        let title =
            line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'));
        let kept = |of: char| of.is_alphanumeric() || matches!(of, ' ' | '-' | '_');
        let kept: String = title?.trim().to_lowercase().chars().filter(|of| kept(*of)).collect();
        let anchor = kept.replace(' ', "-");
        let before = seen.entry(anchor.clone()).and_modify(|count| *count += 1).or_insert(0);
        Some(if *before == 0 { anchor } else { format!("{anchor}-{before}") })
    };
    prose(text).filter_map(|(_, line)| anchor(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_every_kind_are_found() {
        let line =
            "See [`a`](https://docs.rs/a) and ![b](b.png \"B\"), <a href=\"c\">, <img src=\"d\">.";
        assert_eq!(targets(line), ["https://docs.rs/a", "b.png", "c", "d"]);
        assert_eq!(targets("[e]: ../e.md \"E\""), ["../e.md"]);
        assert_eq!(targets("No link: [f] (g), `h[0]`."), Vec::<&str>::new());
    }

    #[test]
    fn anchors_are_those_of_github() {
        let text =
            "# A `b_c`, d!\n## Where does … go?\n## Twice\n```\n# Code\n```\n## Twice\n#No\n";
        let expected = ["a-b_c-d", "twice", "twice-1", "where-does--go"];
        assert_eq!(anchors(text).into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_link_to_a_file_or_a_heading_that_is_not_there_is_found_by_its_line() {
        let named = |name: &str, text: &str| Named { name: name.to_owned(), text: text.to_owned() };
        let page = "\
# Page
[`send`](../src/send.rs), [a folder](../src/), [up](../README.md#the-top), [here](#page),
[out](https://example.com/#x), `[text](shown)`
```rust
items[0](code);
```
[no file](../src/receive.rs) and ![no picture](no.png)
[no heading](../README.md#the-end), [none here](#end)
[no document](other.md#top)
";
        let documents = [named("README.md", "# The top\n"), named("docs/page.md", page)];
        let exists = |path: &Path| ["src", "src/send.rs"].map(Path::new).contains(&path);
        assert_eq!(
            problems(&documents, exists),
            [
                "docs/page.md:7: leads nowhere: ../src/receive.rs",
                "docs/page.md:7: leads nowhere: no.png",
                "docs/page.md:8: leads nowhere: ../README.md#the-end",
                "docs/page.md:8: leads nowhere: #end",
                "docs/page.md:9: leads nowhere: other.md#top",
            ]
        );
    }
}
