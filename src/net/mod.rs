//! The machinery: sockets, connections, framing, bodies, upstream pools. It knows HTTP and nothing
//! of Evotor; what is served is a [`serve::Handler`].

pub mod address;
pub mod aside;
pub mod body;
pub mod bounded;
pub mod budget;
pub mod collect;
pub mod conn;
pub mod descriptors;
pub mod gate;
mod gather;
pub mod handshake;
mod heading;
pub mod holder;
mod http2;
pub mod inbound;
pub mod listen;
mod memory;
pub mod names;
mod opening;
pub mod outbound;
pub mod priority;
pub mod raw_target;
pub mod request;
mod respell;
pub mod rewind;
pub mod serve;
pub mod spoil;
mod stall;
mod sweep;
pub mod tape;
pub mod transcript;
mod tunnel;
pub mod unpack;
pub mod upstream;
mod wire;
pub mod worker;
