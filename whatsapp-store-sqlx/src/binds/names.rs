//! The names that a statement gives its parameters, read from its text.

use std::collections::BTreeMap;

/// The parameters that a function binds, in their order: name and SQL type of each.
pub(crate) type Table = &'static [(&'static str, &'static str)];

/// Statements with more parameters than this bind them by a table.
pub(crate) const BY_PLACE_MOST: usize = 8;

/// The number of parameters of a statement, whose marks begin with `sign`.
pub(crate) fn count(statement: &str, sign: char) -> usize {
    let tokens = tokens(statement, sign);
    tokens.iter().filter_map(|token| token.parameter(sign)).max().unwrap_or_default()
}

/// The names that a statement gives its parameters:
///
/// - the alias of a value or of an array, and the name of an array's column;
/// - the column that a value is written to or, at the beginning of a condition, equal to;
/// - for all others what a comment says: `Parameters: $1 token, $2 now.`
pub(crate) fn named(statement: &str, sign: char) -> BTreeMap<usize, String> {
    let tokens = tokens(statement, sign);
    let mut names = Names { sign, found: BTreeMap::new() };
    for place in 0..tokens.len() {
        let rest = tokens.get(place..).unwrap_or_default();
        match rest {
            [Token(word), Token(open), ..] if word == "unnest" && open == "(" => names.array(rest),
            [one, Token(word), Token(name), ..] if word == "AS" => names.found(one, name),
            [Token(word), ..] if word == "SET" => names.written(rest),
            [Token(word), ..] if word == "WHERE" => names.equal(rest),
            [Token(word), ..] if word == "VALUES" => names.inserted(&tokens, place),
            _ => {}
        }
    }
    for (parameter, name) in commented(statement, sign) {
        let there = names.found.entry(parameter).or_insert_with(|| name.clone());
        assert_eq!(*there, name, "the comment names {sign}{parameter} otherwise:\n{statement}");
    }
    names.found
}

/// A word, a parameter, or a sign of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token(String);

impl Token {
    fn parameter(&self, sign: char) -> Option<usize> {
        self.0.strip_prefix(sign)?.parse().ok()
    }
}

/// The tokens of a statement, without comments and casts.
fn tokens(statement: &str, sign: char) -> Vec<Token> {
    let code: Vec<&str> =
        statement.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = String::new();
    for letter in code.chars() {
        if letter.is_alphanumeric() || matches!(letter, '_' | '.') || letter == sign {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            tokens.push(Token(std::mem::take(&mut word)));
        }
        if !letter.is_whitespace() {
            tokens.push(Token(letter.to_string()));
        }
    }
    without_casts(tokens)
}

fn without_casts(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_cast = token.0 == ":" && tokens.next_if(|next| next.0 == ":").is_some();
        if !is_cast {
            kept.push(token);
            continue;
        }
        tokens.next();
        while tokens.next_if(|next| matches!(next.0.as_str(), "[" | "]")).is_some() {}
    }
    kept
}

/// Names found so far; the first one that is found for a parameter counts.
struct Names {
    sign: char,
    found: BTreeMap<usize, String>,
}

impl Names {
    fn found(&mut self, token: &Token, name: &str) {
        if let Some(parameter) = token.parameter(self.sign) {
            let column = name.rsplit('.').next().unwrap_or(name);
            self.found.entry(parameter).or_insert_with(|| column.to_owned());
        }
    }

    /// `unnest($1, $2) AS item (id, name)` or `unnest($1) AS id`.
    fn array(&mut self, tokens: &[Token]) {
        let arrays = listed(tokens.get(1..).unwrap_or_default());
        let after = tokens.iter().skip_while(|token| token.0 != ")").skip(1);
        let after: Vec<&Token> =
            after.skip_while(|token| matches!(token.0.as_str(), "WITH" | "ORDINALITY")).collect();
        let [word, alias, rest @ ..] = after.as_slice() else { return };
        if word.0 != "AS" {
            return;
        }
        if rest.first().is_some_and(|token| token.0 == "(") {
            let rest: Vec<Token> = rest.iter().copied().cloned().collect();
            for (array, name) in arrays.iter().zip(listed(&rest)) {
                self.found(array, &name.0);
            }
        } else if let [array] = arrays.as_slice() {
            self.found(array, &alias.0);
        }
    }

    /// `SET name = $1, kind = $2`.
    fn written(&mut self, tokens: &[Token]) {
        let ends = |token: &&Token| !matches!(token.0.as_str(), "WHERE" | "FROM" | ";");
        let tokens: Vec<&Token> = tokens.iter().take_while(ends).collect();
        for (place, window) in tokens.windows(3).enumerate() {
            let after = tokens.get(place + 3).is_none_or(|next| next.0 == ",");
            if let ([name, is, value], true) = (window, after)
                && is.0 == "="
            {
                self.found(value, &name.0);
            }
        }
    }

