//! The secrets, and how one is recognised in whatever form.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::support::World;
use crate::support::service::Service;
use crate::support::world::USER;

/// Secrets by the place where each enters.
pub struct Plants(Vec<(&'static str, String)>);

/// Places, and the signs that a secret there may hold besides letters and digits.
const PLACES: &[(&str, &str)] = &[
    ("the user's token", "-_"),
    ("the learned token", "-"),
    ("the webhooks' password", "!"),
    ("a webhook's own token", "-._"),
    ("a webhook's own password", "$"),
    ("the app's password", "$"),
    ("the admin token", "-"),
    ("ASNA's secret", "-"),
    ("ASNA's key", "-"),
    ("a parameter", "/+="),
    ("an escaped parameter", "/"),
    ("a code", ""),
    ("a signature", "-"),
    ("a bearer", "._"),
    ("an API key", ""),
    ("a cookie", ""),
    ("a form", "/"),
    ("a JSON body", "\"\\"),
    ("an XML body", ""),
    ("a partner's answer", "\"\\/"),
    ("a partner's cookie", ""),
    ("a partner's redirect", "+"),
    ("the company's proxy", ":!"),
    ("a partner's token", "-"),
    ("a wrong ASNA secret", ""),
];

impl Plants {
    /// Other secrets for each seed.
    pub fn new(seed: u64) -> Self {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut letter = |signs: &str, at: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
            // Signs stand where neither the end that is shown nor the beginning holds them.
            let all = if (8..16).contains(&at) && at.is_multiple_of(2) && !signs.is_empty() {
                signs
            } else {
                letters
            };
            let index = usize::try_from(state >> 33).unwrap() % all.len();
            char::from(all.as_bytes()[index])
        };
        let mut value = |signs: &str| (0..24).map(|at| letter(signs, at)).collect();
        Self(PLACES.iter().map(|(place, signs)| (*place, value(signs))).collect())
    }

    /// The secret that enters at a place.
    pub fn of(&self, place: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| *name == place);
        &found.unwrap_or_else(|| panic!("nothing is planted at {place}")).1
    }

    /// The same as a URL has it.
    pub fn escaped(&self, place: &str) -> String {
        percent(self.of(place))
    }

    /// A world whose configuration has its share of them.
    pub fn world(&self, service: &Service) -> World {
        let quoted = |place: &str| format!("'{}'", self.of(place));
        let (secret, key) = (quoted("ASNA's secret"), quoted("ASNA's key"));
        let client = format!(
            "{{id: {CLIENT}, secret: {secret}, webhook_key: {key}, stores: [BC164E55-B612-4A04-800B-34CCF10F6858]}}"
        );
        let auth = format!(
            "auth: {{basic: {{login: crm, password: {}}}}}",
            quoted("the webhooks' password")
        );
        let auths = format!(
            "auths: {{receipts: {{bearer: {}}}, employees: {{basic: {{login: crm, password: {}}}}}}}",
            quoted("a webhook's own token"),
            quoted("a webhook's own password")
        );
        let base = format!("http://{}", service.partner.addr);
        let stock = format!(
            "  - id: {STOCK}\n    name: stock\n    proxy: v1\n    \
             authorization: {{basic: {{login: shop, password: {}}}}}\n    \
             allow: ['https?://.*\\.example\\.ru/api/.*']\n    \
             upstreams: {{http://stock.example.ru: {base}, http://gone.example.ru: 'http://127.0.0.1:9'}}\n",
            quoted("the app's password")
        );
        World::of(&service.partner)
            .webhooks(&service.url(), &[&auth, &auths])
            .app("tokens", &format!("{{{USER}: {}}}", quoted("the user's token")))
            .top("admin", &format!("{{token: {}}}", quoted("the admin token")))
            .top("asna", &format!("{{clients: [{client}]}}"))
            .top("terminal", "{default_app: loyalty}")
            .more_apps(&stock)
    }

    /// The secrets in a text: as they are, in escapes of URLs and JSON, and in base64.
    pub fn found_in<'p>(&'p self, text: &str) -> impl Iterator<Item = String> + use<'p> {
        let plain = unescaped(text);
        let coded = decoded(text);
        let all = [text.to_owned(), plain, coded];
        self.0.iter().filter_map(move |(place, secret)| {
            let forms = [secret.clone(), percent(secret), STANDARD.encode(secret)];
            let found = forms.iter().find_map(|form| {
                all.iter().find_map(|text| {
                    let at = text.find(form.as_str())?;
                    let near = text.as_bytes()[at.saturating_sub(60)..].iter().take(120);
                    Some(String::from_utf8_lossy(&near.copied().collect::<Vec<_>>()).into_owned())
                })
            });
            found.map(|around| format!("the secret of {place} is in …{around}…"))
        })
    }
}

pub const CLIENT: &str = "E45D3491-79EE-4EEA-92B2-22CEBE4BB8B5";
pub const STOCK: &str = "0a1b2c3d-1111-4222-8333-444455556666";

fn percent(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'-' | b'_' | b'.' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// Without one level of the escapes of JSON and of URLs.
fn unescaped(text: &str) -> String {
    let text = text.replace("\\\"", "\"").replace("\\/", "/").replace("\\\\", "\\");
    form_urlencoded::parse(text.replace('+', "%2B").replace(['&', '='], "\u{1}").as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect::<String>()
}

/// Whatever in a text may be base64, decoded.
fn decoded(text: &str) -> String {
    let is_coded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let words = text.split(|c| !is_coded(c)).filter(|word| word.len() >= 24);
    let whole = words.filter_map(|word| STANDARD_NO_PAD.decode(&word[..word.len() / 4 * 4]).ok());
    whole.map(|bytes| String::from_utf8_lossy(&bytes).into_owned() + "\n").collect()
}

#[test]
fn a_secret_is_recognised_in_every_form() {
    let plants = Plants::new(7);
    for (place, secret) in &plants.0 {
        let json = serde_json::to_string(secret).unwrap();
        let coded = STANDARD.encode(format!("{{\"a\": \"{secret}\"}}"));
        for form in [secret.clone(), percent(secret), json, STANDARD.encode(secret), coded] {
            let text = format!("x «{form}» y");
            assert!(plants.found_in(&text).any(|found| found.contains(place)), "{place} in {text}");
        }
    }
    assert_eq!(plants.found_in("nothing ••••abcd").count(), 0);
}
