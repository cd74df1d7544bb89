//! The forms that identifiers have in the vendor's cloud.

/// What an identifier should look like and does not; nothing where it has a live one's form, or nobody
/// knows that of the key.
pub(in crate::config) fn misformed(noun: &str, key: &str, id: &str) -> Option<&'static str> {
    let (fits, form) = match (noun, key) {
        ("user", "id") => (is_user(id), "01- and 15 digits, as in 01-000000000000001"),
        ("app", "id") => (is_uuid(id), "a UUID, as on the developer portal"),
        (_, "imei") => (is_imei(id), "15 digits"),
        (_, "uuid") => (
            is_dated(id) || is_uuid(id),
            "a day and a UUID's other parts, as in 20240105-1A2B-40C3-80D4-E5F60718293A",
        ),
        _ => (true, ""),
    };
    (!fits).then_some(form)
}

fn is_user(id: &str) -> bool {
    id.split_once('-').is_some_and(|(first, rest)| is_digits(first, 2) && is_digits(rest, 15))
}

fn is_imei(id: &str) -> bool {
    is_digits(id, 15)
}

/// `20240105-1A2B-40C3-80D4-E5F60718293A`.
fn is_dated(id: &str) -> bool {
    id.split_once('-').is_some_and(|(day, _)| is_digits(day, 8)) && is_uuid(id)
}

fn is_uuid(id: &str) -> bool {
    let mut parts = id.split('-');
    let fit = [8, 4, 4, 4, 12].into_iter().all(|length| {
        let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
        parts.next().is_some_and(|part| part.len() == length && is_hex(part))
    });
    fit && parts.next().is_none()
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_identifiers_fit_and_others_are_told_their_form() {
        for (noun, key, id) in [
            ("user", "id", "01-000000000000001"),
            ("store", "uuid", "20240105-1A2B-40C3-80D4-E5F60718293A"),
            ("device", "uuid", "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11"),
            ("device", "imei", "352099001761481"),
            ("app", "id", "5C0D1A35-8c5e-4f2b-9a52-0d6f3f0f7a11"),
        ] {
            assert_eq!(misformed(noun, key, id), None, "{id}");
        }
        for (noun, key, id) in [
            ("user", "id", "ivanov"),
            ("store", "uuid", "not-a-uuid"),
            ("employee", "uuid", "20240105-1A2B-40C3-80D4-E5F60718293AB"),
            ("device", "imei", "123"),
            ("app", "id", "loyalty"),
        ] {
            assert!(misformed(noun, key, id).is_some(), "{id}");
        }
    }
}
