//! Names that secrets have.

/// Whether a name is a secret's, in any case and with any signs between its words: `accessToken`,
/// `X-Api-Key`, `user[password]`, `client%5Fsecret`.
pub(super) fn is_secret(name: &[u8]) -> bool {
    // The last words tell; a longer run has no more of them.
    let name = name.get(name.len().saturating_sub(LONGEST)..).unwrap_or(name);
    let plain = plain(&String::from_utf8_lossy(&unescaped(name)));
    ENDS.iter().any(|end| plain.ends_with(end))
        || WHOLE.contains(&plain.as_str())
        || RUSSIAN.iter().any(|word| plain.contains(word))
}

/// Whether a parameter of a URL's query is a secret: there some words are that mean other things in
/// bodies and fields, such as the `code` of OAuth or the `sig` of a signed link.
pub(super) fn is_secret_parameter(name: &[u8]) -> bool {
    if is_secret(name) {
        return true;
    }
    let name = name.get(name.len().saturating_sub(LONGEST)..).unwrap_or(name);
    let plain = plain(&String::from_utf8_lossy(&unescaped(name)));
    PARAMETERS.contains(&plain.as_str()) || PARAMETER_ENDS.iter().any(|end| plain.ends_with(end))
}

/// The parameter that an escaped URL ends with, as in `https%3A%2F%2Fa.ru%2F%3Fcode`.
pub(super) fn is_secret_escaped_parameter(name: &[u8]) -> bool {
    let name = unescaped(name.get(name.len().saturating_sub(LONGEST)..).unwrap_or(name));
    let start = name.iter().rposition(|byte| matches!(byte, b'?' | b'&'));
    start.and_then(|sign| name.get(sign + 1..)).is_some_and(is_secret_parameter)
}

const LONGEST: usize = 64;

const ENDS: &[&str] = &[
    "accesskey",
    "apikey",
    "authorization",
    "credentials",
    "devicesalt",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "privatekey",
    "secret",
    "secretkey",
    "secrets",
    "signedurl",
    "signingkey",
    "token",
    "tokens",
    "webhookkey",
];

const WHOLE: &[&str] = &["cookie", "pass", "pwd", "setcookie", "ключ", "ключдоступа"];

const PARAMETERS: &[&str] =
    &["auth", "code", "jwt", "key", "otp", "pin", "session", "sid", "sig", "sign"];

const PARAMETER_ENDS: &[&str] =
    &["apisig", "authcode", "authkey", "sessionid", "sessionkey", "signature"];

const RUSSIAN: &[&str] = &["пароль", "секрет", "токен"];

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Without the percent signs of a URL.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, behind)) = rest.split_first() {
        match super::known::escape(rest) {
            Some((byte, length)) => {
                bytes.push(byte);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_recognised_in_any_form() {
        for name in [
            "token",
            "access_token",
            "refreshToken",
            "X-Device-Token",
            "client_secret",
            "PASSWORD",
            "webhook_key",
            "X-Api-Key",
            "Proxy-Authorization",
            "user[password]",
            "client%5Fsecret",
            "токен_доступа",
            "Пароль",
            "pwd",
        ] {
            assert!(is_secret(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_query_has_names_of_its_own() {
        for name in ["code", "key", "sig", "X-Amz-Signature", "access_token", "session%5Fid"] {
            assert!(is_secret_parameter(name.as_bytes()), "{name}");
        }
        for name in ["", "page", "sort_key", "postcode", "keyword", "design", "barcode"] {
            assert!(!is_secret_parameter(name.as_bytes()), "{name}");
        }
        assert!(is_secret_escaped_parameter(b"https%3A%2F%2Fa.ru%2F%3Fcode"));
        assert!(!is_secret_escaped_parameter(b"code"));
    }

    #[test]
    fn other_names_are_shown() {
        for name in [
            "",
            "token_type",
            "expires_in",
            "tokenExpires",
            "key",
            "idempotency-key",
            "secretary",
            "passenger",
            "X-Signature",
            "author",
            "выключено",
        ] {
            assert!(!is_secret(name.as_bytes()), "{name}");
        }
    }
}
