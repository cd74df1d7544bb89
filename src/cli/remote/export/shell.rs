//! Words for bash, whatever they hold.

/// A text as one word.
pub(super) fn word(text: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    if !text.contains(|letter: char| letter.is_control()) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = String::from("$'");
    for letter in text.chars() {
        match letter {
            '\n' => word.push_str("\\n"),
            '\r' => word.push_str("\\r"),
            '\t' => word.push_str("\\t"),
            '\\' => word.push_str("\\\\"),
            // An interactive shell looks for history even here.
            '\'' | '!' => word.push_str(&format!("\\x{:02x}", u32::from(letter))),
            c if c.is_control() => {
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
