//! Files as many programs write them, damage them and wrap them, made by code. The result of
//! checking them is a table of accepted and refused files.

use whatsapp_core::attachment::{CheckedFile, InvalidAttachment};

mod image;
mod jpg;
mod other;
mod pdf;
mod png;

/// The expected result for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Viewers open it: it is sent unchanged.
    AsItIs,
    /// Added bytes before or after the document are left out, with a warning; the document is
    /// this long.
    LessAdded(usize),
    /// It is sent unchanged, with a warning.
    Doubtful,
    /// It is refused.
    Refused(InvalidAttachment),
}

/// One file of the corpus.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) due: Due,
}

pub(crate) fn sample(kind: &'static str, what: &str, bytes: Vec<u8>, due: Due) -> Sample {
    Sample { kind, what: what.to_owned(), bytes, due }
}

/// Bytes of every value, always the same, as compressed data has them.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

impl Sample {
    /// The difference between the check's result and the expected one; `None` if there is none.
    fn trouble(&self) -> Option<String> {
        let checked = CheckedFile::new("INV-7", self.bytes.clone());
        let trouble = match (self.due, &checked) {
            (Due::Refused(why), Err(found)) => (why != *found).then(|| format!("{found:?}")),
            (Due::Refused(_), Ok(_)) => Some("accepted".to_owned()),
            (_, Err(why)) => Some(format!("refused: {why:?}")),
            (due, Ok(file)) => {
                let (as_found, warnings) = (file.is_as_found(), file.warnings());
                let as_due = match due {
                    Due::AsItIs => as_found && warnings.is_empty(),
                    Due::Doubtful => as_found && warnings.len() == 1,
                    Due::LessAdded(length) => {
                        // The end of its last line may be the server's.
                        let kept = file.bytes().len().wrapping_sub(length) <= 2;
                        !as_found && !warnings.is_empty() && kept
                    }
                    Due::Refused(_) => false,
                };
                let length = file.bytes().len();
                (!as_due).then(|| format!("{length} bytes, as found {as_found}, {warnings:?}"))
            }
        };
        trouble.map(|trouble| {
            format!("{} {} should be {:?}: {trouble}", self.kind, self.what, self.due)
        })
    }

    /// The cell of the table in which the sample counts: good or bad, accepted or refused.
    fn cell(&self) -> (bool, bool) {
        let good = !matches!(self.due, Due::Refused(_));
        (good, CheckedFile::new("INV-7", self.bytes.clone()).is_ok())
    }
}

#[test]
fn good_files_are_accepted_and_bad_ones_refused() {
    let all = [pdf::samples(), jpg::samples(), png::samples(), other::samples()];
    let samples: Vec<_> = all.into_iter().flatten().collect();
    println!("kind   good accepted  good refused  bad accepted  bad refused");
    for kind in ["pdf", "jpg", "png", "other"] {
        let cells: Vec<_> = samples.iter().filter(|s| s.kind == kind).map(Sample::cell).collect();
        let count = |cell| cells.iter().filter(|it| **it == cell).count();
        let [kept, lost, let_in, caught] =
            [(true, true), (true, false), (false, true), (false, false)].map(count);
        println!("{kind:5}  {kept:13}  {lost:12}  {let_in:12}  {caught:11}");
        assert!(cells.len() > 30, "{kind}: the corpus is broad");
    }
    let troubles: Vec<_> = samples.iter().filter_map(Sample::trouble).collect();
    assert!(
        troubles.is_empty(),
        "{} of {}:\n{}",
        troubles.len(),
        samples.len(),
        troubles.join("\n")
    );
}
