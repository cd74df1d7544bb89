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
