//! From the first line to columns: finds the separator of the file, and the column of each cell.

use std::ops::Range;

use super::rows::{self, Fault};

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Other names of the column, in small letters and digits alone.
    pub(super) also: &'static [&'static str],
    /// True if a line may end within its cells.
    pub(super) breaks: bool,
    /// True if a table may be without it: its cells then count as empty.
    pub(super) optional: bool,
}

/// A header that was understood.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) delimiter: char,
    /// Cells of the header, up to the last that has a name.
    pub(super) names: Vec<String>,
    /// Place of each column in a row; `None` for one that the file does not have.
    pub(super) places: Vec<Option<usize>>,
    /// Lines of the table's rows; the first line is 0.
    pub(super) body: Range<usize>,
}

/// Largest number of cells of a title above the header; the next constant is that of lines of
/// titles.
const TITLE_CELLS: usize = 2;
const TITLE_LINES: usize = 10;

impl Header {
    /// Finds the header among the first lines.
    pub(super) fn find(lines: &[&str], columns: &[Column]) -> Result<Self, String> {
        let (named, start) = match lines.first().and_then(|line| separator(line)) {
            Some(delimiter) => (Some(delimiter), 1),
            None => (None, 0),
        };
        let delimiters = || named.into_iter().chain([',', ';', '\t', '|']);
        let filled = (start..lines.len()).filter(|at| !lines[*at].trim().is_empty());
        let mut first_problem = None;
        for at in filled.take(TITLE_LINES) {
            for delimiter in delimiters() {
                match Self::on(lines, at, delimiter, columns) {
                    Ok(header) => return Ok(header),
                    Err(Problem::Certain(why)) => return Err(format!("line {}: {why}", at + 1)),
                    Err(Problem::Missing { found, why }) => {
                        let better = |(most, _): &(usize, String)| found > *most;
                        if first_problem.as_ref().is_none_or(better) {
                            first_problem = Some((found, why));
                        }
                    }
                }
            }
            let cells =
                |delimiter| lines[at].split(delimiter).filter(|cell| !cell.trim().is_empty());
            if delimiters().any(|delimiter| cells(delimiter).count() > TITLE_CELLS) {
                break;
            }
        }
        Err(first_problem.map_or_else(String::new, |(_, why)| why))
    }

    /// Reads one line as the header.
    fn on(lines: &[&str], at: usize, delimiter: char, columns: &[Column]) -> Result<Self, Problem> {
        let line = lines[at];
        let read = rows::record(&[line], delimiter).map(|(cells, _)| cells);
        let fault = read.as_ref().err().copied();
        let mut names = read.unwrap_or_else(|_| line.split(delimiter).map(str::to_owned).collect());
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let places: Vec<Option<usize>> = columns
            .iter()
            .map(|column| place(column, &plain, &names))
            .collect::<Result<_, _>>()
            .map_err(Problem::Certain)?;
        let missing: Vec<&str> = std::iter::zip(columns, &places)
            .filter(|(column, place)| place.is_none() && !column.optional)
            .map(|(column, _)| column.name)
            .collect();
        let must = || columns.iter().filter(|column| !column.optional).map(|column| column.name);
        match (missing.is_empty(), fault) {
            (true, None) => Ok(Self { delimiter, names, places, body: at + 1..lines.len() }),
            (true, Some(fault)) => Err(Problem::Certain(quotes(fault))),
            (false, _) => Err(Problem::Missing {
                found: must().count() - missing.len(),
                why: format!(
                    "has no column {}: its first line must name the columns {}; it names {}",
                    missing.join(", "),
                    must().collect::<Vec<_>>().join(","),
                    names.join(", "),
                ),
            }),
        }
    }

    /// Returns the columns that have another name in the file, so that this can be told.
    pub(super) fn renamed<'a>(
        &'a self,
        columns: &'a [Column],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = std::iter::zip(columns, &self.places);
        let pairs =
            pairs.filter_map(|(column, place)| Some((column.name, self.names[(*place)?].as_str())));
        pairs.filter(|(column, name)| plain(column) != plain(name))
    }

    /// Returns true if a row only names the columns again, as in files that were joined.
    pub(super) fn is_repeated_by(&self, cells: &[String]) -> bool {
        std::iter::zip(&self.names, cells).all(|(name, cell)| plain(name) == plain(cell))
    }
}

/// Reason why a line is not the header.
enum Problem {
    /// The line is surely a header, and cannot be used.
    Certain(String),
    /// Some columns were found, others not.
    Missing { found: usize, why: String },
}

/// Returns the separator that Excel's `sep=;` names.
fn separator(line: &str) -> Option<char> {
    let line = line.trim_matches(['"', ' ', '\u{feff}']);
    let (word, separator) = line.split_once('=')?;
    let mut separator = separator.chars();
    let only = word.eq_ignore_ascii_case("sep").then(|| separator.next())?;
    // Once the line is trimmed, nothing is left after `sep=` and a tab, but a tab is tried anyhow.
    only.filter(|_| separator.next().is_none()).or(Some(','))
}

