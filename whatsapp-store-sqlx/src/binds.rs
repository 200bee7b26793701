//! Parameters of statements by name: one table gives their order, their types and their values.

#[cfg(test)]
pub(crate) mod names;

/// Defines functions that bind parameters to a query. Each line of the table is one parameter: the
/// name that the statement gives it, its SQL type where the database has types for parameters, and
/// the value to bind. The first line is `$1`, unless another table was bound before.
///
/// For tests, the table itself is a constant: they compare it with the statement.
macro_rules! binds {
    ($(
        $(#[$about:meta])*
        $see:vis fn $bind:ident($($given:ident: $of:ty),+ $(,)?) as $table:ident {
            $($name:ident $($kind:literal)? = $value:expr;)+
        }
    )+) => {$(
        $(#[$about])*
        $see fn $bind(query: Bound, $($given: $of),+) -> Bound {
            query$(.bind($value))+
        }

        /// The names and types of these parameters.
        #[cfg(test)]
        pub(crate) const $table: $crate::binds::names::Table =
            &[$((stringify!($name), concat!($($kind)?))),+];
    )+};
}

pub(crate) use binds;
