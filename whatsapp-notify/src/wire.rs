//! A conversation with a mail server: commands go out, replies come in.
//!
//! Replies are read as bytes. Servers write them in any encoding, and only the three digits before
//! the text count (RFC 5321, 4.2). The crate lettre decodes replies as UTF-8 first and gives no
//! access to the bytes.

use std::fmt;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// Maximum number of bytes read of one reply.
const REPLY_MAX: u64 = 100_000;

/// A connection, encrypted or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Reason for a missing reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The connection was lost.
    Off,
    /// The data does not begin with the three digits of a reply.
    Nonsense,
}

/// The three digits of a reply, the first of which tells success or failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code(u16);

impl Code {
    /// Returns true for success, or for a request to go on.
    pub(crate) const fn is_positive(self) -> bool {
        matches!(self.0, 200..=399)
    }

    /// Returns true for a refusal for now: the same command may be accepted later.
    pub(crate) const fn is_for_now(self) -> bool {
        matches!(self.0, 400..=499)
    }

    /// Returns true if the login needs a further step.
    pub(crate) const fn asks_for_more(self) -> bool {
        self.0 == 334
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A reply of the server.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) code: Code,
    /// Each line, without its digits.
    lines: Vec<Vec<u8>>,
}

impl Reply {
    /// Returns the words after `keyword` if a line begins with it, as in the answer to EHLO.
    pub(crate) fn offers(&self, keyword: &str) -> Option<Vec<String>> {
        self.lines.iter().skip(1).find_map(|line| {
            let line = String::from_utf8_lossy(line).to_ascii_uppercase();
            // Old servers write `AUTH=LOGIN`.
            let mut words = line.split(|c: char| c.is_ascii_whitespace() || c == '=');
            (words.next() == Some(keyword)).then(|| words.map(str::to_owned).collect())
        })
    }
}

/// The connection to a mail server.
pub(crate) struct Conversation<S> {
    stream: BufReader<S>,
}

impl<S: Stream> Conversation<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Returns the connection, to encrypt it. Fails if data has arrived ahead of the encryption: it
    /// could come from anybody, and would count as encrypted.
    pub(crate) fn into_stream(self) -> Result<S, Broken> {
        if self.stream.buffer().is_empty() {
            Ok(self.stream.into_inner())
        } else {
            Err(Broken::Nonsense)
        }
    }

    /// Sends a command, and reads the reply.
    pub(crate) async fn command(&mut self, command: &str) -> Result<Reply, Broken> {
        self.write(format!("{command}\r\n").as_bytes()).await?;
        self.reply().await
    }

    /// Sends the mail, after `DATA`. A dot at the beginning of a line is doubled, because a line
    /// with a single dot ends the mail.
    pub(crate) async fn content(&mut self, mail: &[u8]) -> Result<Reply, Broken> {
        let mut bytes = Vec::with_capacity(mail.len() + 64);
        for line in mail.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
        }
        if !bytes.ends_with(b"\r\n") {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b".\r\n");
        self.write(&bytes).await?;
        self.reply().await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.stream.write_all(bytes).await.map_err(|_| Broken::Off)?;
        self.stream.flush().await.map_err(|_| Broken::Off)
    }

    /// Reads one reply of one or several lines. If the digits of its lines differ, the most serious
    /// count: a refusal on one line means that nothing was accepted.
    pub(crate) async fn reply(&mut self) -> Result<Reply, Broken> {
        let mut reply: Option<Reply> = None;
        let mut left = REPLY_MAX;
        loop {
            let mut line = Vec::new();
            let mut limited = (&mut self.stream).take(left);
            let read = limited.read_until(b'\n', &mut line).await.unwrap_or(0);
            left = left.saturating_sub(u64::try_from(read).unwrap_or(left));
            if read == 0 {
                // A server that closes the connection within a reply has still sent its digits.
                return reply.ok_or(if left == 0 { Broken::Nonsense } else { Broken::Off });
            }
            let (code, goes_on, text) = match (parse(&line), &reply) {
                (Some(parsed), _) => parsed,
                // A line of text that the server broke in two.
                (None, Some(reply)) => (reply.code, true, line.as_slice()),
                (None, None) => return Err(Broken::Nonsense),
            };
            let reply = reply.get_or_insert(Reply { code, lines: Vec::new() });
            reply.code = reply.code.max(code);
            reply.lines.push(text.trim_ascii().to_vec());
            if !goes_on {
                let Reply { code, lines } = reply;
                return Ok(Reply { code: *code, lines: std::mem::take(lines) });
            }
        }
    }
}

/// Splits a line into its digits, whether another line follows, and its text.
fn parse(line: &[u8]) -> Option<(Code, bool, &[u8])> {
    let (digits, text) = line.split_at_checked(3)?;
    let [first, second, third] = *digits else { return None };
    if !matches!(first, b'2'..=b'5') || !second.is_ascii_digit() || !third.is_ascii_digit() {
        return None;
    }
    let code =
        [first, second, third].iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let goes_on = text.starts_with(b"-");
    Some((Code(code), goes_on, text.strip_prefix(b"-").unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tokio::io::join;

    use super::*;

    async fn read(bytes: &[u8]) -> Result<(u16, usize), Broken> {
        let stream = join(Cursor::new(bytes.to_vec()), tokio::io::sink());
        let reply = Conversation::new(stream).reply().await?;
        Ok((reply.code.0, reply.lines.len()))
    }

    #[tokio::test]
    async fn the_three_digits_count_whatever_the_text_is_written_in() {
        for (bytes, expected) in [
            (&b"550 no such user\r\n"[..], (550, 1)),
            (b"550 Empf\xe4nger unbekannt\r\n", (550, 1)),
            (b"550 5.1.1 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda\r\n", (550, 1)),
            (b"550 \x83\x86\x81[\x83U\x81[\x82\xaa\x8c\xa9\x82\xc2\r\n", (550, 1)),
            ("550 उपयोगकर्ता नहीं मिला\r\n".as_bytes(), (550, 1)),
            (b"550-Empf\xe4nger\r\n550-unbekannt:\r\n550 \xfcberpr\xfcfen\r\n", (550, 3)),
            (b"451 4.7.1 greylisted\r\n", (451, 1)),
            (b"571 5.7.1 policy\r\n", (571, 1)),
            (b"250\r\n", (250, 1)),
            (b"250", (250, 1)),
            (b"250-first\r\n250\r\n", (250, 2)),
            (b"550\xa0unbekannt\r\n", (550, 1)),
            (b"550\tunknown\n", (550, 1)),
            (b"550-Text that the server\r\nbroke in two\r\n550 end\r\n", (550, 3)),
            (b"250-ok\r\n452 but not for all\r\n", (452, 2)),
            (b"421-closing\r\n", (421, 1)),
            (b"550 \0\x1b[2J\r\n", (550, 1)),
        ] {
            let shown = String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(read(bytes).await, Ok(expected), "{shown:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_reply_is_told_from_a_connection_that_breaks_off() {
        assert_eq!(read(b"").await, Err(Broken::Off));
        let long = [b"550-".as_slice(), &vec![b'x'; 200_000]].concat();
        assert_eq!(read(&long).await, Ok((550, 1)), "no more than enough of it is read");
        for nonsense in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"\x15\x03\x01\0\x02",
            b"\r\n",
            b"999 no\r\n",
            b"55",
        ] {
            assert_eq!(read(nonsense).await, Err(Broken::Nonsense), "{nonsense:?}");
        }
        assert_eq!(read(&vec![b'x'; 200_000]).await, Err(Broken::Nonsense));
    }
}
