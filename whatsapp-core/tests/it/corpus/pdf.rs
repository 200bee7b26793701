//! PDFs.

use pdf_writer::{Content, Filter, Name, Pdf, Rect, Ref, Str};
use whatsapp_core::attachment::InvalidAttachment as No;

use super::{Due, Sample, noise, sample};

const CATALOG: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &[u8] = b"<</Type/Pages/Kids[3 0 R]/Count 1>>";
const PAGE: &[u8] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>";
const TEXT: &[u8] = b"BT /F1 14 Tf 56 770 Td (Invoice 7) Tj ET";
const MARK: &[u8] = b"%\xE2\xE3\xCF\xD3";

/// A stream of packed bytes.
fn packed(filter: &str, length: usize) -> Vec<u8> {
    let data = [b"\x78\x9C".as_slice(), &noise(length)].concat();
    stream(&format!("/Filter {filter}"), &data)
}

fn stream(more: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{more}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// A document of these objects, with a table of them, and with this line end.
fn document(head: &[u8], objects: &[&[u8]], more: &str, eol: &str) -> Vec<u8> {
    let mut file = [head, eol.as_bytes()].concat();
    let mut places = Vec::new();
    for (n, object) in (1..).zip(objects) {
        places.push(format!("{:010} 00000 n{eol}", file.len()));
        file.extend(format!("{n} 0 obj{eol}").bytes());
        file.extend([object, format!("{eol}endobj{eol}").as_bytes()].concat());
    }
    let head = format!("xref{eol}0 {}{eol}0000000000 65535 f{eol}", objects.len() + 1);
    let table = head + &places.concat();
    let trailer = format!("trailer{eol}<</Size {}/Root 1 0 R{more}>>{eol}", objects.len() + 1);
    let start = file.len();
    file.extend(format!("{table}{trailer}startxref{eol}{start}{eol}%%EOF{eol}").bytes());
    file
}

fn with_contents(contents: &[u8]) -> Vec<u8> {
    let head = [b"%PDF-1.4\n", MARK].concat();
    document(&head, &[CATALOG, PAGES, PAGE, contents], "", "\n")
}

/// An ordinary document: its contents are packed.
fn ordinary() -> Vec<u8> {
    with_contents(&packed("/FlateDecode", 3_000))
}

/// A document whose packed part is large enough to show what is missing in it.
fn large() -> Vec<u8> {
    with_contents(&packed("/FlateDecode", 40_000))
}

/// A document whose packed parts are large together.
fn of_many_streams() -> Vec<u8> {
    let streams: Vec<_> =
        noise(40_000).chunks(900).map(|part| stream("/Filter/FlateDecode", part)).collect();
    let mut objects = vec![CATALOG, PAGES, PAGE];
    objects.extend(streams.iter().map(Vec::as_slice));
    document(b"%PDF-1.4", &objects, "", "\n")
}

/// Bytes without those of one value.
fn without(value: u8, bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != value).collect()
}

/// A document damaged by transfers that treat it as text and change its line ends or zeros.
fn sent_as_text(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let replaced = |from: &[u8], to: &[u8]| {
        let mut out = Vec::new();
        let mut rest = bytes;
        while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
            out.extend_from_slice(&rest[..at]);
            out.extend_from_slice(to);
            rest = &rest[at + from.len()..];
        }
        [out.as_slice(), rest].concat()
    };
    let undefined = |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    let marked = bytes.iter().map(|b| if undefined(b) { b'?' } else { *b }).collect();
    let dropped = bytes.iter().copied().filter(|b| !undefined(b)).collect();
    vec![
        ("FTP to Windows", replaced(b"\n", b"\r\n")),
        ("FTP from Windows, every CR dropped", without(b'\r', bytes)),
        ("every CR a line end", replaced(b"\r", b"\n")),
        ("zeros dropped", without(0, bytes)),
        ("zeros made blanks", replaced(b"\0", b" ")),
        ("Windows-1252 and back", marked),
        ("Windows-1252 and back, what it lacks dropped", dropped),
        ("zeros and every CR dropped", without(0, &without(b'\r', bytes))),
    ]
}

