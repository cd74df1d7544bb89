pub mod holder;
