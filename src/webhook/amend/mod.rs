//! Changes to a body by hand: `--set`, `--unset` and `--invalid`.
//!
//! A path has its parts between dots; a number in an array is a place: `data.items.0.price` and
//! `data.items[0].price` are the same. The text of the body is edited in place: numbers, order, repeated
//! names, escapes and blanks stay as they are written.

mod path;
mod span;

use std::ops::Range;

use serde_json::Value;

use crate::config::nearest::nearest;
use crate::text::{Text, text};

use path::{DEEPEST, Part};
use span::{Member, Node};

/// A change that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// There is nothing that could have fields.
    NoJson,
    /// Not `path=value`.
    NoValue(String),
    /// A part of the path is empty, or a bracket is not a number's.
    BadPath(String),
    /// The body has no such field.
    Unknown {
        /// As written.
        path: String,
        /// Paths of the body that may have been meant.
        near: Vec<String>,
        /// The body's outermost fields.
        outer: Vec<String>,
    },
    /// More parts than any body has levels.
    TooDeep,
    /// Something on the way has no fields.
    NotContainer {
        /// As written.
        path: String,
        /// The part that is in the way.
        at: String,
        /// Its type.
        found: &'static str,
    },
    /// Places have no gaps.
    BeyondEnd {
        /// The array.
        at: String,
        /// Its length.
        len: usize,
    },
    /// An array's elements have no names.
    NotPlace {
        /// The array.
        at: String,
    },
}

