//! Words for bash and zsh, whatever they hold. `console/quote.js` writes the same.

/// A text as one word. A shell that does not know `$'…'` reads another one, and runs nothing of it.
pub fn word(text: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    // zsh looks for a program of the name after a first `=`.
    if !text.is_empty() && !text.starts_with('=') && text.chars().all(is_bare) {
        return text.to_owned();
    }
    // fish reads a backslash even between quotes; `$'` it refuses, the whole line with it.
    if !text.contains(|letter: char| letter == '\\' || is_hidden(letter)) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = String::from("$'");
    for letter in text.chars() {
        match letter {
            '\n' => word.push_str("\\n"),
            '\r' => word.push_str("\\r"),
            '\t' => word.push_str("\\t"),
            '\\' => word.push_str("\\\\"),
            // An interactive shell looks for history even here; a quote would end what a shell that
            // knows no `$'…'` takes for a word.
            '\'' | '!' => word.push_str(&format!("\\x{:02x}", u32::from(letter))),
            c if is_hidden(c) => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                bytes.for_each(|byte| word.push_str(&format!("\\x{byte:02x}")));
            }
            other => word.push(other),
        }
    }
    word.push('\'');
    word
}

/// Control characters, and what is not seen, breaks a line or turns the direction of writing.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn read_by_bash(words: &[String]) -> Vec<String> {
        let quoted: Vec<_> = words.iter().map(|text| word(text)).collect();
        let script = format!("printf '%s\\0' {}", quoted.join(" "));
        let output = Command::new("bash").arg("-c").arg(script).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn plain_words_stay_plain() {
        assert_eq!(word("https://a.ru/b?c"), "'https://a.ru/b?c'");
        assert_eq!(word("application/json"), "application/json");
        assert_eq!((word("").as_str(), word("it's").as_str()), ("''", "'it'\\''s'"));
    }

    #[test]
    fn what_is_not_seen_is_written_so_that_it_is() {
        assert_eq!(word("a\u{1b}]0;\u{202e}"), "$'a\\x1b]0;\\xe2\\x80\\xae'");
        assert_eq!(word("\\'!"), "$'\\\\\\x27\\x21'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn bash_reads_what_was_meant(
            words in prop::collection::vec("[^\0]{1,12}|[a-z'\"$`!\\\\\n\t*~# ]{1,12}", 1..40),
        ) {
            prop_assert_eq!(read_by_bash(&words), words);
        }
    }
}
