//! The one table of what the admin address answers. The router and the OpenAPI document are both made
//! from it, so that neither has what the other lacks.
//!
//! Each module lists its own rows: how an operation is called, what it takes, everything it answers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{
    Surface, access, breakpoints, clock, connect, deliveries, exchanges, faults, held, openapi,
    scenarios, settings, simulate, standing, state, status, stubs, webhooks, world,
};

/// Every operation, in the order of the document.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [
        status::operations(),
        exchanges::operations(),
        webhooks::operations(),
        deliveries::operations(),
        scenarios::operations(),
        simulate::operations(),
        clock::operations(),
        faults::operations(),
        stubs::operations(),
        breakpoints::operations(),
        held::operations(),
        world::operations(),
        state::operations(),
        connect::operations(),
        settings::operations(),
        access::session::operations(),
        openapi::operations(),
        standing::operations(),
    ];
    parts.into_iter().flatten().collect()
}

/// Every operation, served.
pub(super) fn router() -> Router<Surface> {
    operations().into_iter().fold(Router::new(), |router, row| router.route(row.path, row.handler))
}

/// How the schema of a type is had.
pub(super) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// One row of the table.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    handler: MethodRouter<Surface>,
    /// Parts of the path in braces: name, schema, meaning.
    pub(super) parts: Vec<(&'static str, Shape, &'static str)>,
    /// An object whose members are the parameters of the query.
    pub(super) query: Option<Shape>,
    /// Media type and schema.
    pub(super) body: Option<(&'static str, Shape)>,
    pub(super) answers: Vec<Answer>,
}

/// What an operation may answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) about: &'static str,
    /// Media type and schema; nothing for an empty one.
    pub(super) body: Option<(&'static str, Shape)>,
}

pub(super) const JSON: &str = "application/json";
pub(super) const PROBLEM: &str = "application/problem+json";

/// `Operation::get(PATH, HANDLER, SUMMARY)` and its like for the other methods.
macro_rules! methods {
    ($($method:ident)*) => {
        $(pub(super) fn $method<H, T>(path: &'static str, handler: H, summary: &'static str) -> Self
        where
            H: Handler<T, Surface>,
            T: 'static,
        {
            Self::new(stringify!($method), path, routing::$method(handler), summary)
        })*
    };
}

impl Operation {
    methods! { get post put patch delete }

    fn new(
        method: &'static str,
        path: &'static str,
        handler: MethodRouter<Surface>,
        summary: &'static str,
    ) -> Self {
        let (parts, answers) = (Vec::new(), Vec::new());
        Self { method, path, summary, handler, parts, query: None, body: None, answers }
    }

    /// What stands in the path in place of `{name}`.
    pub(super) fn part<T: JsonSchema>(mut self, name: &'static str, about: &'static str) -> Self {
        self.parts.push((name, shape::<T>, about));
        self
    }

    /// The parameters of the query are the members of `T`.
    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(T::json_schema);
        self
    }

    /// JSON of this type is taken.
    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some((JSON, shape::<T>));
        self
    }

    /// More bytes are taken than usual.
    pub(super) fn up_to(mut self, bytes: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self
    }

    /// JSON of this type is answered.
    pub(super) fn gives<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        self.gives_as::<T>(status, JSON, about)
    }

    /// Something else is answered.
    pub(super) fn gives_as<T: JsonSchema>(
        self,
        status: u16,
        kind: &'static str,
        about: &'static str,
    ) -> Self {
        self.answers(status, about, Some((kind, shape::<T>)))
    }

    /// Nothing is answered: 204.
    pub(super) fn gives_nothing(self, about: &'static str) -> Self {
        self.answers(204, about, None)
    }

    /// Nothing but a head of another status is answered.
    pub(super) fn gives_nothing_but(self, status: u16, about: &'static str) -> Self {
        self.answers(status, about, None)
    }

    /// What may go wrong besides what may go wrong everywhere.
    pub(super) fn fails(self, status: u16, about: &'static str) -> Self {
        self.answers(status, about, Some((PROBLEM, shape::<super::problem::Document>)))
    }

    fn answers(
        mut self,
        status: u16,
        about: &'static str,
        body: Option<(&'static str, Shape)>,
    ) -> Self {
        self.answers.push(Answer { status, about, body });
        self
    }
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
