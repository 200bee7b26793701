//! A key in a file that is replaced while the program runs.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use whatsapp_core::port::{ApiKeyError, ApiKeySource as _, FileKey, KeyFileProblem};
use whatsapp_testkit::ManualClock;

const KEY: &str = "sk-canary-4f7a0b";

struct Scene {
    folder: TempDir,
    clock: ManualClock,
    key: FileKey,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = ManualClock::starting_at(DateTime::<Utc>::UNIX_EPOCH);
        let key = FileKey::new(folder.path().join("key"), Arc::new(clock.clone()));
        Self { folder, clock, key }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    /// Replaces the file, as `mv` does.
    fn put(&self, text: impl AsRef<[u8]>) {
        let new = self.folder.path().join("new");
        fs::write(&new, text).unwrap();
        allow(&new, 0o600);
        fs::rename(new, self.path()).unwrap();
    }

    async fn read(&self) -> Result<String, ApiKeyError> {
        self.key.api_key().await.map(|key| key.expose().to_owned())
    }

    async fn problem(&self) -> KeyFileProblem {
        self.clock.advance(TimeDelta::seconds(1));
        match self.read().await {
            Err(error @ ApiKeyError::File { problem, .. }) => {
                let told = error.to_string();
                assert!(told.contains(&*self.path().to_string_lossy()), "{told}");
                assert!(!told.contains("canary"), "{told}");
                problem
            }
            other => panic!("{other:?}"),
        }
    }
}

#[cfg(unix)]
fn allow(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn allow(_path: &std::path::Path, _mode: u32) {}

#[tokio::test]
async fn a_key_that_is_replaced_is_used_within_a_second() {
    let scene = Scene::new();
    scene.put(format!("  {KEY}\r\n"));
    assert_eq!(scene.read().await.unwrap(), KEY, "it is trimmed");
    // The same length, and within the resolution of any file system's clock.
    scene.put("sk-canary-4f7a0c");
    assert_eq!(scene.read().await.unwrap(), KEY, "it is read once a second at most");
    scene.clock.advance(TimeDelta::seconds(1));
    assert_eq!(scene.read().await.unwrap(), "sk-canary-4f7a0c");
    assert!(!format!("{:?}", scene.key).contains("canary-4"), "it is never shown");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_told_and_can_be_mended() {
    let scene = Scene::new();
    assert_eq!(scene.problem().await, KeyFileProblem::Absent);
    for nothing in ["", " \n"] {
        scene.put(nothing);
        assert_eq!(scene.problem().await, KeyFileProblem::Empty);
    }
    scene.put([b'k'; 4097]);
    assert_eq!(scene.problem().await, KeyFileProblem::TooLong);
    scene.put([b'k'; 4096]);
    scene.clock.advance(TimeDelta::seconds(1));
    assert_eq!(scene.read().await.unwrap().len(), 4096);
    for other in [b"two words".as_slice(), b"k\xff", b"k\0k"] {
        scene.put(other);
        scene.clock.advance(TimeDelta::seconds(1));
        assert_eq!(scene.read().await, Err(ApiKeyError::Malformed));
    }
    fs::remove_file(scene.path()).unwrap();
    fs::create_dir(scene.path()).unwrap();
    assert_eq!(scene.problem().await, KeyFileProblem::NoFile);
    fs::remove_dir(scene.path()).unwrap();
    scene.put(KEY);
    scene.clock.advance(TimeDelta::seconds(1));
    assert_eq!(scene.read().await.unwrap(), KEY);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_is_refused_with_what_to_do() {
    let scene = Scene::new();
    scene.put(KEY);
    for mode in [0o640, 0o604, 0o644, 0o777] {
        allow(&scene.path(), mode);
        assert_eq!(scene.problem().await, KeyFileProblem::Exposed, "{mode:o}");
    }
    scene.clock.advance(TimeDelta::seconds(1));
    let told = scene.read().await.unwrap_err().to_string();
    assert!(told.contains(&format!("chmod 600 {}", scene.path().display())), "{told}");
    for mode in [0o600, 0o400, 0o700] {
        allow(&scene.path(), mode);
        scene.clock.advance(TimeDelta::seconds(1));
        assert_eq!(scene.read().await.unwrap(), KEY, "{mode:o}");
    }
}
