//! The secret of links and the folder of files: their permissions, and their creation.

use std::fs;

use chrono::{TimeDelta, Utc};
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaHost, SystemEntropy};
use whatsapp_media::{HostError, LinkSecret, StoredMedia};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::START;

use super::bench::secret;
use super::steps::message;

#[test]
fn a_secret_is_made_once_and_read_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("media.key");
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || LinkSecret::kept_in(path, &SystemEntropy).unwrap())
        })
        .collect();
    for thread in threads {
        assert_eq!(format!("{:?}", thread.join().unwrap()), "LinkSecret");
    }
    assert_eq!(fs::read(&path).unwrap().len(), 32);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");
    let before = fs::read(&path).unwrap();
    LinkSecret::kept_in(&path, &SeededEntropy::new(7)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_secret_that_is_short_or_long_or_out_of_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let kept_in = |path| LinkSecret::kept_in(path, &SystemEntropy).unwrap_err();
    let path = folder.path().join("no/such/folder.key");
    assert_eq!(kept_in(path.clone()), HostError::SecretFile { path });
    assert_eq!(LinkSecret::new(vec![7; 31]).unwrap_err(), HostError::WeakSecret);
    let short = folder.path().join("short.key");
    drop(LinkSecret::kept_in(&short, &SystemEntropy).unwrap());
    fs::write(&short, "short").unwrap();
    assert_eq!(kept_in(short.clone()), HostError::WeakSecret);
    fs::write(&short, [7; 4096]).unwrap();
    assert!(LinkSecret::kept_in(&short, &SystemEntropy).is_ok());
    fs::write(&short, [7; 4097]).unwrap();
    assert_eq!(kept_in(short.clone()), HostError::LongSecret { path: short });
}

#[cfg(unix)]
#[test]
fn a_secret_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("media.key");
    drop(LinkSecret::kept_in(&path, &SystemEntropy).unwrap());
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = LinkSecret::kept_in(&path, &SystemEntropy).unwrap_err();
    assert_eq!(error, HostError::SecretReadable { path });
    let media = folder.path().join("a/b");
    StoredMedia::on_disk(&media, "https://shop.example", secret(7)).unwrap();
    assert_eq!(mode(&media), 0o700);
}

#[test]
fn an_address_that_would_give_links_away_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = |url| StoredMedia::on_disk(folder.path(), url, secret(7)).map(|_| ());
    assert_eq!(open("https://shop.example/media/"), Ok(()));
    assert_eq!(open("http://shop.example/media/"), Err(HostError::BaseUrl));
}

/// A crash in the middle of a write leaves `name#1`, which no listing shows.
#[tokio::test]
async fn what_a_crash_left_half_written_is_removed_an_hour_later() {
    let folder = tempfile::tempdir().unwrap();
    let media = StoredMedia::on_disk(folder.path(), "https://shop.example", secret(7)).unwrap();
    let file = CheckedFile::new(
        "INV-7.pdf",
        b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec(),
    )
    .unwrap();
    media.publish(message(7), &file, START).await.unwrap();
    let half = folder.path().join("files").join(file.sha256()).join("0a").join("bytes#1");
    fs::create_dir_all(half.parent().unwrap()).unwrap();
    fs::write(&half, "%PDF").unwrap();
    let modified = chrono::DateTime::<Utc>::from(fs::metadata(&half).unwrap().modified().unwrap());
    media.ended(modified + TimeDelta::minutes(59), 10).await.unwrap();
    assert!(half.exists(), "its writer may be alive");
    let ended = media.ended(modified + TimeDelta::minutes(61), 10).await.unwrap();
    assert!(!half.exists());
    for published in ended {
        media.withdraw(&published).await.unwrap();
    }
    let left = |folder: &str| fs::read_dir(folder).map_or(0, Iterator::count);
    let folder = folder.path().display().to_string();
    media.ended(modified + TimeDelta::minutes(61), 10).await.unwrap();
    assert_eq!((left(&format!("{folder}/files")), left(&format!("{folder}/links"))), (0, 0));
}
