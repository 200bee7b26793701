//! `cargo xtask pictures`: takes the pictures in the documents anew, of the console over the sample data.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};

use crate::browser;
use crate::cargo::{cargo, program, root, run as start, target};

/// Where the pictures are, within the checkout.
const PICTURES: &str = "docs/pictures";

/// The shops that there are pictures of, and how each is opened: one that sends what there is to send, and one
/// on a day of reminders.
const SHOPS: [(&str, &[&str]); 2] =
    [("messages", &[]), ("calendar", &["--today", "2026-10-17", "--plan"])];

/// The variables by which the browser is told what to take, and where to put it.
const SHOP: &str = "PICTURES_SHOP";
const OF: &str = "PICTURES_OF";
const INTO: &str = "PICTURES_INTO";

/// Runs the chore.
///
/// # Errors
///
/// When the browser is missing and cannot be installed, or a page is not as the pictures need it.
pub(crate) fn run() -> Result<()> {
    browser::programs()?;
    start(&mut cargo(&["build", "--package", "whatsapp-examples", "--bin", "quickstart"]))?;
    let folder = root().join(PICTURES);
    fs::create_dir_all(&folder)?;
    for (name, how) in SHOPS {
        let shop = Shop::open(how)?;
        start(
            cargo(&["test", "--package", "whatsapp-tests", "--test", "browser", "--"])
                .args(["--ignored", "--exact", "pictures::pictures"])
                .env(SHOP, name)
                .env(OF, &shop.link)
                .env(INTO, &folder),
        )?;
    }
    eprintln!("pictures: they are in {PICTURES}");
    Ok(())
}

/// The console of the sample shop, which ends with this value.
#[derive(Debug)]
struct Shop {
    process: Child,
    /// The link that opens it.
    link: String,
}

impl Shop {
    fn open(how: &[&str]) -> Result<Self> {
        let folder = target().join("pictures");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let mut process = program(target().join("debug").join("quickstart"))
            .args(["--serve", "--database"])
            .arg(folder.join("shop.sqlite"))
            .arg("--report")
            .arg(folder.join("report.json"))
            .args(how)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the quickstart")?;
        let said = process.stdout.take().context("the quickstart has no output")?;
        let mut lines = BufReader::new(said).lines();
        let mut shop = Self { process, link: String::new() };
        for line in &mut lines {
            if let Some(link) = line?.strip_prefix("Console") {
                link.trim().clone_into(&mut shop.link);
                break;
            }
        }
        anyhow::ensure!(!shop.link.is_empty(), "the quickstart ended without a link");
        // Whoever prints into a pipe that nobody reads waits.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(shop)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        if let Err(error) = ended {
            eprintln!("pictures: the quickstart did not end: {error}");
        }
    }
}