fn by_pdf_writer() -> Vec<u8> {
    let [catalog, pages, page, contents] = [1, 2, 3, 4].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    pdf.page(page).media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(pages).contents(contents);
    let mut text = Content::new();
    text.begin_text().set_font(Name(b"F1"), 14.0).show(Str(b"Invoice 7")).end_text();
    pdf.stream(contents, &text.finish());
    pdf.stream(Ref::new(5), &noise(500)).filter(Filter::FlateDecode);
    pdf.finish()
}

/// Objects in packed groups, and a packed table: only a few names are readable.
fn in_object_streams() -> Vec<u8> {
    let group = stream("/Type/ObjStm/N 3/First 15/Filter/FlateDecode", &noise(400));
    let table = stream("/Type/XRef/W[1 2 1]/Root 1 0 R/Size 6/Filter/FlateDecode", &noise(60));
    let mut file = [b"%PDF-1.5\r\n%\xB5\xB5\xB5\xB5\r\n5 0 obj\r\n".as_slice(), &group].concat();
    file.extend(b"\r\nendobj\r\n6 0 obj\r\n");
    file.extend([table.as_slice(), b"\r\nendobj\r\nstartxref\r\n512\r\n%%EOF\r\n"].concat());
    file
}

/// For the web: the first page's objects, with an end of their own, come first.
fn linearized() -> Vec<u8> {
    let first =
        b"%PDF-1.6\n1 0 obj\n<</Linearized 1/L 4000/H[1 2]/O 3/E 900/N 1/T 3000>>\nendobj\n\
        xref\n1 4\ntrailer\n<</Size 9/Root 2 0 R>>\nstartxref\n0\n%%EOF\n";
    let rest = document(b"", &[CATALOG, PAGES, PAGE, &packed("/FlateDecode", 2_000)], "", "\n");
    [first.as_slice(), rest.trim_ascii_start()].concat()
}

/// A signed or paid document: changes were written after the end, twice.
fn updated() -> Vec<u8> {
    let update = |n: u32| {
        format!(
            "{n} 0 obj\n<</Type/Annot/Contents(Paid)>>\nendobj\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n99\n%%EOF\n"
        )
    };
    [ordinary(), update(7).into_bytes(), update(8).into_bytes()].concat()
}

/// Documents as programs write them.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    [small_shapes(), large_shapes(), shapes_with_traps()].concat()
}

/// A mark of bytes, behind a head.
fn marked(head: &str) -> Vec<u8> {
    [head.as_bytes(), b"\n", MARK].concat()
}

fn small_shapes() -> Vec<(&'static str, Vec<u8>)> {
    let ascii85 = stream("/Filter[/ASCII85Decode/FlateDecode]", b"Gb\"0;d7JRU$j6sl~>");
    let hex = stream("/Filter/ASCIIHexDecode", b"48656C6C6F>");
    let flate = packed("/FlateDecode", 900);
    let xmp = "<x:xmpmeta>चालान 7 \u{fffd}\u{fffd}</x:xmpmeta>".repeat(20);
    let inside = stream("/Type/EmbeddedFile", &by_pdf_writer());
    let loose: &[u8] = b"<< /Type\n/Page % one\n/Parent 2 0 R >>";
    let objects: &[&[u8]] = &[CATALOG, PAGES, PAGE, &flate];
    vec![
        ("ordinary", ordinary()),
        ("of pdf-writer", by_pdf_writer()),
        ("in object streams", in_object_streams()),
        ("linearized", linearized()),
        ("updated twice", updated()),
        ("not packed", with_contents(&stream("", TEXT))),
        ("a JPG in it", with_contents(&packed("/DCTDecode", 5_000))),
        ("JPEG 2000 in it", with_contents(&packed("/JPXDecode", 5_000))),
        ("LZW", with_contents(&packed("/LZWDecode", 500))),
        ("all in ASCII", document(b"%PDF-1.4", &[CATALOG, PAGES, PAGE, &ascii85], "", "\n")),
        ("in hexadecimal", document(b"%PDF-1.4", &[CATALOG, PAGES, PAGE, &hex], "", "\n")),
        (
            "ASCII and packed",
            document(b"%PDF-1.4", &[CATALOG, PAGES, PAGE, &ascii85, &flate], "", "\n"),
        ),
        ("lines end in CR", document(&marked("%PDF-1.3"), objects, "", "\r")),
        ("lines end in CR LF", document(&marked("%PDF-1.3"), objects, "", "\r\n")),
        ("no mark of bytes", document(b"%PDF-1.2", objects, "", "\n")),
        ("PDF 2.0", document(&marked("%PDF-2.0"), objects, "", "\n")),
        ("blanks in its names", document(&marked("%PDF-1.4"), &[CATALOG, PAGES, loose], "", "\n")),
        (
            "pages of no type",
            document(b"%PDF-1.4", &[CATALOG, PAGES, b"<</Contents 4 0 R>>", TEXT], "", "\n"),
        ),
        ("words in UTF-8", with_contents(&stream("/Type/Metadata", xmp.as_bytes()))),
        (
            "words in UTF-8 and packed",
            document(
                b"%PDF-1.4",
                &[CATALOG, PAGES, PAGE, &flate, &stream("", xmp.as_bytes())],
                "",
                "\n",
            ),
        ),
        ("a PDF in it", document(b"%PDF-1.7", &[CATALOG, PAGES, PAGE, &flate, &inside], "", "\n")),
        ("two, one after the other", [ordinary(), by_pdf_writer()].concat()),
    ]
}

