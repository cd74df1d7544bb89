//! What the API may say of an entry. Apps have the keys of gateway.yaml.

use crate::config::keys::Shape::{Count, List, Text, Word};
use crate::config::keys::{ROLES, Section, may, must};

pub(super) const USER: Section = Section {
    about: "A user of Evotor Cloud, the owner of stores.",
    keys: &[must("id", Text, "Such as 01-000000000000001.")],
};

pub(super) const STORE: Section = Section {
    about: "A store.",
    keys: &[
        must("uuid", Text, "Such as 20240105-1A2B-40C3-80D4-E5F60718293A."),
        must("name", Text, "name it for people"),
        may("address", Text, "Postal address."),
        must("user", Text, "give the id of its owner"),
    ],
};

pub(super) const DEVICE: Section = Section {
    about: "A smart-terminal.",
    keys: &[
        must("uuid", Text, "Such as 20240105-9F8E-407D-80C6-B5A493827160."),
        may("name", Text, "Name for people."),
        may("imei", Text, "The 15 digits, where known."),
        must("store", Text, "give the uuid of its store"),
    ],
};

pub(super) const EMPLOYEE: Section = Section {
    about: "An employee.",
    keys: &[
        must("uuid", Text, "Such as 20240106-44AA-40BB-80CC-DDEEFF001122."),
        must("name", Text, "give the first name"),
        may("last_name", Text, "Family name."),
        may("patronymic_name", Text, "After the father."),
        may("phone", Count, "Digits only."),
        may("role", Word(ROLES), "Default CASHIER."),
        must("stores", List(&Text), "list the uuids of stores"),
    ],
};
