//! The key that signs tokens, and tokens as text (RFC 7515, 7519).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What a token says, in the documented order (asna.md, section 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) nbf: i64,
    pub(super) exp: i64,
    pub(super) iss: String,
    pub(super) aud: Vec<String>,
    pub(super) client_id: String,
    pub(super) client_access: Vec<String>,
    pub(super) scope: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
    x5t: String,
}

/// An RSA key of 2048 bits.
#[derive(Debug)]
pub(super) struct Key {
    pkcs8: Vec<u8>,
    pair: KeyPair,
    kid: String,
    x5t: String,
}

impl Key {
    /// Makes a key, PKCS#8. It takes a while.
    pub(super) fn generate() -> Option<Vec<u8>> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
        Some(der.as_ref().to_vec())
    }

    /// The key of a PKCS#8 text.
    pub(super) fn read(pkcs8: Vec<u8>) -> Option<Self> {
        let pair = KeyPair::from_pkcs8(&pkcs8).ok()?;
        let print = digest(&SHA1_FOR_LEGACY_USE_ONLY, pair.public_key().as_ref());
        let kid = print.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        let x5t = URL_SAFE_NO_PAD.encode(print.as_ref());
        Some(Self { pkcs8, pair, kid, x5t })
    }

    /// Whether it is the key of this text.
    pub(super) fn is(&self, pkcs8: &[u8]) -> bool {
        self.pkcs8 == pkcs8
    }

    /// The token of these claims.
    pub(super) fn sign(&self, claims: &Claims) -> Option<String> {
        let header = Header {
            alg: "RS256".to_owned(),
            kid: self.kid.clone(),
            typ: "JWT".to_owned(),
            x5t: self.x5t.clone(),
        };
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = encode(&serde_json::to_vec(&header).ok()?);
        let claims = encode(&serde_json::to_vec(claims).ok()?);
        let mut token = format!("{header}.{claims}");
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature).ok()?;
        token.push('.');
        token.push_str(&encode(&signature));
        Some(token)
    }

    /// What a token says, if this key has signed it.
    pub(super) fn open(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != "RS256" || header.kid != self.kid {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key());
        public.verify(signed.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::read(Key::generate().unwrap()).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            nbf: 1_491_576_607,
            exp: 1_491_580_207,
            iss: "https://sso.asna.cloud:1881".into(),
            aud: vec!["https://sso.asna.cloud:1881/resources".into(), "api".into()],
            client_id: "E45D3491-79EE-4EEA-92B2-22CEBE4BB8B5".into(),
            client_access: vec!["stocks.edit".into()],
            scope: vec!["api".into()],
        }
    }

    #[test]
    fn a_token_has_the_layout_of_the_printed_one() {
        let key = key();
        let token = key.sign(&claims()).unwrap();
        let parts: Vec<_> =
            token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        let header = String::from_utf8(parts[0].clone()).unwrap();
        let expected =
            format!(r#"{{"alg":"RS256","kid":"{}","typ":"JWT","x5t":"{}"}}"#, key.kid, key.x5t);
        assert_eq!(header, expected);
        assert_eq!((key.kid.len(), key.x5t.len(), parts[2].len()), (40, 27, 256));
        assert_eq!(key.open(&token), Some(claims()));
    }

    #[test]
    fn the_same_key_is_read_again_and_another_one_opens_nothing() {
        let key = key();
        let token = key.sign(&claims()).unwrap();
        let again = Key::read(key.pkcs8.clone()).unwrap();
        assert!(again.is(&key.pkcs8));
        assert_eq!(again.open(&token), Some(claims()));
        assert_eq!(self::key().open(&token), None);
    }

    #[test]
    fn a_token_that_was_changed_opens_nothing() {
        let key = key();
        let token = key.sign(&claims()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let other = Claims { exp: i64::MAX, ..claims() };
        let other = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&other).unwrap());
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"","typ":"JWT","x5t":""}"#);
        for forged in [
            format!("{header}.{other}.{signature}"),
            format!("{none}.{payload}."),
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            signed.to_owned(),
            String::new(),
            "a.b.c".to_owned(),
        ] {
            assert_eq!(key.open(&forged), None, "{forged}");
        }
    }
}
