//! Files on disk: inside the folder, and nowhere else.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use whatsapp_core::attachment::{FoundFile, InvalidAttachment, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};
use whatsapp_media::{InvalidSources, Sources};

use super::support::PDF;

/// A folder `bills` with a file and a folder in it, and a private file beside it.
fn disk() -> (TempDir, Sources) {
    let disk = tempfile::tempdir().unwrap();
    let bills = disk.path().join("bills");
    fs::create_dir_all(bills.join("2026")).unwrap();
    fs::write(bills.join("2026/INV-7.pdf"), PDF).unwrap();
    fs::write(disk.path().join("secret.pdf"), PDF).unwrap();
    let sources = Sources::builder().folder(bills).build().unwrap();
    (disk, sources)
}

async fn read(sources: &Sources, path: impl AsRef<Path>) -> Result<FoundFile, SourceError> {
    sources.read(&Place::Path(path.as_ref().to_owned())).await
}

#[tokio::test]
async fn files_in_the_folder_are_read_by_their_whole_path_or_the_part_within() {
    let (disk, sources) = disk();
    let whole = disk.path().join("bills/2026/INV-7.pdf");
    for path in [Path::new("2026/INV-7.pdf"), Path::new("./2026/INV-7.pdf"), &whole] {
        let found = read(&sources, path).await.unwrap();
        assert_eq!(found.bytes, PDF);
        assert_eq!(found.name.as_deref(), Some("INV-7.pdf"));
        assert_eq!((found.content_type, found.as_given), (None, false));
    }
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_read() {
    let (disk, sources) = disk();
    let outside = disk.path().join("secret.pdf");
    let roundabout = disk.path().join("bills/../secret.pdf");
    for path in [
        &outside,
        &roundabout,
        Path::new("../secret.pdf"),
        Path::new("2026/../../secret.pdf"),
        Path::new("2026/../2026/INV-7.pdf"),
        Path::new("/etc/passwd"),
        Path::new("secret.pdf"),
        Path::new(""),
        Path::new("2026"),
        Path::new("2026/INV-7.pdf/x"),
        Path::new("nothing.pdf"),
        Path::new("nul\0.pdf"),
    ] {
        let error = read(&sources, path).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{}: {error:?}", path.display());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_on_disk_are_followed_inside_and_pipes_are_not_waited_for() {
    use std::os::unix::fs::symlink;

    let (disk, sources) = disk();
    let bills = disk.path().join("bills");
    symlink("2026/INV-7.pdf", bills.join("latest.pdf")).unwrap();
    symlink(disk.path().join("secret.pdf"), bills.join("out.pdf")).unwrap();
    symlink("../secret.pdf", bills.join("up.pdf")).unwrap();
    symlink(disk.path(), bills.join("way-out")).unwrap();
    symlink("round.pdf", bills.join("round.pdf")).unwrap();
    symlink("/dev/zero", bills.join("zero.pdf")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(bills.join("pipe.pdf")).status();
    assert!(made.unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(bills.join("socket.pdf")).unwrap();

    assert_eq!(read(&sources, "latest.pdf").await.unwrap().bytes, PDF);
    for path in ["out.pdf", "up.pdf", "way-out/secret.pdf", "zero.pdf", "pipe.pdf"] {
        let error = read(&sources, path).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{path}: {error:?}");
    }
    for path in ["round.pdf", "socket.pdf"] {
        assert!(read(&sources, path).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn ten_mebibytes_are_read_and_one_byte_more_is_refused() {
    let (disk, sources) = disk();
    let file = fs::File::create(disk.path().join("bills/large.pdf")).unwrap();
    file.set_len(10 * 1024 * 1024).unwrap();
    assert_eq!(read(&sources, "large.pdf").await.unwrap().bytes.len(), 10 * 1024 * 1024);
    file.set_len(10 * 1024 * 1024 + 1).unwrap();
    let refused = read(&sources, "large.pdf").await;
    assert_eq!(refused, Err(InvalidAttachment::TooLarge.into()));
}

#[test]
fn a_folder_that_is_not_there_is_told_when_sources_are_built() {
    let (disk, _) = disk();
    for root in ["nowhere", "secret.pdf"] {
        let path = disk.path().join(root);
        let refused = Sources::builder().folder(&path).build().unwrap_err();
        assert!(refused.to_string().ends_with(root), "{refused}");
        assert_eq!(refused, InvalidSources::Folder { path });
    }
}
