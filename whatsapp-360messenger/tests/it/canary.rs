//! The key, the number, the text and the address of a file never appear in a log line, an error or
//! a `Debug`. This holds whatever goes wrong, in every dialect.

use std::error::Error;
use std::fmt::{Debug, Write};
use std::io;
use std::sync::{Arc, Mutex};

use chrono::DateTime;
use tracing_subscriber::fmt::MakeWriter;
use whatsapp_core::port::{DeliveryReports, Transport};

use crate::support::{DIALECTS, IMPATIENCE, KEY, Play, Scripted, builder, invoice, number};

const TEXT: &str = "Canary text for Asha";
const SECRETS: [&str; 6] = [KEY, "4f7a0b", "919876543210", "9876543", TEXT, "INV-7.pdf"];

/// All log lines of this process, including those of other tests.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that can be shown of a result.
fn shown<T: Debug, E: Error>(result: &Result<T, E>) -> String {
    let mut all = format!("{result:?} {result:#?}");
    if let Err(error) = result {
        let mut cause: Option<&dyn Error> = Some(error);
        while let Some(found) = cause {
            write!(all, " {found} {found:?} {found:#?}").unwrap();
            cause = found.source();
        }
    }
    all
}

/// All possible failures, with answers that repeat the request.
fn plays() -> Vec<Play> {
    let echo = format!(
        "Cannot POST /sendMessage/{KEY}: '{TEXT}' to 919876543210 / +91 98765 43210 with \
         https://files.example/a/INV-7.pdf?sig=x&y=%2F"
    );
    let echoes = [
        format!(r#"{{"success":false,"message":"{echo}"}}"#),
        format!(
            r#"{{"success":true,"message":"{echo}","data":{{"phonenumber":"919876543210","text":"{TEXT}"}}}}"#
        ),
        format!(r#"{{"message":["{echo}"],"error":"{echo}"}}"#),
        echo.clone(),
        "1234".to_owned(),
        String::new(),
    ];
    let statuses = [200, 201, 302, 307, 400, 401, 403, 404, 408, 422, 429, 500, 503];
    let location = format!("Location: http://127.0.0.1:9/{KEY}\r\nRetry-After: {KEY}\r\n");
    let mut plays: Vec<_> = statuses
        .iter()
        .flat_map(|status| echoes.iter().map(|body| Play::answer(*status, &location, body)))
        .collect();
    plays.extend([
        Play::Reset,
        Play::Close,
        Play::Silence,
        Play::AnswerAndClose(format!("HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\n{echo}")),
        Play::AnswerAndClose(format!("{echo}\r\n\r\n")),
    ]);
    plays
}

#[tokio::test]
async fn nothing_of_key_number_and_text_is_ever_shown() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .init();
    let mut all = String::new();
    for dialect in DIALECTS {
        for play in plays() {
            let server = Scripted::start(std::iter::repeat_n(play, 5)).await;
            let message = invoice(TEXT);
            let builder = builder(server.url(), KEY)
                .dialect(dialect)
                .timeout(IMPATIENCE)
                .look_timeout(IMPATIENCE);
            write!(all, "{builder:?} {builder:#?}").unwrap();
            let gateway = builder.build().unwrap();
            write!(all, "{gateway:?} {gateway:#?}").unwrap();
            all.push_str(&shown(&gateway.send(&message).await));
            all.push_str(&shown(&gateway.probe().await));
            all.push_str(&shown(&gateway.status("1234").await));
            let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await;
            all.push_str(&shown(&listing));
        }
        for nowhere in ["http://127.0.0.1:9", "https://127.0.0.1:9", "https://gateway.invalid"] {
            let gateway = builder(nowhere, KEY).dialect(dialect).build().unwrap();
            all.push_str(&shown(&gateway.send(&invoice(TEXT)).await));
            all.push_str(&shown(&gateway.status("1234").await));
        }
        let wrong = format!("https://{KEY}:919876543210@files.example/INV-7.pdf?{TEXT}");
        let builder = builder(wrong, KEY).dialect(dialect);
        write!(all, "{builder:?}").unwrap();
        all.push_str(&shown(&builder.build()));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // The log contains the lines of libraries and of this crate, so that silence proves something.
    for line in ["starting new connection", "the gateway answered", "the gateway gave no answer"] {
        assert!(log.contains(line), "no log line with {line:?}");
    }
    for secret in SECRETS {
        for (what, shown) in [("log", &log), ("result", &all)] {
            let leak = shown.find(secret).map(|at| {
                let from = shown.floor_char_boundary(at.saturating_sub(200));
                &shown[from..at + secret.len()]
            });
            assert_eq!(leak, None, "{secret} in a {what}");
        }
    }
}
