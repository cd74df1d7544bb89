//! YAML text to a tree of nodes: one document, no tags, aliases within a budget.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use serde_yaml::granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span};

use super::hidden::Hidden;
use super::node::{Kind, Node, Scalar, Style};
use crate::text::{Text, text};

/// Why there is no tree.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) at: Range<usize>,
    pub(super) message: Text,
    pub(super) help: &'static str,
}

/// The root of the only document; `None` where nothing is written.
pub(super) fn tree(text: &str) -> Result<Option<Node>, Broken> {
    let hidden = Hidden::new(text);
    let mut builder = Builder {
        hidden: &hidden,
        root: None,
        documents: 0,
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
    };
    let mut options = Options::default();
    options.emit_comments = false;
    for event in Parser::new_from_str_with_options(&hidden.text, options) {
        let (event, span) = event.map_err(|error| unreadable(&error, text))?;
        builder.take(event, &span)?;
    }
    Ok(builder.root.filter(|root| !root.is_null()))
}

struct Builder<'h> {
    hidden: &'h Hidden,
    root: Option<Node>,
    documents: usize,
    open: Vec<Open>,
    /// Finished anchors, each with the number of its nodes.
    anchors: HashMap<usize, (Node, usize)>,
    aliased: usize,
}

/// A list or map whose end is not seen yet; a map's children are keys and values in turn.
struct Open {
    start: usize,
    anchor: usize,
    map: bool,
    children: Vec<Node>,
    weight: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Broken> {
        let at = span.byte_range().unwrap_or_default();
        if event.tag().is_some_and(|tag| !tag.is_yaml_core_schema()) {
            let tag = span.tag_start.and_then(|tag| tag.byte_offset());
            let at = tag.map_or(at.clone(), |tag| tag..at.start.max(tag));
            return Err(Broken::new(
                at,
                text!("a tag means nothing here"),
                "leave out the `!…` word",
            ));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let help = "keep one document; leave out what follows `---`";
                    return Err(Broken::new(at, text!("a second document begins here"), help));
                }
            }
            Event::Scalar(value, style, anchor, _) => {
                let value = self.hidden.reveal(&value, at.start);
                let scalar = Scalar { value, style: Style::from(style) };
                self.add(Node { span: at, kind: Kind::Scalar(Rc::new(scalar)) }, anchor, 1);
            }
            Event::Alias(anchor) => self.alias(anchor, at)?,
            Event::SequenceStart(_, anchor, _) => self.begin(at.start, anchor, false),
            Event::MappingStart(_, anchor, _) => self.begin(at.start, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(at.end),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, start: usize, anchor: usize, map: bool) {
        self.open.push(Open { start, anchor, map, children: Vec::new(), weight: 1 });
    }

    fn end(&mut self, end: usize) {
        let Some(done) = self.open.pop() else { return };
        let kind = if done.map {
            Kind::Map(Rc::new(pairs(done.children)))
        } else {
            Kind::List(Rc::new(done.children))
        };
        self.add(Node { span: done.start..end.max(done.start), kind }, done.anchor, done.weight);
    }

    fn alias(&mut self, anchor: usize, at: Range<usize>) -> Result<(), Broken> {
        let Some((node, weight)) = self.anchors.get(&anchor).cloned() else {
            return Err(Broken::new(
                at,
                text!("an alias inside of what it names"),
                "write the value out",
            ));
        };
        self.aliased = self.aliased.saturating_add(weight);
        if self.aliased > ALIAS_BUDGET {
            let help = "write the values out instead of nesting aliases";
            return Err(Broken::new(at, text!("the aliases of this file repeat too much"), help));
        }
        self.add(node, 0, weight);
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize, weight: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(node);
                parent.weight = parent.weight.saturating_add(weight);
            }
            None => self.root = Some(node),
        }
    }
}

impl Broken {
    pub(super) fn new(at: Range<usize>, message: impl Into<Text>, help: &'static str) -> Self {
        Self { at, message: message.into(), help }
    }
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted => Self::Single,
            ScalarStyle::DoubleQuoted => Self::Double,
            ScalarStyle::Literal | ScalarStyle::Folded => Self::Block,
        }
    }
}

fn pairs(children: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs = Vec::with_capacity(children.len() / 2);
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        pairs.push((key, value));
    }
    pairs
}

fn unreadable(error: &ScanError, text: &str) -> Broken {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    // A forbidden tab is noticed behind it.
    let at = if text.get(..at).is_some_and(|before| before.ends_with('\t')) { at - 1 } else { at };
    let help = match error.kind() {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation => {
            "indent with spaces; YAML does not take tabs"
        }
        ErrorKind::UnknownAnchor => "a value that begins with `*` must be quoted",
        ErrorKind::UnexpectedCharacter { .. } => "a value that begins so must be quoted",
        _ => "look for a quote or bracket left open, or a wrong indentation, here or above",
    };
    Broken::new(at..at, text!("this is not YAML: {info}", info = error.info()), help)
}

/// Nodes that aliases may repeat, all together; a bomb asks for billions.
const ALIAS_BUDGET: usize = 10_000;
