use super::*;

/// Three columns, of which the last may hold lines.
const SHAPE: Shape<'_> = Shape { delimiter: ',', width: 3, breaks: &[false, false, true] };

/// Reads rows by their lines: cells joined by `|`, or `-` for a row that is refused.
fn read(text: &str) -> Vec<(u64, String)> {
    let lines = lines(text);
    let rows = rows(&lines, 0..lines.len(), SHAPE).into_iter();
    rows.map(|row| (row.line, row.cells.map_or("-".to_owned(), |cells| cells.join("|")))).collect()
}

/// Checks the result for each line that a row begins on.
#[track_caller]
fn gives(text: &str, rows: &[(u64, &str)]) {
    let rows: Vec<_> = rows.iter().map(|(line, cells)| (*line, (*cells).to_owned())).collect();
    assert_eq!(read(text), rows, "{text:?}");
}

#[test]
fn an_open_quote_costs_its_own_row_and_no_other() {
    let rest = "3,b,x\n4,b,x";
    for bad in [
        "2,a,\"12 inch pipe; 3 × tap",
        "\"2,a,x",
        "2,\"a,x",
        "2,a,\"x,y",
        "2,a,\"x\"\"",
        "2,a,\"",
        "\"",
        "\"\"\"",
    ] {
        gives(
            &format!("1,a,x\n{bad}\n{rest}"),
            &[(1, "1|a|x"), (2, "-"), (3, "3|b|x"), (4, "4|b|x")],
        );
    }
}

#[test]
fn a_stray_quote_costs_its_own_row_and_no_other() {
    for bad in ["2,a,12\" pipe", "2,a\",x", "2\",a,x", "2,a,\"x\" y", "2,a,x\"", "2,a,\"x\"\"y\"z"]
    {
        gives(&format!("{bad}\n3,b,x"), &[(1, "-"), (2, "3|b|x")]);
    }
}

#[test]
fn a_quote_that_a_later_one_closes_is_not_believed_when_rows_are_between() {
    // Both quotes are stray; between them everything looks like a proper cell.
    gives(
        "1,a,\"12 inch\n2,b,x\n3,c,tap 12\"\n4,d,x",
        &[(1, "-"), (2, "2|b|x"), (3, "-"), (4, "4|d|x")],
    );
    gives("1,a,\"12 inch\n2,c,tap 12\"\n3,d,x", &[(1, "-"), (2, "-"), (3, "3|d|x")]);
    // These are closed at the beginning of a proper quoted cell, and right before a delimiter.
    gives("1,a,\"12 inch\n2,b,\"x, y\"\n3,c,x", &[(1, "-"), (2, "2|b|x, y"), (3, "3|c|x")]);
    gives("1,\"a,12 inch\n2,b\",x\n3,c,x", &[(1, "-"), (2, "-"), (3, "3|c|x")]);
    gives("\"1,a,x\n2\",b,x\n3,c,x", &[(1, "-"), (2, "-"), (3, "3|c|x")]);
    // The quotes of the rows between are doubled, such as those of empty cells.
    gives("1,a,\"x\n2,\"\",\"\"\n3,\"\",y", &[(1, "-"), (2, "2||"), (3, "3||y")]);
    // Rows between with quoted delimiters have more pieces than the table has columns.
    gives("1,a,\"x\n2,b,\"\"y, z\"\"\n3,c,z\"", &[(1, "-"), (2, "-"), (3, "-")]);
}

#[test]
fn lines_are_believed_within_a_cell_that_may_have_them() {
    gives(
        "1,a,\"2 × Fan\n5 × Bulb, white\"\n2,b,x",
        &[(1, "1|a|2 × Fan\n5 × Bulb, white"), (3, "2|b|x")],
    );
    gives("1,a,\"\n\nx\r\ny\r\"", &[(1, "1|a|x\ny")]);
    // This works in the first column as well, where the rest of the row follows the last line.
    let free = Shape { breaks: &[true, false, true], ..SHAPE };
    let lines = lines("\"a, b\nc\",x,\"y\nz\"");
    assert_eq!(rows(&lines, 0..3, free)[0].cells.as_ref().unwrap(), &["a, b\nc", "x", "y\nz"]);
    // In an id or a name, lines are not believed.
    gives("\"1\n1\",a,x\n2,b,x", &[(1, "-"), (2, "-"), (3, "2|b|x")]);
    gives("1,\"a\nb\",x\n2,b,x", &[(1, "-"), (2, "-"), (3, "2|b|x")]);
}

#[test]
fn quotes_that_are_written_as_they_should_be_are_read() {
    gives("\"1\",\"a, b\",\"12\"\" pipe\"", &[(1, "1|a, b|12\" pipe")]);
    gives("1 , \"a, b\" ,\t\"x\"", &[(1, "1|a, b|x")]);
    gives("=\"01\",a,\"=\"\"+91\"\"\"", &[(1, "01|a|+91")]);
    gives("\"\",\"\",\"\"\"\"", &[(1, "||\"")]);
}

#[test]
fn zero_bytes_cost_their_row() {
    gives("1,a,x\0\n\0\0\0\n2,b,x", &[(1, "-"), (2, "-"), (3, "2|b|x")]);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["1,a,x", "", "2,\"a,x", " ", "3,c,x", ""].join(end);
        gives(&text, &[(1, "1|a|x"), (3, "-"), (5, "3|c|x")]);
    }
}

#[test]
fn cells_too_many_count_only_when_they_hold_something() {
    gives("1,a,x,,\n2,b,x,y\n3,c", &[(1, "1|a|x||"), (2, "-"), (3, "-")]);
}

#[test]
fn a_refused_row_tells_whose_it_may_be() {
    let lines = lines("\"C-1\",a,\"x");
    let rows = rows(&lines, 0..1, SHAPE);
    assert_eq!(rows[0].cells.as_ref().unwrap_err().pieces, ["C-1", "a", "x"]);
}
