//! Files that people name: read within bounds, made for their owner's eyes, and the disk they lie on.

mod disk;
mod private;
mod read;

pub use disk::{has_no_room, is_full};
pub use private::{is_open_to_others, lockable, make_folder, make_private};
pub use read::{CONFIG, DATA, PEM, SECRET, open, read, read_from, read_text};
