//! The machinery: sockets, connections, framing, bodies, upstream pools. It knows HTTP and nothing
//! of Evotor; what is served is a [`serve::Handler`].

pub mod aside;
pub mod body;
pub mod bounded;
pub mod conn;
pub mod descriptors;
pub mod gate;
mod gather;
pub mod holder;
pub mod inbound;
pub mod listen;
mod memory;
pub mod outbound;
pub mod priority;
pub mod serve;
pub mod spoil;
mod sweep;
pub mod tape;
pub mod transcript;
mod tunnel;
pub mod upstream;
mod wire;
pub mod worker;
