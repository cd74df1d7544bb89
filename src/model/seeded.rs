//! Values that look random and are not: the same seed gives the same ones.

use uuid::Builder;

/// A stream of numbers, by the splitmix64 method.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// The stream of one part of an event, so that parts do not depend on each other.
    pub fn part(seed: u64, part: &str) -> Self {
        Self(fnv(part.as_bytes(), OFFSET ^ seed.wrapping_mul(STEP)))
    }

    /// The stream of an entity, whatever event it appears in. Identifiers have no case.
    pub fn entity(id: &str, part: &str) -> Self {
        Self(fnv(part.as_bytes(), fnv(id.to_ascii_uppercase().as_bytes(), OFFSET)))
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 that is less than `end`; 0 where that is 0.
    pub fn below(&mut self, end: u32) -> i64 {
        i64::from(u32::try_from(self.word() % u64::from(end.max(1))).unwrap_or_default())
    }

    /// One of several; none of none.
    pub fn one_of<'t, T>(&mut self, many: &'t [T]) -> Option<&'t T> {
        let at = self.below(u32::try_from(many.len()).unwrap_or(u32::MAX));
        many.get(usize::try_from(at).unwrap_or_default())
    }

    /// A uuid4 in lower case, as documents and events have it.
    pub fn uuid(&mut self) -> String {
        let bytes = (u128::from(self.word()) << 64) | u128::from(self.word());
        Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid().to_string()
    }

    /// `YYYYMMDD-XXXX-40XX-80XX-XXXXXXXXXXXX` with the date given: the form that stores, devices,
    /// employees and roles have.
    pub fn dated(&mut self, date: &str) -> String {
        let (a, b) = (self.word(), self.word());
        format!(
            "{date}-{:04X}-40{:02X}-80{:02X}-{:012X}",
            a & 0xffff,
            (a >> 16) & 0xff,
            (a >> 24) & 0xff,
            b >> 16
        )
    }

    /// 16 hexadecimal digits in lower case.
    pub fn hex(&mut self) -> String {
        format!("{:016x}", self.word())
    }

    /// Decimal digits, the first of them not 0.
    pub fn digits(&mut self, count: usize) -> String {
        let first = 1 + self.below(9);
        let rest = (1..count).map(|_| self.below(10).to_string());
        first.to_string() + &rest.collect::<String>()
    }
}

fn fnv(bytes: &[u8], start: u64) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_values_and_another_gives_others() {
        let uuid = |seed, part| Seeded::part(seed, part).uuid();
        assert_eq!(uuid(7, "sale"), uuid(7, "sale"));
        assert_ne!(uuid(7, "sale"), uuid(8, "sale"));
        assert_ne!(uuid(7, "sale"), uuid(7, "trace"));
    }

    #[test]
    fn the_first_numbers_are_splitmix64s() {
        let mut stream = Seeded(1_234_567);
        assert_eq!(stream.word(), 6_457_827_717_110_365_317);
        assert_eq!(stream.word(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn an_entity_has_the_same_values_in_either_case() {
        let phone = |id| Seeded::entity(id, "phone").digits(9);
        assert_eq!(phone("20240105-1A2B"), phone("20240105-1a2b"));
        assert_ne!(phone("20240105-1A2B"), phone("20240105-1A2C"));
    }

    #[test]
    fn a_choice_of_none_is_none() {
        assert_eq!(Seeded::part(1, "").one_of::<u8>(&[]), None);
        assert_eq!(Seeded::part(1, "").below(0), 0);
    }
}
