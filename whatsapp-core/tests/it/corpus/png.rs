//! PNGs.

use whatsapp_core::attachment::InvalidAttachment as No;

use super::image::{pages, read_as_text, trailers};
use super::{Due, Sample, noise, sample};

const START: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A chunk. Nobody checks its checksum here.
fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [length.as_slice(), kind, data, b"\xAE\x42\x60\x82"].concat()
}

/// The header: columns and rows, and the five bytes about their packing.
fn header(columns: u32, rows: u32, how: [u8; 5]) -> Vec<u8> {
    chunk(b"IHDR", &[&columns.to_be_bytes(), rows.to_be_bytes().as_slice(), &how].concat())
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    [START, &chunks.concat(), &chunk(b"IEND", b"")].concat()
}

fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let (plain, data) = (header(800, 600, [8, 2, 0, 0, 0]), chunk(b"IDAT", &noise(4_000)));
    let many: Vec<_> = (0..40).flat_map(|_| chunk(b"IDAT", &noise(200))).collect();
    let frames = [chunk(b"fcTL", &[0; 26]), chunk(b"fdAT", &noise(900))].concat();
    vec![
        ("ordinary", file(&[plain.clone(), data.clone()])),
        ("data in forty parts", file(&[plain.clone(), many])),
        (
            "animated",
            file(&[plain.clone(), chunk(b"acTL", &[0; 8]), data.clone(), frames.repeat(9)]),
        ),
        (
            "with words that name the end",
            file(&[plain.clone(), chunk(b"tEXt", b"Comment\0IEND\xAE\x42\x60\x82"), data.clone()]),
        ),
        (
            "of a palette",
            file(&[
                header(9, 9, [8, 3, 0, 0, 0]),
                chunk(b"PLTE", &[7; 768]),
                chunk(b"tRNS", &[0]),
                data.clone(),
            ]),
        ),
        ("interlaced, 16 bits", file(&[header(9, 9, [16, 6, 0, 0, 1]), data.clone()])),
        (
            "of a screen",
            file(&[
                plain.clone(),
                chunk(b"pHYs", &[0; 9]),
                chunk(b"iTXt", "XML:com.adobe.xmp\0चालान".as_bytes()),
                data.clone(),
            ]),
        ),
        (
            "with Exif and a profile",
            file(&[
                plain.clone(),
                chunk(b"eXIf", &noise(90)),
                chunk(b"iCCP", &noise(900)),
                data.clone(),
            ]),
        ),
        ("an empty part", file(&[plain.clone(), chunk(b"IDAT", b""), data.clone()])),
        ("a chunk of its maker", file(&[plain, chunk(b"prVt", &noise(70_000)), data.clone()])),
        ("of 49,000,000 pixels", file(&[header(7_000, 7_000, [8, 2, 0, 0, 0]), data])),
    ]
}

pub(crate) fn samples() -> Vec<Sample> {
    let png = |what: &str, bytes, due| sample("png", what, bytes, due);
    let refused = |what: &str, bytes: &[u8], why| png(what, bytes.to_vec(), Due::Refused(why));
    let mut all: Vec<_> =
        shapes().into_iter().map(|(what, bytes)| png(what, bytes, Due::AsItIs)).collect();

    for (shape, picture) in shapes().into_iter().take(4) {
        for (what, trailer) in trailers() {
            let bytes = [picture.as_slice(), &trailer].concat();
            all.push(png(&format!("{shape}, before {what}"), bytes, Due::AsItIs));
        }
        for (what, page) in pages() {
            let bytes = [picture.as_slice(), &page].concat();
            all.push(png(&format!("{shape}, before {what}"), bytes, Due::LessAdded(picture.len())));
        }
        for part in 1..=20 {
            let cut = &picture[..8 + (picture.len() - 9) * part / 20];
            let what = format!("{shape}, {part} of 20 parts");
            all.push(refused(&what, cut, No::Truncated));
            // The last part lacks no more than a byte of its checksum.
            if part < 20 {
                let padded = [cut, &vec![0; 5_000]].concat();
                all.push(refused(&format!("{what} and zeros"), &padded, No::Truncated));
            }
        }
        for (what, bytes) in read_as_text(&picture) {
            all.push(refused(&format!("{shape}, {what}"), &bytes, No::ReadAsText));
        }
    }
    let data = chunk(b"IDAT", &noise(90));
    let of = |columns, rows| file(&[header(columns, rows, [8, 2, 0, 0, 0]), data.clone()]);
    for (what, bytes) in [
        ("65,500 by 65,500", of(65_500, 65_500)),
        ("4 by 4 milliards", of(u32::MAX, u32::MAX)),
        ("one row of 50,000,001", of(50_000_001, 1)),
    ] {
        all.push(refused(what, &bytes, No::TooManyPixels));
    }
    let plain = header(9, 9, [8, 2, 0, 0, 0]);
    for (what, bytes) in [
        ("no data", file(std::slice::from_ref(&plain))),
        ("empty data", file(&[plain.clone(), chunk(b"IDAT", b"")])),
        ("no header", file(std::slice::from_ref(&data))),
        ("of no width", of(0, 9)),
        ("of no height", of(9, 0)),
        ("its end alone", file(&[])),
    ] {
        all.push(refused(what, &bytes, No::NothingInside));
    }
    let apples = [START, &chunk(b"CgBI", b"\x50\0\x20\x06"), &of(9, 9)[START.len()..]].concat();
    let why = "a PNG image of Apple's own kind, which other phones cannot show";
    all.push(refused("as Apple packs it", &apples, No::Other { what: why }));
    let whole = of(9, 9);
    let lying =
        [START, &plain, b"\x7F\xFF\xFF\xFFIDAT", &whole[START.len() + plain.len()..]].concat();
    all.push(refused("a length beyond its end", &lying, No::Truncated));
    let lines: Vec<u8> = whole.iter().copied().filter(|b| *b != b'\r').collect();
    all.push(refused("its line ends changed", &lines, No::WrongKind));
    all
}
