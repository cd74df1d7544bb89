//! Texts compared without regard to case, the same in Rust and in SQL.
//!
//! SQLite's own `LIKE` and `lower` know ASCII alone, and shops have Russian names.

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use super::glob;

/// Gives a connection the function that the conditions of filters use.
pub fn install(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("fits", 2, flags, |arguments| {
        Ok(match (arguments.get_raw(0), arguments.get_raw(1)) {
            (ValueRef::Text(text), ValueRef::Text(pattern)) => {
                glob::fits(&fold(&String::from_utf8_lossy(text)), &String::from_utf8_lossy(pattern))
            }
            _ => false,
        })
    })
}

/// A text in the form in which equal ones are equal.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let is_folded = |letter: char| letter.to_lowercase().eq([letter]);
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase())
        || text.chars().all(is_folded)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: Option<&str>, pattern: &str) -> bool {
        let connection = Connection::open_in_memory().unwrap();
        install(&connection).unwrap();
        connection.query_row("SELECT fits(?, ?)", (text, pattern), |row| row.get(0)).unwrap()
    }

    #[test]
    fn sqlite_ignores_the_case_of_cyrillic_letters_too() {
        assert!(fits(Some("Касса 1"), "касса*"));
        assert!(fits(Some("КОФЕЙНЯ НА ЛЕСНОЙ"), "*лесной"));
        assert!(!fits(Some("Касса 1"), "лесной"));
    }

    #[test]
    fn nothing_is_not_a_text() {
        assert!(!fits(None, "*"));
        assert!(fits(Some(""), "*"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["", "abc", "ABC", "ЁЛКА", "Straße", "ǅ"] {
            let once = fold(text);
            assert_eq!(fold(&once), once);
        }
        assert!(matches!(fold("касса 1"), Cow::Borrowed(_)));
    }
}
