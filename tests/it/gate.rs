//! The byte gate, over whole streams: a corpus, an independent reader, and hyper itself.

mod corpus;
mod differential;
mod hyper;
mod reference;
mod stream;
