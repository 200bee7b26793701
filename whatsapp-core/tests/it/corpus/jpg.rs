//! JPGs.

use whatsapp_core::attachment::InvalidAttachment as No;

use super::image::{pages, read_as_text, trailers};
use super::{Due, Sample, noise, sample};

const START: &[u8] = b"\xFF\xD8";
const END: &[u8] = b"\xFF\xD9";

/// A marker with its data.
fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), data].concat()
}

/// A frame's header: its kind, bits, rows and columns.
fn frame(marker: u8, bits: u8, rows: u16, columns: u16) -> Vec<u8> {
    let [a, b] = rows.to_be_bytes();
    let [c, d] = columns.to_be_bytes();
    segment(marker, &[bits, a, b, c, d, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
}

/// A scan: its header and bytes of all values, `FF` written as `FF 00`.
fn scan(length: usize) -> Vec<u8> {
    let header = segment(0xDA, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 0x3F, 0]);
    let byte = |b: u8| if b == 0xFF { vec![0xFF, 0] } else { vec![b] };
    [header, noise(length).into_iter().flat_map(byte).collect()].concat()
}

fn tables() -> Vec<u8> {
    [segment(0xDB, &[1; 65]), segment(0xC4, &[1; 29])].concat()
}

fn jfif() -> Vec<u8> {
    segment(0xE0, b"JFIF\0\x01\x01\0\0\x48\0\x48\0\0")
}

/// A picture with this before its frame.
fn picture(before: &[u8]) -> Vec<u8> {
    [START, before, &tables(), &frame(0xC0, 8, 600, 800), &scan(4_000), END].concat()
}

/// A camera's data: Exif with a thumbnail, which is a whole JPG.
fn exif() -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0MM\0*\0\0\0\x08".as_slice(), &picture(&jfif())[..], b"\0\0"].concat())
}

fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let of = |parts: &[&[u8]]| [START, &jfif(), &tables(), &parts.concat(), END].concat();
    let mut restarts = segment(0xDA, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 0x3F, 0]);
    for (part, number) in noise(2_000).chunks(100).zip((0..8).cycle()) {
        restarts.extend(part.iter().filter(|b| **b != 0xFF));
        restarts.extend([0xFF, 0xD0 + number]);
    }
    let scans =
        |count: usize| (0..count).flat_map(|_| [tables(), scan(700)].concat()).collect::<Vec<_>>();
    let icc =
        |n: u8| segment(0xE2, &[b"ICC_PROFILE\0".as_slice(), &[n, 3], &noise(60_000)].concat());
    let (plain, large) = (frame(0xC0, 8, 600, 800), frame(0xC0, 8, 7_071, 7_071));
    vec![
        ("baseline", picture(&jfif())),
        ("with Exif and a thumbnail", picture(&exif())),
        ("progressive, ten scans", of(&[&frame(0xC2, 8, 600, 800), &scans(10)])),
        ("with restarts", of(&[&segment(0xDD, &[0, 4]), &plain, &restarts])),
        ("extended", of(&[&frame(0xC1, 8, 600, 800), &scan(900)])),
        ("without an application's segment", picture(b"")),
        ("JFIF and Exif", picture(&[jfif(), exif()].concat())),
        ("of Adobe", picture(&segment(0xEE, b"Adobe\0\x64\0\0\0\0\x02"))),
        ("a profile in three parts", picture(&[icc(1), icc(2), icc(3)].concat())),
        ("ends in a comment", picture(&segment(0xFE, b"\xFF\xD9 \xFF\xD8\xFF\xD9"))),
        ("fill bytes", of(&[b"\xFF\xFF\xFF", &plain, b"\xFF\xFF", &scan(900), b"\xFF\xFF\xFF"])),
        ("bytes between its segments", of(&[b"\0\0\0", &plain, b"abc", &scan(900)])),
        (
            "its number of lines behind the scan",
            of(&[&frame(0xC0, 8, 0, 800), &scan(900), &segment(0xDC, &[2, 0x58])]),
        ),
        ("of 49,999,041 pixels", of(&[&large, &scan(900)])),
        ("noise that looks like a marker", of(&[&plain, &scan(900), b"\xFF\x45\x67\x89\xFF\x02"])),
        (
            "a preview of its maker",
            picture(&segment(0xE2, &[b"MPF\0".as_slice(), &noise(80)].concat())),
        ),
    ]
}

