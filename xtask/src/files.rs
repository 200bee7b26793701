//! The files of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cargo::root;

/// Folders that hold no source: everything built, and the history.
const SKIPPED: [&str; 3] = ["target", "node_modules", ".git"];

/// A file, by its path from the root of the checkout.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Reads every file of the workspace that has one of these extensions, in the order of their names.
///
/// # Errors
///
/// Fails if a folder or a file cannot be read.
pub(crate) fn all(extensions: &[&str]) -> Result<Vec<Named>> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        Ok(Named { name, text })
    };
    paths(root(), extensions)?.into_iter().map(read).collect()
}

/// The files in a folder, and below it, that have one of these extensions, in the order of their
/// names.
///
/// # Errors
///
/// Fails if a folder cannot be read.
pub(crate) fn paths(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    walk(folder, extensions, &mut paths)?;
    paths.sort();
    Ok(paths)
}

fn walk(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !SKIPPED.contains(&&*name) {
                walk(&path, extensions, paths)?;
            }
        } else if extensions.iter().any(|of| path.extension().is_some_and(|found| found == *of)) {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_names_from_the_root_and_nothing_built_is_among_them() {
        let files = all(&["rs", "md"]).unwrap();
        let has = |name: &str| files.iter().any(|file| file.name == name);
        assert!(has("xtask/src/files.rs") && has("README.md"));
        // A macro declares the module of this one.
        assert!(has("whatsapp-testkit/src/conformance/log/pages.rs"));
        assert!(files.iter().all(|file| !file.name.starts_with("target")));
    }
}
