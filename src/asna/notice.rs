//! The webhook that tells a subscriber of a package (asna.md, section 6.4).

use aws_lc_rs::rand;
use rusqlite::Connection;
use serde::Serialize;
use uuid::Uuid;

use super::access::client;
use super::event::Event;
use super::{moment, signature};
use crate::config::meant::{AsnaClient, Config};
use crate::model::event::Class;
use crate::outbox::Added;
use crate::store::StoreError;
use crate::store::asna::{self, Subscription};
use crate::store::deliveries::{self, Fields, Message};

/// Stands in the outbox for the user, of whom ASNA has none.
const NOBODY: &str = "asna";

/// What subscribers are told.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub(super) event: Event,
    pub(super) message: Uuid,
    pub(super) failed: bool,
    /// When it came to pass.
    pub(super) at: i64,
}

/// The body, in the documented order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    client_id: &'a str,
    event: &'a str,
    message: &'a str,
    message_id: Uuid,
    date: String,
}

/// Puts a notice for each subscriber of a target into the outbox.
pub(super) fn tell(
    tx: &Connection,
    config: &Config,
    target: &str,
    notice: &Notice,
    (now, due): (i64, i64),
) -> Result<Vec<Added>, StoreError> {
    let mut added = Vec::new();
    for subscription in asna::subscriptions(tx, notice.event.name(), Some(target))? {
        // Whoever is no client any more is told of nothing.
        let Some(owner) = client(config, &subscription.owner) else { continue };
        let key = webhook_key(tx, owner)?;
        let message = message(&subscription, notice.event, body(&subscription, notice), &key);
        let waiting = deliveries::enqueue(tx, &message, now, due)?;
        added.push((waiting, Some(message)));
    }
    Ok(added)
}

/// The bytes of a notice.
pub(super) fn body(subscription: &Subscription, notice: &Notice) -> Vec<u8> {
    let body = Body {
        client_id: &subscription.client,
        event: notice.event.name(),
        message: if notice.failed { "Error" } else { "Processed" },
        message_id: notice.message,
        date: moment::text(notice.at, notice.message),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

/// The request that carries a body: signed over these very bytes, the same at every attempt.
pub(super) fn message(
    subscription: &Subscription,
    event: Event,
    body: Vec<u8>,
    key: &str,
) -> Message {
    let field = |name: &str, value: String| (name.to_owned(), value);
    Message {
        id: Uuid::now_v7().to_string(),
        app: subscription.owner.clone(),
        user: NOBODY.to_owned(),
        event: event.trigger().to_owned(),
        class: Class::Notification,
        method: "POST".to_owned(),
        url: subscription.url.clone(),
        fields: Fields(vec![
            field(signature::HEADER, signature::sign(key, &body)),
            field("Content-Type", "application/json; charset=utf-8".to_owned()),
        ]),
        body: Some(body),
    }
}

/// What a client's webhooks are signed with: the configured key, or one that is made up once.
pub(super) fn webhook_key(tx: &Connection, client: &AsnaClient) -> Result<String, StoreError> {
    match &client.webhook_key {
        Some(key) => Ok(key.expose().to_owned()),
        None => asna::secret(tx, &client.id.to_ascii_lowercase(), &made_up()),
    }
}

/// Ten letters and digits, as the documented one has.
fn made_up() -> String {
    const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = [0; 10];
    if rand::fill(&mut random).is_err() {
        return Uuid::new_v4().simple().to_string();
    }
    random.iter().map(|byte| char::from(SIGNS[usize::from(*byte) % SIGNS.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_compact_and_its_keys_stand_as_documented() {
        let subscription = Subscription {
            owner: "owner".to_owned(),
            client: "BC164E55-B612-4A04-800B-34CCF10F6858".to_owned(),
            url: "http://shop.ru/".to_owned(),
        };
        let message = Uuid::from_u128(0x9ebe_c167_ddf5_4de0_0000_0000_0000_0000 | 444);
        let at = 1_500_986_825_121;
        let notice = Notice { event: Event::StocksFull, message, failed: false, at };
        let text = String::from_utf8(body(&subscription, &notice)).unwrap_or_default();
        assert_eq!(
            text,
            "{\"ClientId\":\"BC164E55-B612-4A04-800B-34CCF10F6858\",\"Event\":\"stocks_full\",\
             \"Message\":\"Processed\",\"MessageId\":\"9ebec167-ddf5-4de0-0000-0000000001bc\",\
             \"Date\":\"2017-07-25T12:47:05.1210444+00:00\"}"
        );
        assert_eq!(text.len(), 189);
    }

    #[test]
    fn a_key_that_is_made_up_has_ten_letters_and_digits() {
        let key = made_up();
        assert_eq!(key.len(), 10);
        assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(key, made_up());
    }
}
