//! What is said of an employee, by gateway.yaml and by a form alike.

use crate::config::keys::ROLES;
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader};
use crate::model::world::Said;
use crate::text::text;

/// The role; without one a cashier.
pub(in crate::config) fn role(reader: &mut Reader<'_>, fields: &Fields<'_>) -> String {
    let roles: Vec<(&str, &str)> = ROLES.iter().map(|role| (*role, *role)).collect();
    let role = given(fields, "role").and_then(|node| reader.word(node, &roles));
    role.unwrap_or("CASHIER").to_owned()
}

/// Names and phone, where any of them is said.
pub(in crate::config) fn said(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Box<Said>> {
    let mut name_of = |key| given(fields, key).and_then(|node| reader.text(node));
    let last_name = name_of("last_name").map(|text| text.text.into_owned());
    let patronymic_name = name_of("patronymic_name").map(|text| text.text.into_owned());
    // null is somebody without a phone, no key somebody whose phone was not said.
    let phone = fields.get("phone").map(|node| match node.is_null() {
        true => None,
        false => reader.parsed(node, "a phone", |text| {
            digits(text).ok_or_else(|| text!("write digits only, as in 79161234567"))
        }),
    });
    let said = Said { last_name, patronymic_name, phone, made_ms: None };
    (said != Said::default()).then(|| Box::new(said))
}

fn given<'n>(fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
    fields.get(key).filter(|node| !node.is_null())
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
