//! `/stores/{store}/product-groups`.

use super::form::{self, Form};
use super::shelf::{self, Line};
use crate::cloud::routes::Table;
use crate::store::goods::Kind;

pub(super) fn routes() -> Table {
    shelf::routes::<Groups>("/stores/{store}/product-groups")
}

struct Groups;

impl Line for Groups {
    const KIND: Kind = Kind::Group;
    const FORM: Form = form::GROUP;
    const CHANGES: &'static [&'static str] = &[];
    const WORD: &'static str = "product-group";
}
