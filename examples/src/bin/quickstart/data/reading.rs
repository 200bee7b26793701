//! Cells that can be read in two ways, such as 05/01/2026: the whole column decides.

/// Reading of a cell by itself. `W` names the ways to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says<T, W> {
    /// The value is the same, whichever way it is read.
    Plain(T),
    /// The cell can only be read in one way.
    Shows(W, T),
    /// The cell has another value in each way.
    Either([(W, T); 2]),
}

/// Evidence that some cells give together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence<W> {
    Nothing,
    /// A cell on this line can only be read in this way.
    One(W, u64),
    /// Some cells show one way, others the other way.
    Both,
}

/// Choice of how a column is read, with the ground for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice<W> {
    /// A cell on this line shows the way.
    Shown(W, u64),
    /// The way is usual in the language of the settings, and no cell shows one.
    Usual(W),
    /// The way is unknown, and ambiguous cells cannot be read.
    Unknown,
}

impl<T: Clone + PartialEq, W: Copy + PartialEq> Says<T, W> {
    /// Joins one or two readings into one value; `None` if there is none.
    pub(super) fn of(one: Option<(W, T)>, other: Option<(W, T)>) -> Option<Self> {
        Some(match (one, other) {
            (Some((_, value)), Some((_, same))) if value == same => Self::Plain(value),
            (Some(one), Some(other)) => Self::Either([one, other]),
            (Some((way, value)), None) | (None, Some((way, value))) => Self::Shows(way, value),
            (None, None) => return None,
        })
    }

    /// Returns the value in a column that is read in this way; `None` if the choice does not
    /// decide.
    pub(super) fn value(&self, choice: Choice<W>) -> Option<T> {
        match self {
            Self::Plain(value) | Self::Shows(_, value) => Some(value.clone()),
            Self::Either(ways) => {
                let (Choice::Shown(way, _) | Choice::Usual(way)) = choice else {
                    return None;
                };
                ways.iter().find(|(one, _)| *one == way).map(|(_, value)| value.clone())
            }
        }
    }
}

impl<W: Copy + PartialEq> Evidence<W> {
    /// Collects the evidence of cells, each with its line.
    pub(super) fn of<T>(cells: impl IntoIterator<Item = (u64, Says<T, W>)>) -> Self {
        let shown = cells.into_iter().map(|(line, cell)| match cell {
            Says::Shows(way, _) => Self::One(way, line),
            Says::Plain(_) | Says::Either(_) => Self::Nothing,
        });
        shown.fold(Self::Nothing, Self::and)
    }

    /// Joins the evidence of both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, shown) | (shown, Self::Nothing) => shown,
            (Self::One(way, line), Self::One(same, _)) if way == same => Self::One(way, line),
            (Self::One(..) | Self::Both, Self::One(..) | Self::Both) => Self::Both,
        }
    }
}

impl<W> Choice<W> {
    /// Decides for a column by its own cells. If they show nothing, all columns of its kind in the
    /// file decide, and after them the usual way.
    pub(super) fn by(column: Evidence<W>, file: Evidence<W>, usual: Option<W>) -> Self {
        match (column, file, usual) {
            (Evidence::One(way, line), _, _) | (Evidence::Nothing, Evidence::One(way, line), _) => {
                Self::Shown(way, line)
            }
            (Evidence::Nothing, Evidence::Nothing, Some(way)) => Self::Usual(way),
            _ => Self::Unknown,
        }
    }
}

/// Returns the way in which most cells are written that show one. If as many show each, it is the
/// usual one.
pub(super) fn most<'a, T: 'a, W: Copy + PartialEq + 'a>(
    cells: impl IntoIterator<Item = &'a Says<T, W>>,
    usual: Option<W>,
) -> Option<W> {
    let mut counts: Vec<(W, usize)> = Vec::new();
    for cell in cells {
        let Says::Shows(way, _) = cell else { continue };
        match counts.iter_mut().find(|(known, _)| known == way) {
            Some((_, count)) => *count += 1,
            None => counts.push((*way, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    let mut first = counts.iter().filter(|(_, count)| *count == most).map(|(way, _)| *way);
    match (first.next(), first.next()) {
        (Some(way), None) => Some(way),
        _ => usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Way {
        A,
        B,
    }
    use Way::{A, B};

    const EITHER: Says<u8, Way> = Says::Either([(A, 1), (B, 2)]);

    #[test]
    fn one_clear_cell_decides_for_the_column() {
        let cells = [(2, EITHER), (3, Says::Plain(5)), (4, Says::Shows(B, 7))];
        let choice = Choice::by(Evidence::of(cells), Evidence::One(A, 9), Some(A));
        assert_eq!(choice, Choice::Shown(B, 4));
        assert_eq!(EITHER.value(choice), Some(2));
    }

    #[test]
    fn without_one_another_column_decides_and_then_the_language() {
        let nothing = Evidence::of([(2, EITHER)]);
        assert_eq!(Choice::by(nothing, Evidence::One(A, 9), Some(B)), Choice::Shown(A, 9));
        assert_eq!(Choice::by(nothing, nothing, Some(B)), Choice::Usual(B));
        assert_eq!(Choice::by(nothing, nothing, None), Choice::Unknown);
        assert_eq!(Choice::by(nothing, Evidence::Both, Some(B)), Choice::Unknown);
    }

    #[test]
    fn most_cells_show_how_a_column_is_written_and_the_language_where_they_are_even() {
        let [a, b] = [Says::Shows(A, 1), Says::Shows(B, 1)];
        assert_eq!(most([&a, &b, &EITHER, &a], Some(B)), Some(A));
        assert_eq!(most([&b, &EITHER], Some(A)), Some(B));
        assert_eq!(most([&a, &b], Some(B)), Some(B));
        assert_eq!(most([&a, &b], None), None);
        assert_eq!(most([&EITHER], Some(A)), None);
    }

    #[test]
    fn a_column_that_shows_both_decides_nothing() {
        let cells = [(2, Says::Shows(A, 1)), (3, Says::Shows(B, 1)), (4, EITHER)];
        let choice = Choice::by(Evidence::of(cells), Evidence::One(A, 9), Some(A));
        assert_eq!(EITHER.value(choice), None);
        assert_eq!(Says::Shows(A, 1).value(choice), Some(1));
    }
}
