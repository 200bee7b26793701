//! From the lines of a calendar to its properties (RFC 5545, 3.1).

/// A property with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// The name in capitals.
    pub(super) name: String,
    /// The parameters: names in capitals, values without their quotes.
    parameters: Vec<(String, String)>,
    /// The value as written.
    pub(super) value: String,
}

/// The lines of a calendar with folded lines joined, each with the line where it begins, counted
/// from 1.
pub(super) fn unfolded(lines: &[&str]) -> Vec<(u64, String)> {
    // Lines with BEGIN or END are not continued: a stray rest after one would hide an event.
    let marks = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("BEGIN") || name.eq_ignore_ascii_case("END")
    };
    let mut whole: Vec<(u64, String)> = Vec::new();
    for (line, number) in lines.iter().zip(1..) {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(rest), Some((_, start))) if !marks(start) => start.push_str(rest),
            _ => whole.push((number, (*line).to_owned())),
        }
    }
    whole
}

impl Property {
    /// Reads a line; `None` for a line that is no property.
    pub(super) fn read(line: &str) -> Option<Self> {
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let end = line.find([';', ':'])?;
        let (name, mut rest) = line.split_at(end);
        let mut parameters = Vec::new();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (own, after) = parameter.split_once('=')?;
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_at(after.find([';', ':'])?),
            };
            parameters.push((own.to_ascii_uppercase(), value.to_owned()));
            rest = after;
        }
        let value = rest.strip_prefix(':')?.trim_end().to_owned();
        // Apple's programs put a group before a name.
        let name = name.rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
        is_name(&name).then_some(Self { name, parameters, value })
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value as text, without the escapes of commas and ends of lines.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut characters = self.value.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                c => text.push(c),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_put_together() {
        let lines = ["SUMMARY:Di", " wa", "\tli", "", "X:1"];
        let whole = [(1, "SUMMARY:Diwali".to_owned()), (4, String::new()), (5, "X:1".to_owned())];
        assert_eq!(unfolded(&lines), whole);
        assert_eq!(unfolded(&[" x"]), [(1, " x".to_owned())]);
        let event = ["begin:VEVENT", " rest", "END:VEVENT"];
        assert!(unfolded(&event).iter().map(|(_, line)| line.as_str()).eq(event));
    }

    #[test]
    fn a_property_has_parameters_and_a_value() {
        let read = Property::read("dtstart;TZID=\"Asia/Kolkata:x\";value=DATE:20261108 ").unwrap();
        assert_eq!((read.name.as_str(), read.value.as_str()), ("DTSTART", "20261108"));
        assert_eq!(read.parameter("TZID"), Some("Asia/Kolkata:x"));
        assert_eq!(read.parameter("VALUE"), Some("DATE"));
        assert_eq!(read.parameter("X"), None);
        assert_eq!(Property::read("item1.SUMMARY:a:b;c").unwrap().value, "a:b;c");
        for line in ["", "x", ":x", "A B:x", "A;B:x", "A;B=\"x:y", "A;B=x"] {
            assert_eq!(Property::read(line), None, "{line}");
        }
    }

    #[test]
    fn protected_characters_are_read() {
        let text = |value: &str| Property::read(&format!("SUMMARY:{value}")).unwrap().text();
        assert_eq!(
            text(r"Diwali\, Deepavali\; \\ and\nmore\N"),
            "Diwali, Deepavali; \\ and\nmore\n"
        );
        assert_eq!(text("a\\"), "a");
    }
}
