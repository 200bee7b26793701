//! `cargo xtask pictures`: takes the pictures in the documents again, of the console over the
//! sample data. With `--all` it takes every page in every state, for somebody to look at.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf, absolute};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::browser;
use crate::cargo::{cargo, program, root, run as start, target};

/// The folder of the pictures, within the checkout.
const PICTURES: &str = "docs/pictures";

/// The shops in the pictures, and the arguments that open each: one that sends its messages, and
/// one on a day of reminders.
const SHOPS: [(&str, &[&str]); 2] =
    [("messages", &[]), ("calendar", &["--today", "2026-10-17", "--plan"])];

/// The variables that tell the browser test what to take, and the folder for it.
const SHOP: &str = "PICTURES_SHOP";
const OF: &str = "PICTURES_OF";
const INTO: &str = "PICTURES_INTO";

/// The choice of pictures to take.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Take every page in every state that the tests know into this folder, instead of the pictures
    /// in the documents. The page is taken 1280 and 390 px wide, light and dark, printed, in forced
    /// colours, and with text twice as large.
    #[arg(long, value_name = "FOLDER")]
    all: Option<PathBuf>,
}

/// Runs the chore.
///
/// # Errors
///
/// Fails if the browser is missing and cannot be installed, or a page is not as the pictures need
/// it.
pub(crate) fn run(options: &Options) -> Result<()> {
    browser::programs()?;
    if let Some(folder) = &options.all {
        let folder = absolute(folder)?;
        fs::create_dir_all(&folder)?;
        start(&mut taken("every_scene", &folder))?;
        eprintln!("pictures: they are in {}", folder.display());
        return Ok(());
    }
    start(&mut cargo(&["build", "--package", "whatsapp-examples", "--bin", "quickstart"]))?;
    let folder = root().join(PICTURES);
    fs::create_dir_all(&folder)?;
    for (name, how) in SHOPS {
        let shop = Shop::open(how)?;
        start(taken("pictures", &folder).env(SHOP, name).env(OF, &shop.link))?;
    }
    eprintln!("pictures: they are in {PICTURES}");
    Ok(())
}

/// The test that takes some of the pictures into a folder.
fn taken(which: &str, folder: &Path) -> Command {
    let mut command = cargo(&["test", "--package", "whatsapp-tests", "--test", "browser", "--"]);
    command.args(["--ignored", "--exact", &format!("pictures::{which}")]).env(INTO, folder);
    command
}

/// The console of the sample shop; it ends when this value is dropped.
#[derive(Debug)]
struct Shop {
    process: Child,
    /// The link that opens the console.
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
        // A program that prints into a pipe that nobody reads waits.
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
