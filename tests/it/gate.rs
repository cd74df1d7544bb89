//! The byte gate, over whole streams: a corpus, an independent reader, and hyper itself.

#![allow(clippy::unwrap_used)]

mod chunk_reference;
mod corpus;
mod differential;
mod heads;
mod hyper;
mod property;
mod reference;
mod stream;
