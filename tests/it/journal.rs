//! What the gateway keeps of exchanges, and what can be done with it.

mod kept;
mod live;
mod marks;
mod replays;
mod running;
mod stages;