impl Misfit {
    /// Why, and what would fit.
    pub fn text(&self) -> Text {
        match self {
            Self::NoJson => text!("the body is no JSON, so that nothing in it can be changed"),
            Self::NoValue(written) => text!(
                "`{written}` sets nothing; write path=value, such as data.type=PAYBACK",
                written
            ),
            Self::BadPath(path) => text!(
                "`{path}` is not a path; write names between dots, and places as items.0 or items[0]",
                path
            ),
            Self::Unknown { path, near, outer } => text!(
                "the body has no field `{path}`; {advice}",
                path, advice => advice(near, outer)
            ),
            Self::TooDeep => {
                text!("the path has more than {most} parts; no body is that deep", most = DEEPEST)
            }
            Self::NotContainer { path, at, found } => text!(
                "`{at}` is {found}, so `{path}` cannot be set; set `{at}` itself",
                at, found => *found, path
            ),
            Self::BeyondEnd { at, len } => {
                text!("`{at}` has {len} elements; the place of a further one is {len}", at, len)
            }
            Self::NotPlace { at } => {
                text!("`{at}` is an array; name a place in it, such as {at}.0", at)
            }
        }
    }
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for Misfit {}

/// Sets a field by `path=value`, the value taken as it is written where it is JSON, else as text.
/// Objects that are missing on the way are made, and so is an array's next element. Whatever else the
/// body holds stays as it is written. Of a repeated name the last is meant, which readers go by.
pub fn set(body: &mut String, assignment: &str) -> Result<(), Misfit> {
    let Some((path, text)) = assignment.split_once('=') else {
        return Err(Misfit::NoValue(assignment.to_owned()));
    };
    let parts = path::parts(path)?;
    let value = match span::is_json(text) {
        true => text.trim().to_owned(),
        false => quoted(text),
    };
    let mut here = root(body)?;
    for (depth, part) in parts.iter().enumerate() {
        let (way, rest) = parts.split_at(depth);
        let below = rest.get(1..).unwrap_or_default();
        let not_container =
            |found| Misfit::NotContainer { path: path.to_owned(), at: path::written(way), found };
        let (at, text) = match span::node(body, &here) {
            Node::Object(members) if !part.bracketed => {
                if let Some(member) = named(&members, part.text) {
                    here = member.value.clone();
                    continue;
                }
                let text = format!("{}:{}", quoted(part.text), made(below, &parts, &value)?);
                behind(&here, members.last().map(|last| last.value.end), text)
            }
            Node::Array(elements) => {
                let at = part.place().ok_or_else(|| Misfit::NotPlace { at: path::written(way) })?;
                if let Some(element) = elements.get(at) {
                    here = element.clone();
                    continue;
                }
                if at > elements.len() {
                    let len = elements.len();
                    return Err(Misfit::BeyondEnd { at: path::written(way), len });
                }
                let text = made(below, &parts, &value)?;
                behind(&here, elements.last().map(|last| last.end), text)
            }
            Node::Null => (here, made(rest, &parts, &value)?),
            Node::Object(_) => return Err(not_container("an object")),
            Node::Bool => return Err(not_container("true or false")),
            Node::Number => return Err(not_container("a number")),
            Node::Text => return Err(not_container("text")),
        };
        body.replace_range(at, &text);
        return Ok(());
    }
    body.replace_range(here, &value);
    Ok(())
}

/// What [`set`] adds that the body did not have: a slip, or something meant. The nearest field is named.
/// Nothing of a further element of an array, nor inside of null.
pub fn added(body: &str, assignment: &str) -> Option<Text> {
    let (path, _) = assignment.split_once('=')?;
    let parts = path::parts(path).ok()?;
    let mut here = root(body).ok()?;
    let missing = parts.iter().find(|part| match span::node(body, &here) {
        Node::Object(members) if !part.bracketed => match named(&members, part.text) {
            Some(member) => {
                here = member.value.clone();
                false
            }
            None => true,
        },
        Node::Array(elements) => match part.place().and_then(|at| elements.get(at)) {
            Some(element) => {
                here = element.clone();
                false
            }
            None => true,
        },
        _ => true,
    })?;
    if !matches!(span::node(body, &here), Node::Object(_)) {
        return None;
    }
    Some(match unknown(body, path, missing.text) {
        Misfit::Unknown { near, .. } if !near.is_empty() => text!(
            "the body had no field `{path}`, so it is added; did you mean `{near}`?",
            path,
            near = near.join("`, `")
        ),
        _ => text!("the body had no field `{path}`, so it is added", path),
    })
}

/// Removes a field, each time it comes, or an element of an array.
pub fn unset(body: &mut String, path: &str) -> Result<(), Misfit> {
    let parts = path::parts(path)?;
    let Some((last, way)) = parts.split_last() else {
        return Err(Misfit::BadPath(path.to_owned()));
    };
    let found = find(body, root(body)?, way);
    let gone: Vec<Range<usize>> = match found.as_ref().map(|at| span::node(body, at)) {
        Some(Node::Object(members)) if !last.bracketed => {
            let places: Vec<_> = members.iter().map(|m| m.key.start..m.value.end).collect();
            let gone = members.iter().enumerate().filter(|(_, member)| member.name == last.text);
            cut(&places, gone.map(|(at, _)| at))
        }
        Some(Node::Array(elements)) => {
            cut(&elements, last.place().filter(|at| *at < elements.len()).into_iter())
        }
        _ => Vec::new(),
    };
    if gone.is_empty() {
        return Err(unknown(body, path, last.text));
    }
    for place in gone.into_iter().rev() {
        body.replace_range(place, "");
    }
    Ok(())
}

/// Gives a field a value of a type that it never has: a number for text, text for all else, and an
/// object for null.
pub fn invalid(body: &mut String, path: &str) -> Result<(), Misfit> {
    let parts = path::parts(path)?;
    let last = parts.last().map_or("", |part| part.text);
    let Some(field) = find(body, root(body)?, &parts) else {
        return Err(unknown(body, path, last));
    };
    let wrong = match span::node(body, &field) {
        Node::Text => "0",
        Node::Null => "{}",
        Node::Bool | Node::Number | Node::Array(_) | Node::Object(_) => "\"invalid\"",
    };
    body.replace_range(field, wrong);
    Ok(())
}

fn root(body: &str) -> Result<Range<usize>, Misfit> {
    span::whole(body).ok_or(Misfit::NoJson)
}

/// The place of the field at a path.
fn find(body: &str, root: Range<usize>, parts: &[Part<'_>]) -> Option<Range<usize>> {
    parts.iter().try_fold(root, |here, part| match span::node(body, &here) {
        Node::Object(members) if !part.bracketed => Some(named(&members, part.text)?.value.clone()),
        Node::Array(elements) => elements.get(part.place()?).cloned(),
        _ => None,
    })
}

fn named<'m>(members: &'m [Member], name: &str) -> Option<&'m Member> {
    members.iter().rev().find(|member| member.name == name)
}

