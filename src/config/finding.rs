//! One mistake or warning, with its place, as it is shown.

use std::sync::Arc;

use crate::text::{Language, Text};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

/// One mistake or warning about `gateway.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the file is refused for it.
    pub severity: Severity,
    /// The file as it was named.
    pub file: Arc<str>,
    /// Where; `None` where the file as a whole is meant.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: Text,
    /// What to change.
    pub help: Option<Text>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is taken.
    Warning,
}

/// A place and what is shown of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// In characters; 0 is a point.
    pub width: usize,
    /// What is shown of the line, at most 200 characters round the place and a mark where it is cut;
    /// secrets masked. `None` where it is not text.
    pub text: Option<String>,
    /// Characters by which `text` begins behind the line.
    pub skipped: usize,
}

impl Finding {
    /// The finding with its source line and a caret, for a terminal.
    pub fn render(&self, color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let language = Language::of_scope();
        let message = self.message.in_language(language);
        let help = self.help.as_ref().map(|help| help.in_language(language));
        let mut group = Group::with_title(level.primary_title(&*message));
        group = match self.snippet() {
            Some(snippet) => group.element(snippet),
            None => group.element(self.origin()),
        };
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(&**help));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        self.placed(renderer.render(&[group]))
    }

    /// The column that is shown is that in the part of the line; a cut line needs another.
    fn placed(&self, rendered: String) -> String {
        let Some(Place { line, column, skipped: skipped @ 1.., .. }) = self.place else {
            return rendered;
        };
        let shown = format!("{}:{line}:{}", self.file, column - skipped);
        match rendered.split_once("--> ") {
            Some((title, rest)) => {
                let place = format!("{}:{line}:{column}", self.file);
                format!("{title}--> {}", rest.replacen(&shown, &place, 1))
            }
            None => rendered,
        }
    }

    /// The finding for programs.
    pub fn to_json(&self) -> Value {
        json!({
            "severity": match self.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "file": &*self.file,
            "line": self.place.as_ref().map(|place| place.line),
            "column": self.place.as_ref().map(|place| place.column),
            "message": self.message,
            "help": self.help,
        })
    }

    /// The file, and the place where its line is not shown.
    fn origin(&self) -> Origin<'_> {
        let origin = Origin::path(&*self.file);
        match &self.place {
            Some(place) => origin.line(place.line).char_column(place.column),
            None => origin,
        }
    }

    fn snippet(&self) -> Option<Snippet<'_, Annotation<'_>>> {
        let place = self.place.as_ref()?;
        let text = place.text.as_deref()?;
        let skipped =
            |columns: usize| text.char_indices().nth(columns).map_or(text.len(), |(byte, _)| byte);
        let column = place.column.saturating_sub(1 + place.skipped);
        let (start, end) = (skipped(column), skipped(column + place.width));
        let mark = AnnotationKind::Primary.span(start..end);
        Some(Snippet::source(text).line_start(place.line).path(&*self.file).annotation(mark))
    }
}
