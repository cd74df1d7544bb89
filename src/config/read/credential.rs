//! Secrets and the `Authorization` they make.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::config::keys::{BASIC, CREDENTIAL, SECRET_FILE};
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::header::is_field;
use crate::file;
use crate::model::token::Token;
use crate::text::{Text, text};

/// The whole `Authorization` field of `{bearer: T}`, `{raw: T}` or `{basic: {login, password}}`.
pub(super) fn credential(reader: &mut Reader<'_>, node: &Node) -> Option<Token> {
    if node.map().is_none() {
        let message = text!("a way to authorise is expected, not {noun}", noun => node.noun());
        reader.error(&node.span, message, Text::fixed(WAYS));
        return None;
    }
    let fields = reader.fields(node, &CREDENTIAL)?;
    match (fields.get("bearer"), fields.get("raw"), fields.get("basic")) {
        (Some(node), None, None) => {
            field(reader, node).map(|secret| Token::new(format!("Bearer {secret}")))
        }
        (None, Some(node), None) => field(reader, node).map(Token::new),
        (None, None, Some(node)) => basic(reader, node),
        (None, None, None) => {
            // An unknown key has been noted already.
            if node.map().is_some_and(|entries| !entries.is_empty()) {
                return None;
            }
            reader.error(&node.span, text!("a way to authorise is missing"), Text::fixed(WAYS));
            None
        }
        _ => {
            reader.error(
                &node.span,
                text!("only one way to authorise can be used"),
                Text::fixed(WAYS),
            );
            None
        }
    }
}

/// A secret that is sent in a header field.
pub(super) fn token(reader: &mut Reader<'_>, node: &Node) -> Option<Token> {
    field(reader, node).map(Token::new)
}

fn field(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let secret = secret(reader, node)?;
    if is_field(&secret) {
        return Some(secret);
    }
    let help = "use ASCII letters, digits and signs, without line ends or spaces around";
    reader.error(&node.span, text!("this secret cannot stand in a header"), Text::fixed(help));
    None
}

fn basic(reader: &mut Reader<'_>, node: &Node) -> Option<Token> {
    let fields = reader.fields(node, &BASIC)?;
    let login = fields.get("login").and_then(|node| {
        let login = secret(reader, node)?;
        if login.contains(':') {
            reader.error(
                &node.span,
                text!("a login cannot hold a colon"),
                text!("Basic ends the login there"),
            );
            return None;
        }
        Some(login)
    });
    let password = fields.get("password").and_then(|node| secret(reader, node));
    let pair = format!("{}:{}", login?, password?);
    if pair.contains(char::is_control) {
        let help = "leave out line ends and tabs";
        reader.error(
            &node.span,
            text!("login and password cannot hold control characters"),
            Text::fixed(help),
        );
        return None;
    }
    Some(Token::new(format!("Basic {}", STANDARD.encode(pair))))
}

/// A text, or the content of `{file: path}` without the line end at its end.
pub(super) fn secret(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let secret = match node.map() {
        Some(_) => from_file(reader, node)?,
        None => reader.text(node)?.text.into_owned(),
    };
    if secret.is_empty() {
        reader.error(
            &node.span,
            text!("this secret is empty"),
            text!("write it, or leave the key out"),
        );
        return None;
    }
    Some(secret)
}

fn from_file(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let fields = reader.fields(node, &SECRET_FILE)?;
    let node = fields.get("file")?;
    if !reader.is_file {
        reader.error(
            &node.span,
            text!("only gateway.yaml may name files"),
            text!("send the secret itself"),
        );
        return None;
    }
    let path = reader.path(node)?;
    reader.files.push(path.clone());
    reader.secret_files.push(path.clone());
    match file::read_text(&path, file::SECRET) {
        Ok(content) => Some(content.trim_end_matches(['\n', '\r']).to_owned()),
        Err(error) => {
            reader.unreadable(node, &error);
            None
        }
    }
}

const WAYS: &str = "write {bearer: T}, {raw: T} or {basic: {login: L, password: P}}";