/// Kinds that viewers on computers open, and phones hardly.
fn unusual() -> Vec<(&'static str, Vec<u8>)> {
    let of = |marker, bits| {
        [START, &jfif(), &tables(), &frame(marker, bits, 600, 800), &scan(900), END].concat()
    };
    vec![
        ("lossless", of(0xC3, 8)),
        ("hierarchical", of(0xC5, 8)),
        ("arithmetic", of(0xC9, 8)),
        ("arithmetic and progressive", of(0xCA, 8)),
        ("12 bits", of(0xC1, 12)),
        ("JPEG-LS", of(0xF7, 8)),
    ]
}

pub(crate) fn samples() -> Vec<Sample> {
    let jpg = |what: &str, bytes, due| sample("jpg", what, bytes, due);
    let refused = |what: &str, bytes: &[u8], why| jpg(what, bytes.to_vec(), Due::Refused(why));
    let mut all: Vec<_> =
        shapes().into_iter().map(|(what, bytes)| jpg(what, bytes, Due::AsItIs)).collect();
    all.extend(unusual().into_iter().map(|(what, bytes)| jpg(what, bytes, Due::Doubtful)));

    for (shape, picture) in shapes().into_iter().take(5) {
        let second = ("a second picture", picture.clone());
        for (what, trailer) in trailers().into_iter().chain([second]) {
            let bytes = [picture.as_slice(), &trailer].concat();
            all.push(jpg(&format!("{shape}, before {what}"), bytes, Due::AsItIs));
        }
        for (what, page) in pages() {
            let bytes = [picture.as_slice(), &page].concat();
            all.push(jpg(&format!("{shape}, before {what}"), bytes, Due::LessAdded(picture.len())));
        }
        for part in 1..=20 {
            let cut = &picture[..(picture.len() - 1) * part / 20];
            let what = format!("{shape}, {part} of 20 parts");
            all.push(refused(&what, cut, No::Truncated));
            let padded = [cut, &vec![0; 5_000]].concat();
            all.push(refused(&format!("{what} and zeros"), &padded, No::Truncated));
        }
        for (what, bytes) in read_as_text(&picture) {
            all.push(refused(&format!("{shape}, {what}"), &bytes, No::ReadAsText));
        }
    }
    let of = |frame: &[u8], more: &[u8]| [START, &jfif(), frame, &scan(50), more, END].concat();
    for (what, bytes) in [
        ("65,500 by 65,500", of(&frame(0xC0, 8, 65_500, 65_500), b"")),
        ("50,005,200 pixels", of(&frame(0xC2, 8, 7_071, 7_072), b"")),
        (
            "a small frame, then a large one",
            of(&[frame(0xC5, 8, 9, 9), frame(0xC5, 8, 9_000, 9_000)].concat(), b""),
        ),
        (
            "many lines behind the scan",
            of(&frame(0xC0, 8, 0, 60_000), &segment(0xDC, &[0xFF, 0xFF])),
        ),
    ] {
        all.push(refused(what, &bytes, No::TooManyPixels));
    }
    for (what, bytes) in [
        ("nothing in it", [START, &jfif(), END].concat()),
        ("the shortest", b"\xFF\xD8\xFF\xD9".to_vec()),
        ("tables alone", [START, &tables(), END].concat()),
        ("no scan", [START, &jfif(), &frame(0xC0, 8, 6, 8), END].concat()),
        ("no frame", [START, &jfif(), &scan(50), END].concat()),
        ("of no width", of(&frame(0xC0, 8, 600, 0), b"")),
        ("of no height", of(&frame(0xC0, 8, 0, 800), b"")),
    ] {
        all.push(refused(what, &bytes, No::NothingInside));
    }
    let cut_in_thumbnail = &picture(&exif())[..3_000];
    all.push(refused("cut off in its thumbnail", cut_in_thumbnail, No::Truncated));
    all.push(refused("a length of nothing", b"\xFF\xD8\xFF\xE0\0\0abc\xFF\xD9", No::Truncated));
    all.push(refused(
        "zeros behind its beginning",
        &[b"\xFF\xD8\xFF\xE0", vec![0; 900].as_slice()].concat(),
        No::Truncated,
    ));
    all
}
