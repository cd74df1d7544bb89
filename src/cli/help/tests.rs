use std::collections::{BTreeMap, BTreeSet};

use clap::{Command, CommandFactory};

use super::super::Cli;
use super::*;

/// The catalogue in the order of its file.
fn catalogue() -> Vec<(String, String)> {
    let read: serde_json::Map<_, _> = serde_json::from_str(catalogue::RUSSIAN).unwrap();
    read.into_iter().map(|(key, words)| (key, words.as_str().unwrap().to_owned())).collect()
}

/// Every command by its words.
fn commands(command: &Command, above: &str, found: &mut BTreeMap<String, Command>) {
    let name = format!("{above} {}", command.get_name());
    for below in command.get_subcommands() {
        commands(below, &name, found);
    }
    found.insert(name.trim().to_owned(), command.clone());
}

fn all(mut command: Command) -> BTreeMap<String, Command> {
    let mut found = BTreeMap::new();
    command.build();
    commands(&command, "", &mut found);
    assert!(found.len() > 60, "{}", found.len());
    found
}

/// What help says in English, by clap's own parts.
fn texts() -> BTreeSet<String> {
    use layout::{ARGUMENTS, COMMANDS, DEFAULT, OPTIONS, USAGE, VALUES, VARIABLE};
    let headings = [USAGE, COMMANDS, ARGUMENTS, OPTIONS, VARIABLE, DEFAULT, VALUES];
    let mut texts: BTreeSet<_> = headings.map(str::to_owned).into();
    for (name, command) in all(Cli::command()) {
        assert!(command.get_about().is_some(), "{name} says nothing");
        assert!(command.get_before_help().is_none() && command.get_after_long_help().is_none());
        assert!(command.get_subcommand_help_heading().is_none(), "{name}");
        let whole = [command.get_about(), command.get_long_about()];
        let mut said: Vec<_> = whole.into_iter().flatten().map(ToString::to_string).collect();
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        said.extend(after.lines().map(str::to_owned));
        for arg in command.get_arguments() {
            assert!(arg.get_help().is_some(), "{name}: {} says nothing", arg.get_id());
            assert_eq!(arg.get_help_heading(), None, "{name}");
            let whole = [arg.get_help(), arg.get_long_help()];
            said.extend(whole.into_iter().flatten().map(ToString::to_string));
            let values = arg.get_possible_values();
            said.extend(values.iter().filter_map(|one| one.get_help()).map(ToString::to_string));
        }
        texts.extend(said.into_iter().filter(|text| !text.is_empty()));
    }
    texts
}

#[test]
fn every_text_of_help_has_words_in_russian_and_none_is_left_over() {
    let texts = texts();
    let catalogue: BTreeMap<_, _> = catalogue().into_iter().collect();
    let missing: Vec<_> = texts.iter().filter(|&text| !catalogue.contains_key(text)).collect();
    assert!(missing.is_empty(), "src/cli/help/ru.json has no words for {missing:#?}");
    let mistakes = include_str!("mistakes.rs");
    let is_said = |text: &String| texts.contains(text) || mistakes.contains(&format!("\"{text}\""));
    let left: Vec<_> = catalogue.keys().filter(|&text| !is_said(text)).collect();
    assert!(left.is_empty(), "no help says {left:#?}");
}

#[test]
fn the_words_are_russian_keep_their_gaps_and_are_sorted() {
    let is_cyrillic = |letter: char| ('а'..='я').contains(&letter.to_ascii_lowercase());
    let gaps = |text: &str| {
        let gaps = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        gaps.map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>()
    };
    let catalogue = catalogue();
    for (text, words) in &catalogue {
        assert!(words.chars().any(is_cyrillic), "{text}: {words}");
        assert_eq!(gaps(text), gaps(words), "{text}");
    }
    assert!(catalogue.is_sorted_by_key(|(text, _)| text), "src/cli/help/ru.json is not sorted");
}

#[test]
fn no_help_in_russian_has_an_english_text() {
    // `fish: COMMAND` is a part of its own words.
    let is_whole = |text: &str, words: &str| text.contains(' ') && !words.contains(text);
    let sentences: Vec<_> =
        catalogue().into_iter().filter(|(text, words)| is_whole(text, words)).collect();
    let clap = ["Usage:", "Commands:", "Arguments:", "Options:", "[env:", "[default:", "[possible"];
    let russian = layout::laid_out(command::<Cli>(Language::Russian));
    for (name, command) in all(russian) {
        for said in [command.clone().render_help(), command.clone().render_long_help()] {
            // Wide enough for no line to be broken.
            let said = said.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            let english = sentences.iter().map(|(text, _)| text.as_str()).chain(clap);
            let found: Vec<_> = english.filter(|text| said.contains(text)).collect();
            assert!(found.is_empty(), "{name} says {found:#?}");
            assert!(said.contains("Использование:"), "{said}");
        }
    }
}

/// Behind the longest name, in the 100 columns that help has where no terminal says more.
#[test]
fn the_text_of_a_command_fits_its_line_in_the_list() {
    for language in Language::ALL {
        for (name, command) in all(command::<Cli>(language)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let is_listed = name.contains(' ');
            assert!(!is_listed || about.chars().count() <= 78, "{name}: {about}");
        }
    }
}

#[test]
fn help_is_plain() {
    let odd = ["befall", "befell", "anew", "lest", "whoever", "whom", "told", "is no", "spoken"];
    for text in texts() {
        let words = text.to_lowercase();
        let words: Vec<_> = words
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|one| !one.is_empty())
            .collect();
        let said = format!(" {} ", words.join(" "));
        let found = odd.iter().find(|odd| said.contains(&format!(" {odd} ")));
        assert_eq!(found, None, "{text}");
    }
}

#[test]
fn the_language_is_that_of_the_option_then_of_the_variable_then_of_the_locale() {
    let of = |line: &str, set: &'static [(&str, &str)]| {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        language(&args, |name| {
            set.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned())
        })
    };
    let russian = &[("LANG", "ru_RU.UTF-8")][..];
    let english = &[("EVOTOR_GATEWAY_LANG", "en"), ("LANG", "ru_RU.UTF-8")][..];
    for (line, set) in [
        ("x --lang ru --help", &[][..]),
        ("x tail --lang=ru -h", english),
        ("x help world list", russian),
        ("x --lang xx", russian),
        ("x --lang", russian),
        ("x exec -- y --lang en", russian),
    ] {
        assert_eq!(of(line, set), Language::Russian, "{line}");
    }
    for (line, set) in [
        ("x --help", english),
        ("x --help", &[][..]),
        ("x --lang en --help", russian),
        ("x exec -- y --lang ru", &[][..]),
        ("x --language ru", &[][..]),
    ] {
        assert_eq!(of(line, set), Language::English, "{line}");
    }
}
