//! Files that are no PDF, JPG or PNG: their kind is reported where it can be.

use whatsapp_core::attachment::InvalidAttachment as No;

use super::{Due, Sample, noise, sample};

const PAGES: [&str; 10] = [
    "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
    "  \r\n<HTML lang=\"en\"><body>warning: %PDF-1.4 %%EOF</body></HTML>",
    "<html>%PDF-1.7 1 0 obj is how it begins</html>",
    "<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
    "<!-- moved --><script>location='/login'</script>",
    "<meta http-equiv=\"refresh\" content=\"0;url=/login\">",
    "<br />\n<b>Fatal error</b>: Allowed memory size exhausted",
    "<div>Session expired</div>",
    "<center><h1>404 Not Found</h1></center>",
    "<title>Google Drive - Virus scan warning</title>",
];

const JSON: [&str; 6] = [
    r#"{"success":false,"error":"not found"}"#,
    "\u{feff}\n{\n  \"error\": { \"code\": 404 } }",
    r#"[{"message":"Access denied"}]"#,
    "{}",
    "[]",
    r#"{"data":"%PDF-1.4\n1 0 obj<</Type/Page>>endobj %%EOF"}"#,
];

const XML: [&str; 5] = [
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code></Error>",
    "<Error><Code>NoSuchKey</Code></Error>",
    "\n\n<?xml version=\"1.0\"?><soap:Envelope/>",
    "<ns:fault>%PDF- is missing</ns:fault>",
    "<?xml version='1.0'?><rss/>",
];

const PLAIN: [&str; 5] = [
    "404 page not found\n",
    "Error: invoice INV-7 could not be made",
    "[2026-10-01 10:00:00] production.ERROR: no such file",
    "चालान नहीं मिला",
    "null",
];

const BASE64: [&str; 4] = [
    "JVBERi0xLjQKMSAwIG9iago8PC9UeXBlL1BhZ2U+PgplbmRvYmoK",
    "\"JVBERi0xLjQKMSAwIG9iago8PC9UeXBlL1BhZ2U+PgplbmRvYmoK\"",
    "data:application/pdf;base64,JVBERi0xLjQK",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
];

/// A text as UTF-16: with a mark, the other way round, and without one.
fn wide(text: &str) -> [Vec<u8>; 3] {
    let marked = format!("\u{feff}{text}");
    [
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ]
}

pub(crate) fn samples() -> Vec<Sample> {
    let refused =
        |what: &str, bytes: &[u8], why| sample("other", what, bytes.to_vec(), Due::Refused(why));
    let is = |what| No::Other { what };
    let texts = [
        (PAGES.as_slice(), No::WebPage),
        (&JSON, is("a JSON text, as servers send for an error")),
        (&XML, is("an XML text, as servers send for an error")),
        (&PLAIN, is("a plain text, as servers send for an error")),
        (&BASE64, is("the Base64 text of a file")),
    ];
    let mut all = Vec::new();
    for (texts, why) in texts {
        for text in texts {
            all.push(refused(text, text.as_bytes(), why));
            // Pages after blank lines, and in UTF-16.
            let late = ["\r\n".repeat(2_000).as_str(), text].concat();
            all.push(refused(&format!("blank lines, then {text}"), late.as_bytes(), why));
            for bytes in wide(text.trim_start_matches('\u{feff}')) {
                // UTF-16 text that is not in Latin letters needs its mark.
                if text.is_ascii() {
                    all.push(refused(&format!("in UTF-16: {text}"), &bytes, why));
                }
            }
        }
    }
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    all.push(refused("an SVG image", svg.as_bytes(), is("an SVG image")));
    let with = |start: &[u8]| [start, &noise(900)].concat();
    let tar = [b"INV-7.pdf".as_slice(), &[0; 248], b"ustar\x0000", &noise(900)].concat();
    let zip = "a ZIP archive, or a Word or Excel document";
    for (what, bytes, why) in [
        ("nothing", Vec::new(), No::Empty),
        ("zeros", vec![0; 5_000], No::WrongKind),
        ("noise", noise(5_000), No::WrongKind),
        (
            "a part of a beginning",
            b"%PDF".to_vec(),
            is("a plain text, as servers send for an error"),
        ),
        ("a GIF", with(b"GIF89a"), is("a GIF image")),
        ("a TIFF", with(b"II*\0"), is("a TIFF image")),
        ("a WebP", with(b"RIFF\x24\0\0\0WEBPVP8 "), is("a WebP image")),
        ("a photo of a phone", with(b"\0\0\0\x24ftypheic\0\0"), is("an HEIC photo")),
        ("a photo of a phone in ten bits", with(b"\0\0\0\x24ftyphevc\0\0"), is("an HEIC photo")),
        ("a film", with(b"\0\0\0\x18ftypmp42"), is("a film or a sound")),
        ("a document of Word", with(b"PK\x03\x04\x14\0\x06\0"), is(zip)),
        (
            "an older one",
            with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            is("an old Word or Excel document, or an e-mail"),
        ),
        ("RTF", b"{\\rtf1\\ansi}".to_vec(), is("a text document (RTF)")),
        ("gzip", with(b"\x1F\x8B\x08"), is("a compressed file (gzip)")),
        ("a tar", tar.clone(), is("an archive (tar)")),
        (
            "a PDF in a ZIP",
            [b"PK\x03\x04a.pdf".as_slice(), b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n%%EOF"]
                .concat(),
            is(zip),
        ),
        (
            "a PDF in a tar",
            [&tar[..512], b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n%%EOF"].concat(),
            is("an archive (tar)"),
        ),
    ] {
        all.push(refused(what, &bytes, why));
    }
    all
}