/// Documents that are too long to be looked at as a whole.
fn large_shapes() -> Vec<(&'static str, Vec<u8>)> {
    let few_values: Vec<u8> = noise(40_000).iter().map(|b| b | 0x20).collect();
    vec![
        ("large", large()),
        (
            "large, lines end in CR LF",
            document(
                &marked("%PDF-1.3"),
                &[CATALOG, PAGES, PAGE, &packed("/FlateDecode", 40_000)],
                "",
                "\r\n",
            ),
        ),
        ("large, of many streams", of_many_streams()),
        ("large, of few values", with_contents(&stream("/Filter/FlateDecode", &few_values))),
        (
            "large, without zeros and not packed",
            with_contents(&stream("", &without(b'\0', &noise(40_000)))),
        ),
    ]
}

/// Documents in which something is not what it looks like.
fn shapes_with_traps() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "a way of packing in a comment",
            with_contents(&stream("% no /FlateDecode here\n", TEXT))
                .into_iter()
                .filter(u8::is_ascii)
                .collect(),
        ),
        (
            "a way of packing in a text",
            document(
                b"%PDF-1.4",
                &[CATALOG, PAGES, PAGE, &stream("/T(a \\( /FlateDecode)", TEXT), b"(/DCTDecode)"],
                "",
                "\n",
            ),
        ),
        (
            "a way of packing on the page",
            document(
                b"%PDF-1.4",
                &[CATALOG, PAGES, PAGE, &stream("", b"BT (/FlateDecode) Tj ET")],
                "",
                "\n",
            ),
        ),
        ("no line end at its end", ordinary().trim_ascii_end().to_vec()),
        ("blanks at its end", [ordinary(), b"\r\n \0\0\n".repeat(50)].concat()),
    ]
}

const NOTICE: &[u8] =
    b"<br />\n<b>Notice</b>:  Undefined variable: a in <b>x.php</b> on line <b>7</b><br />\n";
const PAGE_OF_A_SITE: &[u8] =
    b"<!DOCTYPE html><html><head></head><body><p>Tara</p></body></html>\n";

