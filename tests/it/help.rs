//! `--help` in the reader's language, and what is said of wrong arguments.

use std::path::Path;

use crate::cli::Said;
use crate::support::gateway::command;

/// A command of a reader with this locale; help is as wide as it likes.
fn say(args: &[&str], set: &[(&str, &str)]) -> Said {
    let mut say = command(Path::new("."));
    for name in ["EVOTOR_GATEWAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
        say.env_remove(name);
    }
    say.env("COLUMNS", "1000").args(args).envs(set.iter().copied());
    Said::of(&say.output().unwrap())
}

fn has_russian(line: &str) -> bool {
    line.contains(|letter: char| ('а'..='я').contains(&letter))
}

#[test]
fn help_is_russian_by_option_variable_or_locale_at_every_depth() {
    let locale = &[("LANG", "ru_RU.UTF-8")][..];
    let variable = &[("EVOTOR_GATEWAY_LANG", "ru"), ("LANG", "en_US.UTF-8")][..];
    for (args, set, sentence) in [
        (&["--lang", "ru", "--help"][..], &[][..], "Запустить шлюз (по умолчанию)"),
        (&["-h"], locale, "Показать последние запросы и следить за новыми"),
        (&["help"], locale, "Показать последние запросы и следить за новыми"),
        (&["tail", "--help"], locale, "Фильтр запросов, например `app:loyalty"),
        (&["tail", "-h"], variable, "[по умолчанию: 20]"),
        (&["help", "world", "list"], locale, "[переменная: EVOTOR_GATEWAY_CONFIG]"),
        (&["world", "list", "--lang=ru", "-h"], &[], "Показать все записи с их источником"),
        (&["help", "help"], locale, "Показать эту справку или справку по команде"),
        (&["fault", "add", "--help"], locale, "[значения: status, delay, drip"),
        (&["exec", "--help"], locale, "- fish:       для fish: evotor-gateway exec --env=fish"),
        (&["exec", "-h"], locale, "(подробнее: --help)"),
    ] {
        let said = say(args, set).expect(&args.join(" "), 0);
        assert!(said.out.contains(sentence), "{args:?}: {}", said.out);
        assert!(said.out.contains("\nИспользование: evotor-gateway"), "{args:?}: {}", said.out);
        let english = ["Usage", "Commands:", "Arguments:", "Options:", "[default", "Print", "Show"];
        let found: Vec<_> = english.iter().filter(|&word| said.out.contains(word)).collect();
        assert!(found.is_empty(), "{args:?} says {found:?}: {}", said.out);
        // What stands beside a name, two spaces away.
        let rows = said.out.lines().filter_map(|line| line.trim().split_once("  "));
        let odd: Vec<_> = rows.filter(|(_, text)| !has_russian(text)).collect();
        assert!(odd.iter().all(|(name, _)| is_name_of_client(name)), "{args:?}: {odd:?}");
    }
}

/// The table of `exec --help` says variables of clients, which have no language.
fn is_name_of_client(name: &str) -> bool {
    ["Deno"].iter().any(|client| name.starts_with(client))
}

#[test]
fn help_is_english_unless_russian_is_asked_for() {
    for (args, set) in [
        (&["--help"][..], &[][..]),
        (&["--help"], &[("LANG", "de_DE.UTF-8")]),
        (&["--lang", "en", "--help"], &[("LANG", "ru_RU.UTF-8")]),
        (&["world", "--help"], &[("EVOTOR_GATEWAY_LANG", "en"), ("LANG", "ru_RU.UTF-8")]),
    ] {
        let said = say(args, set).expect(&args.join(" "), 0);
        for heading in ["\nUsage: evotor-gateway", "\nCommands:\n", "\nOptions:\n", "[default: "] {
            assert!(said.out.contains(heading), "{args:?}: {}", said.out);
        }
        assert!(!has_russian(&said.out), "{args:?}: {}", said.out);
    }
}

#[test]
fn the_lines_of_usage_stand_below_each_other() {
    let said = say(&["--help", "--lang", "ru"], &[]).expect("help", 0);
    let usage: Vec<_> =
        said.out.lines().skip_while(|line| !line.starts_with("Использование:")).take(2).collect();
    let at = |line: &str| line.chars().take_while(|letter| *letter != 'e').count();
    assert_eq!(at(usage[0]), at(usage[1]), "{usage:?}");
}

#[test]
fn wrong_arguments_are_told_in_russian_with_what_may_have_been_meant() {
    for (line, sentences) in [
        ("tail --no-folow", &["неизвестный аргумент «--no-folow»", "аргумент: --no-follow"][..]),
        ("tial", &["неизвестная команда «tial»", "похожая команда: "]),
        (
            "completions bsh",
            &["недопустимое значение «bsh» для «<SHELL>»", "[значения: bash, ", "bash"],
        ),
        ("run --log", &["не указано значение для «--log <LOG>»", "[значения: text, json]"]),
        (
            "verify x --within soon",
            &["недопустимое значение «soon» для «--within <5s>»: в начале должно быть"],
        ),
        ("tail --since soon", &["«--since <ID|TIME>»: "]),
        ("run --lang xx", &["недопустимое значение «xx» для «--lang <LANG>»: есть en и ru"]),
        ("--tail", &["\nИспользование: evotor-gateway [OPTIONS]\n               evotor-gateway <"]),
        ("explain", &["не указаны обязательные аргументы: \n  <URL|CODE>"]),
        ("match --jsonl a", &["аргумент «--jsonl» нельзя использовать вместе с [PATTERN]"]),
        ("open --print --print", &["аргумент «--print» нельзя указать несколько раз"]),
    ] {
        let args: Vec<_> = line.split(' ').collect();
        let said = say(&args, &[("LANG", "ru_RU.UTF-8")]).expect(line, 2);
        assert!(said.out.is_empty(), "{line}: {}", said.out);
        assert!(said.err.starts_with("ошибка: "), "{line}: {}", said.err);
        for sentence in sentences {
            assert!(said.err.contains(sentence), "{line}: {}", said.err);
        }
        assert!(said.err.ends_with("\n\nПодробнее: --help\n"), "{line}: {}", said.err);
        assert!(!said.err.contains("Usage"), "{line}: {}", said.err);
        let (sentence, _) = said.err.split_once("\n\n").unwrap();
        let english = [" a ", "there", "write", "invalid", "argument"];
        assert!(!english.iter().any(|word| sentence.contains(word)), "{line}: {sentence}");
    }
}

#[test]
fn options_that_commands_share_stand_behind_their_own() {
    for language in ["en", "ru"] {
        let said = say(&["stub", "add", "--help", "--lang", language], &[]).expect(language, 0);
        let options = said.out.lines().filter_map(|line| line.trim().split_once("--"));
        let names: Vec<_> = options.filter_map(|(_, rest)| rest.split([' ', '=']).next()).collect();
        let shared = ["admin", "config", "json", "lang", "help"];
        assert_eq!(names[names.len() - shared.len()..], shared, "{names:?}");
    }
}

#[test]
fn completions_follow_the_language() {
    for (language, sentence) in [("ru", "Показать последние запросы"), ("en", "Show the latest")]
    {
        let said = say(&["completions", "fish", "--lang", language], &[]).expect(language, 0);
        assert!(said.out.contains(sentence), "{language}: {}", said.out);
    }
}