    /// `WHERE id = $1 AND kind = $2`, up to the first condition of another form.
    fn equal(&mut self, tokens: &[Token]) {
        for condition in tokens.chunks(4) {
            let [word, name, is, value] = condition else { return };
            let goes_on = matches!(word.0.as_str(), "WHERE" | "AND") && is.0 == "=";
            if !goes_on || value.parameter(self.sign).is_none() {
                return;
            }
            self.found(value, &name.0);
        }
    }

    /// `INSERT INTO customers (id, name) VALUES ($1, $2)`.
    fn inserted(&mut self, tokens: &[Token], place: usize) {
        let (before, after) = tokens.split_at(place);
        let Some(open) = before.iter().rposition(|token| token.0 == "(") else { return };
        let columns = listed(before.get(open..).unwrap_or_default());
        let values = listed(after.get(1..).unwrap_or_default());
        for (value, column) in values.iter().zip(&columns) {
            self.found(value, &column.0);
        }
    }
}

/// The entries of a list in parentheses, with which the tokens begin.
fn listed(tokens: &[Token]) -> Vec<Token> {
    let inside = tokens.iter().skip(1).take_while(|token| token.0 != ")");
    inside.filter(|token| token.0 != ",").cloned().collect()
}

/// The names that comments give: `Parameters: $1 token, $2 now.`
fn commented(statement: &str, sign: char) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut lines = statement.lines();
    while let Some(line) = lines.next() {
        let Some((_, begun)) = line.split_once("-- Parameters: ") else { continue };
        let mut list = begun.to_owned();
        while !list.ends_with('.') {
            let next = lines.next().and_then(|line| line.trim().strip_prefix("-- "));
            let next = next.unwrap_or_else(|| panic!("the list does not end with a dot: {list}"));
            list = format!("{list} {next}");
        }
        for entry in list.trim_end_matches('.').split(", ") {
            let parts = entry.strip_prefix(sign).and_then(|entry| entry.split_once(' '));
            let (number, name) = parts.unwrap_or_else(|| panic!("no parameter: {entry}"));
            names.push((number.parse().unwrap(), name.to_owned()));
        }
    }
    names
}

/// Compares tables with the statement that they bind, and returns what is wrong.
pub(crate) fn wrong(name: &str, statement: &str, sign: char, tables: &[Table]) -> Vec<String> {
    let bound: Vec<&str> = tables.iter().copied().flatten().map(|(name, _)| *name).collect();
    let named = named(statement, sign);
    let mut wrong = Vec::new();
    if bound.len() != count(statement, sign) {
        wrong.push(format!(
            "{name} binds {} parameters of {}",
            bound.len(),
            count(statement, sign)
        ));
    }
    for (parameter, bound) in (1..).zip(bound) {
        let named = named.get(&parameter).map_or("nothing", String::as_str);
        if named != bound {
            wrong.push(format!("{name}: {sign}{parameter} is {named}, and bound as {bound}"));
        }
    }
    wrong
}

#[test]
fn a_parameter_has_the_name_of_its_alias_or_column_or_comment() {
    let named = |statement: &str| -> Vec<String> {
        named(statement, '$').into_iter().map(|(no, name)| format!("{no} {name}")).collect()
    };
    assert_eq!(named("SELECT unnest($1::text[]) AS id, $2::int AS no;"), ["1 id", "2 no"]);
    let arrays = "FROM unnest($2::uuid[], $1) WITH ORDINALITY AS item (id, no, place)";
    assert_eq!(named(arrays), ["1 no", "2 id"]);
    let update = "UPDATE t SET a = $1, b = $2 + 1, c = $3 WHERE t.id = $4 AND d = $5 AND e < $6;";
    assert_eq!(named(update), ["1 a", "3 c", "4 id", "5 d"]);
    assert_eq!(named("INSERT INTO t (a, b, c) VALUES ($2, 1, $1);"), ["1 c", "2 a"]);
    let commented = "-- Parameters: $1 now, $2 most,\n-- $3 since.\nSELECT $1, $2, $3;";
    assert_eq!(named(commented), ["1 now", "2 most", "3 since"]);
}

#[test]
fn a_table_that_differs_from_its_statement_is_found() {
    let statement = "UPDATE t SET a = $1, b = $2 WHERE id = $3;";
    let right: Table = &[("a", "int"), ("b", "int"), ("id", "int")];
    assert!(wrong("T", statement, '$', &[right]).is_empty());
    let turned: Table = &[("b", "int"), ("a", "int"), ("id", "int")];
    let found = wrong("T", statement, '$', &[turned]);
    assert_eq!(found, ["T: $1 is a, and bound as b", "T: $2 is b, and bound as a"]);
    assert_eq!(wrong("T", statement, '$', &[&right[..2]]), ["T binds 2 parameters of 3"]);
}
