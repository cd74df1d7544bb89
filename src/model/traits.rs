//! What `gateway.yaml` does not say of an entity. It follows from the identifier.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moment::DAY_MS;
use super::seeded::Seeded;
use super::world::{Device, Employee};

/// A person's names.
#[derive(Debug)]
pub struct Name {
    /// Given name.
    pub first: String,
    /// Family name.
    pub last: String,
    /// After the father.
    pub patronymic: String,
}

impl Name {
    /// A second word of the configured name is the last name, unless another one was said.
    pub fn of(employee: &Employee) -> Self {
        let Self { first, last, patronymic } = Self::followed(employee);
        let Some(said) = &employee.said else { return Self { first, last, patronymic } };
        Self {
            first: if said.last_name.is_some() { employee.name.clone() } else { first },
            last: said.last_name.clone().unwrap_or(last),
            patronymic: said.patronymic_name.clone().unwrap_or(patronymic),
        }
    }

    fn followed(employee: &Employee) -> Self {
        let (first, rest) = employee.name.split_once(' ').unwrap_or((&employee.name, ""));
        let woman = first.ends_with(['а', 'я']);
        let mut chance = Seeded::entity(&employee.uuid, "name");
        let stem = chance.one_of(&STEMS).copied().unwrap_or_default();
        let father = chance.one_of(&FATHERS).copied().unwrap_or_default();
        let last = match rest.trim() {
            "" => format!("{stem}{}", if woman { "а" } else { "" }),
            written => written.to_owned(),
        };
        let patronymic = format!("{father}{}", if woman { "на" } else { "ич" });
        Self { first: first.to_owned(), last, patronymic }
    }
}

/// A mobile number, as a number; none of somebody who was made without one.
pub fn phone(employee: &Employee) -> Option<u64> {
    let followed = || {
        let digits = Seeded::entity(&employee.uuid, "phone").digits(9);
        format!("79{digits}").parse().ok()
    };
    employee.said.as_ref().and_then(|said| said.phone).unwrap_or_else(followed)
}

/// When an employee was made.
pub fn hired_ms(employee: &Employee) -> i64 {
    let said = employee.said.as_ref().and_then(|said| said.made_ms);
    said.unwrap_or_else(|| created_ms(&employee.uuid))
}

/// Has the form of a store's id; the same for all who have the role.
pub fn role(role: &str) -> String {
    Seeded::entity(role, "role").dated("20210630")
}

/// 14 digits.
pub fn serial_number(device: &Device) -> String {
    format!("003074{}", Seeded::entity(&device.uuid, "serial").digits(8))
}

/// The date at the head of the identifier (evotor.md, section 4), at some time of that day.
pub fn created_ms(id: &str) -> i64 {
    let date = id.get(..8).and_then(|head| Date::strptime("%Y%m%d", head).ok());
    let start = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    let start = start.map_or(UNKNOWN_MS, |start| start.timestamp().as_millisecond());
    let day = u32::try_from(DAY_MS).unwrap_or(u32::MAX);
    start.saturating_add(Seeded::entity(id, "created").below(day))
}

const STEMS: [&str; 6] = ["Иванов", "Петров", "Соколов", "Кузнецов", "Морозов", "Волков"];
const FATHERS: [&str; 5] = ["Иванов", "Петров", "Павлов", "Олегов", "Борисов"];
/// 2018-04-17, as in the vendor's samples.
const UNKNOWN_MS: i64 = 1_523_923_200_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Name {
        let uuid = "20240106-44AA-40BB-80CC-DDEEFF001122".to_owned();
        Name::of(&Employee { uuid, name: name.to_owned(), ..Employee::default() })
    }

    #[test]
    fn last_names_and_patronymics_agree_with_first_names() {
        assert!(named("Анна").last.ends_with("ова"));
        assert!(named("Анна").patronymic.ends_with("овна"));
        assert!(named("Иван").last.ends_with("ов"));
        assert!(named("Иван").patronymic.ends_with("ович"));
    }

    #[test]
    fn a_last_name_that_is_written_is_kept() {
        assert_eq!(named("Анна Каренина").first, "Анна");
        assert_eq!(named("Анна Каренина").last, "Каренина");
    }

    #[test]
    fn an_entity_was_made_on_the_day_its_identifier_names() {
        let day = |id: &str| created_ms(id) / DAY_MS;
        assert_eq!(day("20240105-1A2B-40C3-80D4-E5F60718293A"), 19_727);
        assert_eq!(day("я"), UNKNOWN_MS / DAY_MS);
        assert_eq!(day("99999999-1A2B"), UNKNOWN_MS / DAY_MS);
    }
}