/// Returns the place of a column: under its name, or else under another name that only one column
/// has.
fn place(
    column: &Column,
    plain_names: &[String],
    names: &[String],
) -> Result<Option<usize>, String> {
    let own = plain(column.name);
    let all = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..plain_names.len()).filter(|at| fits(&plain_names[*at])).collect()
    };
    let found = match all(&|name| name == own) {
        none if none.is_empty() => all(&|name| column.also.contains(&name)),
        some => some,
    };
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        [one, other, ..] => Err(format!(
            "the columns {:?} and {:?} may both be {}: name one of them {}",
            names[*one], names[*other], column.name, column.name
        )),
    }
}

/// Returns a name without case, blanks and marks.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn quotes(fault: Fault) -> String {
    format!("it names the columns, but {}", fault.words())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "id", also: &["customerid"], breaks: false, optional: false },
        Column { name: "name", also: &[], breaks: false, optional: false },
        Column {
            name: "whatsapp_number",
            also: &["mobile", "phone"],
            breaks: false,
            optional: false,
        },
        Column { name: "city", also: &["town"], breaks: false, optional: true },
    ];

    fn find(text: &str) -> Result<Header, String> {
        Header::find(&rows::lines(text), COLUMNS)
    }

    #[test]
    fn headers_of_other_programs_are_understood() {
        for (text, delimiter, places, body) in [
            ("id,name,whatsapp_number\n", ',', [0, 1, 2], 1),
            ("ID,Name,WhatsApp Number", ',', [0, 1, 2], 1),
            ("\u{feff}\"ID\", \"NAME\" ,\"Whatsapp-Number\"", ',', [0, 1, 2], 1),
            ("name;Notes;WhatsApp number;;id;;", ';', [4, 0, 2], 1),
            ("Customer ID\tName\tMobile\n", '\t', [0, 1, 2], 1),
            ("id|name|whatsapp_number\n", '|', [0, 1, 2], 1),
            ("sep=;\nid;name;whatsapp_number\n", ';', [0, 1, 2], 2),
            ("SEP=,\nid,name,whatsapp_number\n", ',', [0, 1, 2], 2),
            ("\"sep=;\"\nid;name;whatsapp_number\n", ';', [0, 1, 2], 2),
            ("sep=;\nid,name,whatsapp_number\n", ',', [0, 1, 2], 2),
            ("sep=\t\nid\tname\twhatsapp_number\n", '\t', [0, 1, 2], 2),
            ("sep=^\nid^name^whatsapp_number\n", '^', [0, 1, 2], 2),
            (
                "\nSharma Traders,,\nCustomers,November\n\nid,name,whatsapp_number",
                ',',
                [0, 1, 2],
                5,
            ),
            ("id,name,phone,whatsapp_number", ',', [0, 1, 3], 1),
        ] {
            let header = find(text).unwrap_or_else(|why| panic!("{text:?}: {why}"));
            assert_eq!((header.delimiter, header.body.start), (delimiter, body), "{text:?}");
            assert_eq!(header.places[..3], places.map(Some), "{text:?}");
            assert_eq!(header.places[3], None, "{text:?}");
        }
    }

    #[test]
    fn a_column_that_may_be_missing_is_found_where_it_is() {
        let header = find("id,Town,name,whatsapp_number").unwrap();
        assert_eq!(header.places, [0, 2, 3, 1].map(Some));
        assert_eq!(header.renamed(COLUMNS).collect::<Vec<_>>(), [("city", "Town")]);
        let told = find("id,name,city").unwrap_err();
        assert!(told.contains("must name the columns id,name,whatsapp_number;"), "{told}");
        let told = find("id,name,whatsapp_number,city,town").unwrap();
        assert_eq!(told.places[3], Some(3));
        let told = find("id,name,whatsapp_number,town,Town").unwrap_err();
        assert!(told.contains("may both be city"), "{told}");
    }

    #[test]
    fn a_header_that_is_none_is_told_by_what_it_is() {
        for (text, why) in [
            ("id,name\nC-1,Asha", "has no column whatsapp_number: its first line must name"),
            ("C-1,Asha,+919876543210\n", "it names C-1, Asha, +919876543210"),
            ("id,name,mobile,phone\n", "line 1: the columns \"mobile\" and \"phone\" may both be"),
            ("id,name,name,mobile\n", "line 1: the columns \"name\" and \"name\" may both be name"),
            // A stray quote in the header.
            ("id,na\"me,whatsapp_number\n1,a,x\n", "line 1: it names the columns, but a quote"),
            ("id,name,\"whatsapp_number\n1,a,x\n", "line 1: it names the columns, but a quote"),
            ("\"id,name,whatsapp_number\n1,a,x\n", "line 1: it names the columns, but a quote"),
            // Rows above the header would be lost.
            ("C-1,Asha,+919876543210\nid,name,whatsapp_number\n", "has no column id"),
        ] {
            let told = find(text).unwrap_err();
            assert!(told.contains(why), "{text:?}: {told}");
        }
    }

    #[test]
    fn columns_with_another_name_are_said() {
        let header = find("Customer ID,Name,Mobile").unwrap();
        let renamed: Vec<_> = header.renamed(COLUMNS).collect();
        assert_eq!(renamed, [("id", "Customer ID"), ("whatsapp_number", "Mobile")]);
        assert!(header.is_repeated_by(&["customer id".into(), "name".into(), "mobile".into()]));
        assert!(!header.is_repeated_by(&["C-1".into(), "name".into(), "mobile".into()]));
    }
}
