//! The second version of the Cloud API: media types, pages, goods, tasks.

mod bulks;
mod by_name;
mod details;
mod employees;
mod goods;
mod loose;
mod media;
mod pages;
mod pushes;
mod shapes;
pub mod stage;
mod strict;
