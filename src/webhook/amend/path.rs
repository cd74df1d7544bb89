//! Paths into a JSON value, as people write them.

use serde_json::Value;

use super::Misfit;

/// One part of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'p> {
    pub(super) text: &'p str,
    /// Written in brackets, so that it cannot be a name.
    pub(super) bracketed: bool,
}

impl Part<'_> {
    /// The place in an array, where the part is a number.
    pub(super) fn place(self) -> Option<usize> {
        let digits = !self.text.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| self.text.parse().ok()).flatten()
    }
}

/// The parts of a path as written.
pub(super) fn parts(path: &str) -> Result<Vec<Part<'_>>, Misfit> {
    let bad = || Misfit::BadPath(path.to_owned());
    let mut parts = Vec::new();
    for (at, piece) in path.split('.').enumerate() {
        let (name, mut rest) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        // A body that is an array itself begins with a bracket.
        if !name.is_empty() {
            parts.push(Part { text: name, bracketed: false });
        } else if at > 0 || rest.is_empty() {
            return Err(bad());
        }
        while !rest.is_empty() {
            let (text, after) =
                rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(bad)?;
            let part = Part { text, bracketed: true };
            part.place().ok_or_else(bad)?;
            parts.push(part);
            rest = after;
        }
    }
    if parts.len() > DEEPEST {
        return Err(Misfit::TooDeep);
    }
    Ok(parts)
}

/// For errors: the parts joined again.
pub(super) fn written(way: &[Part<'_>]) -> String {
    match way {
        [] => "the body".to_owned(),
        way => way.iter().map(|part| part.text).collect::<Vec<_>>().join("."),
    }
}

/// Every field's path, outer ones first. A body made here is not deep; one from a file is no deeper
/// than the JSON reader allows.
pub(super) fn all(value: &Value, way: &mut String, paths: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => return,
    };
    for (name, child) in children {
        let len = way.len();
        if len > 0 {
            way.push('.');
        }
        way.push_str(&name);
        paths.push(way.clone());
        all(child, way, paths);
        way.truncate(len);
    }
}

/// Deeper values could not be read back.
pub(super) const DEEPEST: usize = 100;
