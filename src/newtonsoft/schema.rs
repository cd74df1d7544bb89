//! JSON Schema, draft 7: the part that describes packages, compiled.

mod load;
mod types;

use std::collections::HashMap;

use foldhash::fast::RandomState;
use regex::Regex;

pub use types::{Types, name};

/// A compiled schema.
#[derive(Debug, Clone)]
pub struct Schema {
    nodes: Vec<Node>,
    root: Id,
}

/// One schema inside a [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(usize);

/// What one schema asks for. The default asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Types allowed.
    pub types: Types,
    /// Members named anywhere in the schema.
    pub members: HashMap<Box<str>, Member, RandomState>,
    /// Names of members that must be there.
    pub required: Vec<Box<str>>,
    /// What holds for members without a schema of their own.
    pub additional: Additional,
    /// What holds for an array's elements.
    pub items: Option<Id>,
    /// The only values allowed.
    pub values: Option<Vec<serde_json::Value>>,
    /// Whether strings must be of the format `date-time`.
    pub date_time: bool,
    /// What strings must contain.
    pub pattern: Option<Regex>,
    /// Bounds of a string's length, in characters.
    pub length: Bounds<u64>,
    /// Bounds of a number.
    pub number: Bounds<f64>,
    /// Bounds of an array's length.
    pub count: Bounds<u64>,
    /// Whether anything is asked of a value beyond its type.
    pub plain: bool,
}

/// A member that a schema names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Member {
    /// Its schema, when it has one.
    pub schema: Option<Id>,
    /// Its place in the list of required members.
    pub required: Option<usize>,
}

/// Members without a schema of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Additional {
    /// May be anything.
    #[default]
    Free,
    /// May not be there.
    Refused,
    /// Have this schema.
    Schema(Id),
}

/// The least and the most.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<T> {
    /// The least.
    pub least: Option<T>,
    /// The most.
    pub most: Option<T>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { least: None, most: None }
    }
}

impl Schema {
    /// Compiles a schema from its JSON text. Keywords that would not be obeyed are refused, so that
    /// nobody relies on them.
    ///
    /// # Errors
    /// What is wrong, where in the schema, and the remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        load::load(text)
    }

    /// ASNA's schema of that name: `stocks`, `preorders`, `orders` or `transactions`. Only `stocks`
    /// asks for more than an object.
    pub fn built_in(name: &str) -> Option<Self> {
        let text = match name {
            "stocks" => include_str!("schemas/stocks.json"),
            "preorders" => include_str!("schemas/preorders.json"),
            "orders" => include_str!("schemas/orders.json"),
            "transactions" => include_str!("schemas/transactions.json"),
            _ => return None,
        };
        Self::parse(text).ok()
    }

    /// The schema of whole documents.
    pub fn root(&self) -> Id {
        self.root
    }

    /// One schema.
    pub fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}