/// Data that servers and programs put before a document.
fn before() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a line end", b"\n".to_vec()),
        ("a BOM", b"\xEF\xBB\xBF".to_vec()),
        ("a notice", NOTICE.to_vec()),
        ("656 bytes", b"% a comment\n".repeat(56)[..656].to_vec()),
        ("blank lines", b"\r\n\t \r\n".repeat(100)),
        ("two BOMs and a line end", b"\xEF\xBB\xBF\xEF\xBB\xBF\n".to_vec()),
        ("as far as it may be", b"-".repeat(1019)),
        ("a warning in plain text", b"Warning: Cannot modify header information\n".to_vec()),
        (
            "the head of an answer",
            b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n".to_vec(),
        ),
        (
            "the head of a form",
            b"------WebKitFormBoundaryA\r\nContent-Disposition: form-data\r\n\r\n".to_vec(),
        ),
        ("a printer's words", b"\x1B%-12345X@PJL ENTER LANGUAGE=PDF\r\n".to_vec()),
        ("a head of zeros", vec![0; 128]),
        ("a comment", b"<!-- made in 0.2 s -->\n".to_vec()),
        ("a whole page", PAGE_OF_A_SITE.to_vec()),
        ("noise", noise(100)),
    ]
}

/// Data that servers and programs put after a document.
fn behind() -> Vec<(&'static str, Vec<u8>)> {
    let page = [PAGE_OF_A_SITE, b"<p>served by x</p>".repeat(400).as_slice()].concat();
    vec![
        ("20 kB of zeros", vec![0; 20_480]),
        ("5,586 bytes of HTML", page[..5_586].to_vec()),
        ("2 MB of zeros", vec![0; 2_000_000]),
        ("many line ends", b"\r\n".repeat(1_000)),
        ("a notice", NOTICE.to_vec()),
        ("the end of a page", b"</body></html>".to_vec()),
        ("the end of a form", b"\r\n------WebKitFormBoundaryA--\r\n".to_vec()),
        ("words about objects", b"<p>12 objects, an obj and endobject's end</p>".to_vec()),
        ("noise", noise(3_000)),
    ]
}

