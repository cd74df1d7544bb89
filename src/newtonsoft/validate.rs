//! One pass over a document beside its schema; errors in the order of the text.

mod scalar;

use super::reader::{Reader, Token, Unreadable};
use super::report::Report;
use super::schema::{Additional, Id, Node, Schema, name};

/// The errors of a document that can be read to its end.
pub(super) fn run(schema: &Schema, text: &str) -> Result<Report, Unreadable> {
    let mut validation = Validation {
        schema,
        reader: Reader::new(text),
        levels: Vec::with_capacity(8),
        seen: Vec::new(),
        next: Some(schema.root()),
        report: Report::default(),
    };
    while let Some(token) = validation.reader.next_token()? {
        validation.token(&token);
    }
    Ok(validation.report)
}

/// A container that is open. Without a schema nothing in it is checked.
#[derive(Debug, Clone, Copy)]
struct Level<'s> {
    node: Option<&'s Node>,
    array: bool,
    items: u64,
    /// Where the marks of its required members begin.
    seen: usize,
}

struct Validation<'s, 'a> {
    schema: &'s Schema,
    reader: Reader<'a>,
    levels: Vec<Level<'s>>,
    /// For every open object, which of its required members have come.
    seen: Vec<bool>,
    /// What the next value of an object has to obey.
    next: Option<Id>,
    report: Report,
}

impl<'s> Validation<'s, '_> {
    fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Name(_) => self.name(token),
            Token::EndObject | Token::EndArray => self.end(),
            _ => self.value(token),
        }
    }

    fn name(&mut self, token: &Token<'_>) {
        self.next = None;
        let Token::Name(text) = token else { return };
        let Some((node, seen)) =
            self.levels.last().and_then(|level| Some((level.node?, level.seen)))
        else {
            return;
        };
        let name = text.decode();
        let member = node.members.get(name.as_ref()).copied().unwrap_or_default();
        if let Some(mark) = member.required.and_then(|at| self.seen.get_mut(seen + at)) {
            *mark = true;
        }
        self.next = member.schema;
        match node.additional {
            _ if member.schema.is_some() => {}
            Additional::Free => {}
            Additional::Schema(id) => self.next = Some(id),
            Additional::Refused => {
                let error = format!(
                    "Property '{name}' has not been defined and the schema does not allow \
                     additional properties."
                );
                self.report.add(&mut self.reader, token, &error);
            }
        }
    }

    fn value(&mut self, token: &Token<'_>) {
        let id = match self.levels.last_mut() {
            Some(level) if level.array => {
                level.items += 1;
                level.node.and_then(|node| node.items)
            }
            _ => self.next.take(),
        };
        let mut node = id.and_then(|id| self.schema.node(id));
        if let Some(asked) = node
            && !self.obeys(asked, token)
        {
            node = None;
        }
        if matches!(token, Token::StartObject | Token::StartArray) {
            let seen = self.seen.len();
            let array = matches!(token, Token::StartArray);
            if let Some(node) = node.filter(|_| !array) {
                self.seen.resize(seen + node.required.len(), false);
            }
            self.levels.push(Level { node, array, items: 0, seen });
        }
    }

    /// Whether the type is right; what else is wrong is only reported.
    #[inline]
    fn obeys(&mut self, node: &Node, token: &Token<'_>) -> bool {
        if !node.types.allow(token) {
            let (types, got) = (node.types.list(), name(token));
            let error = format!("Invalid type. Expected {types} but got {got}.");
            self.report.add(&mut self.reader, token, &error);
            return false;
        }
        if !node.plain {
            let (report, reader) = (&mut self.report, &mut self.reader);
            scalar::check(node, token, |error| report.add(reader, token, &error));
        }
        true
    }

    fn end(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        if let Some(node) = level.node {
            if level.array {
                self.count(node, level.items);
            } else {
                self.missing(node, level.seen);
            }
        }
        self.seen.truncate(level.seen);
    }

    fn missing(&mut self, node: &'s Node, seen: usize) {
        let marks = self.seen.get(seen..).unwrap_or_default();
        if marks.iter().all(|mark| *mark) {
            return;
        }
        let missing = node.required.iter().zip(marks).filter(|(_, mark)| !**mark);
        let names = missing.map(|(name, _)| name.as_ref()).collect::<Vec<_>>().join(", ");
        let error = format!("Required properties are missing from object: {names}.");
        self.report.add(&mut self.reader, &Token::EndObject, &error);
    }

    fn count(&mut self, node: &Node, items: u64) {
        let bounds = node.count;
        let least = bounds.least.filter(|least| items < *least);
        let most = bounds.most.filter(|most| items > *most);
        for (bound, how) in [(most, "exceeds maximum"), (least, "is less than minimum")] {
            if let Some(bound) = bound {
                let error = format!("Array item count {items} {how} count of {bound}.");
                self.report.add(&mut self.reader, &Token::EndArray, &error);
            }
        }
    }
}