/// Where the text of a further part goes, with its comma where it needs one: behind the last part of
/// what stands `here`, or into it where it is empty.
fn behind(here: &Range<usize>, last: Option<usize>, text: String) -> (Range<usize>, String) {
    match last {
        Some(end) => (end..end, format!(",{text}")),
        None => (here.start + 1..here.start + 1, text),
    }
}

/// A value inside the objects and arrays that lead to it from what is not there yet.
fn made(missing: &[Part<'_>], whole: &[Part<'_>], value: &str) -> Result<String, Misfit> {
    let mut text = value.to_owned();
    for (at, part) in missing.iter().enumerate().rev() {
        text = match part.bracketed {
            true if part.place() == Some(0) => format!("[{text}]"),
            true => {
                let way = whole.get(..whole.len() - missing.len() + at).unwrap_or_default();
                return Err(Misfit::BeyondEnd { at: path::written(way), len: 0 });
            }
            false => format!("{{{}:{text}}}", quoted(part.text)),
        };
    }
    Ok(text)
}

/// What goes with these parts of a list, their commas included, in order and apart from each other.
fn cut(places: &[Range<usize>], gone: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let gone: Vec<usize> = gone.collect();
    // What stays at the end must not follow a comma.
    let kept = (0..places.len()).rev().find(|at| gone.binary_search(at).is_err());
    let range = |at: usize| {
        let (place, next) = (places.get(at)?, places.get(at + 1));
        Some(match kept {
            Some(kept) if at > kept => places.get(at - 1)?.end..place.end,
            _ => place.start..next.map_or(place.end, |next| next.start),
        })
    };
    gone.into_iter().filter_map(range).collect()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn unknown(body: &str, path: &str, last: &str) -> Misfit {
    let mut all = Vec::new();
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    path::all(&value, &mut String::new(), &mut all);
    let name = |path: &String| path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<_> = all.iter().map(name).collect();
    let meant = nearest(last, names.iter().map(String::as_str));
    let near = all.iter().zip(&names).filter(|(_, name)| Some(name.as_str()) == meant);
    let mut near: Vec<String> = near.map(|(path, _)| path.clone()).collect();
    // Of fields with one name those beside the missing one are meant.
    let parent = |path: &str| path.rsplit_once('.').map(|(parent, _)| parent.to_owned());
    if near.iter().any(|known| parent(known) == parent(path)) {
        near.retain(|known| parent(known) == parent(path));
    }
    near.truncate(NEAR);
    let outer = all.iter().filter(|path| !path.contains('.')).take(OUTER).cloned().collect();
    Misfit::Unknown { path: path.to_owned(), near, outer }
}

fn advice(near: &[String], outer: &[String]) -> Text {
    match (near, outer) {
        ([], []) => text!("it is empty"),
        ([], outer) => text!("it has `{fields}`", fields = outer.join("`, `")),
        (near, _) => text!("did you mean `{fields}`?", fields = near.join("`, `")),
    }
}

/// How many near fields an error names.
const NEAR: usize = 3;
/// How many of the outermost ones.
const OUTER: usize = 20;

#[cfg(test)]
mod tests;
