//! The byte gate, over whole streams: a corpus, an independent reader, and hyper itself.

mod chunk_reference;
mod corpus;
mod differential;
mod hyper;
mod property;
mod reference;
mod stream;