/// A document damaged by programs that read it as text.
fn read_as_text(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let utf8 = String::from_utf8_lossy(bytes).into_owned();
    let latin: String = bytes.iter().map(|b| char::from(*b)).collect();
    let dropped = utf8.replace(char::REPLACEMENT_CHARACTER, "");
    let marks = bytes.iter().map(|b| if b.is_ascii() { *b } else { b'?' }).collect();
    let wide = |unit: fn(u16) -> [u8; 2], bom: &[u8]| {
        [bom, &latin.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
    };
    vec![
        ("read as UTF-8", utf8.clone().into_bytes()),
        ("read as Latin-1", latin.clone().into_bytes()),
        ("what is no UTF-8 dropped", dropped.into_bytes()),
        ("question marks", marks),
        ("read as UTF-8, then signed", [utf8.as_bytes(), &noise(40), b"\n%%EOF\n"].concat()),
        ("read as UTF-8, behind a notice", [NOTICE, utf8.as_bytes()].concat()),
        ("read as UTF-8, before a page", [utf8.as_bytes(), PAGE_OF_A_SITE].concat()),
        ("UTF-16", wide(u16::to_le_bytes, b"\xFF\xFE")),
        ("UTF-16, the other way round", wide(u16::to_be_bytes, b"\xFE\xFF")),
        ("UTF-16 without a mark", wide(u16::to_le_bytes, b"")),
    ]
}

pub(crate) fn samples() -> Vec<Sample> {
    let as_they_are = shapes().into_iter().map(|(what, bytes)| pdf(what, bytes, Due::AsItIs));
    let mut all: Vec<_> = as_they_are.collect();
    for (shape, document) in shapes().into_iter().take(6) {
        add_to(shape, &document, &mut all);
        cut_off(shape, &document, &mut all);
    }
    damaged(&mut all);
    locked(&mut all);
    of_the_largest_size(&mut all);
    empty(&mut all);
    all
}

fn pdf(what: &str, bytes: Vec<u8>, due: Due) -> Sample {
    sample("pdf", what, bytes, due)
}

fn refused(what: &str, bytes: &[u8], why: No) -> Sample {
    pdf(what, bytes.to_vec(), Due::Refused(why))
}

/// A document with something before or behind it.
fn add_to(shape: &str, document: &[u8], all: &mut Vec<Sample>) {
    let length = document.len();
    for (what, added) in before() {
        let bytes = [added.as_slice(), document].concat();
        all.push(pdf(&format!("{shape}, behind {what}"), bytes, Due::LessAdded(length)));
    }
    for (what, added) in behind() {
        let bytes = [document, &added].concat();
        all.push(pdf(&format!("{shape}, before {what}"), bytes, Due::LessAdded(length)));
    }
}

/// A file that is cut off anywhere, except right after the end of an older version.
fn cut_off(shape: &str, document: &[u8], all: &mut Vec<Sample>) {
    let length = document.len();
    let older = |cut: &[u8]| cut[cut.len().saturating_sub(16)..].windows(5).any(|w| w == b"%%EOF");
    for part in 1..=20 {
        let cut = &document[..(length - 7) * part / 20];
        if !older(cut) {
            all.push(refused(&format!("{shape}, {part} of 20 parts"), cut, No::Truncated));
            let padded = [cut, &vec![0; length - cut.len()]].concat();
            let what = format!("{shape}, {part} of 20 parts and zeros");
            all.push(refused(&what, &padded, No::Truncated));
        }
    }
}

/// Documents that a program read or sent as text.
fn damaged(all: &mut Vec<Sample>) {
    let flate = packed("/FlateDecode", 3_000);
    let ascii85 = stream("/Filter[/ASCII85Decode/FlateDecode]", b"Gb\"0;d7JRU$j6sl~>");
    let mixed = document(b"%PDF-1.4", &[CATALOG, PAGES, PAGE, &ascii85, &flate], "", "\n");
    let packed_shapes = [ordinary(), by_pdf_writer(), in_object_streams(), linearized()];
    for document in packed_shapes {
        for (what, bytes) in read_as_text(&document) {
            all.push(refused(what, &bytes, No::ReadAsText));
        }
    }
    all.push(refused(
        "ASCII and packed, read as UTF-8",
        String::from_utf8_lossy(&mixed).as_bytes(),
        No::ReadAsText,
    ));

    let photo = with_contents(&packed("/DCTDecode", 60_000));
    for document in [large(), photo, of_many_streams()] {
        for (what, bytes) in sent_as_text(&document) {
            all.push(refused(what, &bytes, No::ReadAsText));
        }
    }
}

/// Documents for which somebody needs a password, or may.
fn locked(all: &mut Vec<Sample>) {
    let flate = packed("/FlateDecode", 3_000);
    for (what, entry) in [
        ("encrypted", "/Encrypt 9 0 R"),
        ("encrypted, the key within", "/Encrypt<</Filter/Standard/V 2/EncryptMetadata false>>"),
    ] {
        let file = document(b"%PDF-1.4", &[CATALOG, PAGES, PAGE, &flate], entry, "\n");
        all.push(pdf(what, file, Due::Doubtful));
    }
}

/// A document as large as one may be, and one that is larger.
fn of_the_largest_size(all: &mut Vec<Sample>) {
    let mut full = ordinary();
    let room = 10 * 1024 * 1024 - full.len();
    full.splice(9..9, std::iter::repeat_n(b'%', room));
    all.push(pdf("of 10 MiB", full.clone(), Due::AsItIs));
    full.insert(9, b'%');
    all.push(refused("of a byte more", &full, No::TooLarge));
}

/// Files without a page, and such whose document begins too late.
fn empty(all: &mut Vec<Sample>) {
    let no_page = document(b"%PDF-1.4", &[CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"], "", "\n");
    for (what, bytes) in [
        ("nothing in it", b"%PDF-1.4\n%%EOF\n".as_slice()),
        ("a comment in it", b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n%%EOF"),
        ("a table in it", b"%PDF-1.4\nxref\n0 1\ntrailer\n<</Size 1>>\nstartxref\n9\n%%EOF\n"),
        ("an empty object", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"),
        ("words in it", b"%PDF-1.7 one %%EOF"),
        ("no page in it", &no_page),
    ] {
        all.push(refused(what, bytes, No::NothingInside));
    }
    let far = [b"-".repeat(1020), ordinary()].concat();
    let plain = "a plain text, as servers send for an error";
    all.push(refused("too far behind words", &far, No::Other { what: plain }));
    let far = [vec![0; 1020], ordinary()].concat();
    all.push(refused("too far behind zeros", &far, No::WrongKind));
}
