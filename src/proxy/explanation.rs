//! Why a URL is allowed or refused, rule by rule. Pure; the console shows it.

use serde::Serialize;

use super::asked::Asked;
use super::decide;
use super::snapshot::Snapshot;
use crate::config::meant::Rule;
use crate::pattern::Steps;
use crate::text::{Text, text};

/// Rules shown of an app that has many: the deciding one is always among them.
const SHOWN: usize = 50;
/// Steps for all that is told of them: many times what a request has, and still little time.
const STEPS: usize = 5 * Steps::OF_A_REQUEST;

/// A verdict and how it came about.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Explanation {
    /// Whether the URL is allowed.
    pub allowed: bool,
    /// The verdict in words.
    pub sentence: Text,
    /// How each rule fared.
    pub rules: Vec<Tried>,
    /// A rule that would allow the URL and what lies beside it.
    pub suggestion: Option<String>,
}

/// A rule held against the URL.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Tried {
    /// From 1, in the order of gateway.yaml.
    pub number: usize,
    /// As written.
    pub pattern: String,
    /// Whether it matches.
    pub matches: bool,
    /// Characters of the URL after which a match was no longer possible.
    pub stops_at: usize,
}

/// Explains the verdict on a URL for the app at a place of the configuration.
pub fn explanation(url: &str, app: usize, known: &Snapshot) -> Option<Explanation> {
    let rules = &known.config.apps.get(app)?.allow;
    let asked = match Asked::of_url(url) {
        Ok(asked) => asked,
        Err(fault) => {
            let sentence = fault.detail;
            return Some(Explanation { allowed: false, sentence, rules: vec![], suggestion: None });
        }
    };
    let mut steps = Steps::new(STEPS);
    let verdict = decide::decide(&asked, app, known, &mut None);
    let (allowed, deciding, sentence) = match &verdict {
        Ok(allowed) => {
            let source = rules.get(allowed.rule).map_or("", |rule| rule.pattern.source());
            let sentence =
                text!("Allowed by rule {rule}, `{source}`.", rule = allowed.rule + 1, source);
            (true, Some(allowed.rule), sentence)
        }
        Err(fault) => {
            let nearest =
                decide::nearest(&asked.url, rules, &mut steps).map(|nearest| nearest.rule);
            (false, nearest, fault.detail.clone().and(fault.hint.clone()))
        }
    };
    let matched = deciding.filter(|_| allowed);
    let tried =
        |(at, rule): (usize, &Rule)| tried(&asked.url, at, rule, matched == Some(at), &mut steps);
    let shown = rules.iter().enumerate().filter(|(at, _)| *at < SHOWN || deciding == Some(*at));
    let rules = shown.map(tried).collect();
    let suggestion = (!allowed).then(|| suggestion(&asked));
    Some(Explanation { allowed, sentence, rules, suggestion })
}

fn tried(url: &str, at: usize, rule: &Rule, matches: bool, steps: &mut Steps) -> Tried {
    let reach = rule.pattern.reach_within(url, steps);
    let stops_at = url.get(..reach).map_or(reach, |before| before.chars().count());
    let pattern = rule.pattern.source().to_owned();
    Tried { number: at + 1, pattern, matches, stops_at }
}

/// The URL's own folder, whatever follows.
fn suggestion(asked: &Asked) -> String {
    let path = asked.path().split('?').next().unwrap_or_default();
    let folder = path.rfind('/').map_or("/", |slash| path.get(..=slash).unwrap_or("/"));
    format!("{}{}.*", escaped(asked.origin()), escaped(folder))
}

/// As a Java pattern that matches just this.
fn escaped(text: &str) -> String {
    let special = |letter: char| r"\.[]{}()*+-?^$|".contains(letter);
    text.chars()
        .flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter]))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    #[test]
    fn the_suggested_rule_matches_the_url_it_was_made_for() {
        for url in
            ["https://a-b.example.ru/api/v2/orders?x=1", "http://x/", "http://x:8080/(a)/b+c"]
        {
            let asked = Asked::of_url(url).unwrap();
            let pattern = Pattern::compile(&suggestion(&asked)).unwrap();
            assert_eq!(pattern.matches(&asked.url), Ok(true), "{url}");
            assert_eq!(pattern.matches("http://elsewhere/"), Ok(false));
        }
    }
}
