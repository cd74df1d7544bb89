//! A request is told apart, authorised, read and answered. No sockets here.

use serde_json::{Value, json};

use super::accounts::Accounts;
use super::answer::{Act, Answer};
use super::commodities;
use super::events::Events;
use super::fields::Fields;
use super::inventory::Inventory;
use super::mischief::Orders;
use super::route::{Route, route, told_by};
use crate::model::event::{Authority, Event};
use crate::model::token::Token;

/// Where the service is told to misbehave, and shows what it knows.
const MISCHIEF: &str = "/_demo/mischief";
const BOOKS: &str = "/_demo/books";

/// What of a request matters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) authorization: Option<&'a str>,
    pub(super) body: &'a [u8],
}

/// All that the service knows.
#[derive(Debug)]
pub(super) struct Service {
    app_token: Token,
    accounts: Accounts,
    events: Events,
    inventory: Inventory,
    orders: Orders,
}

impl Service {
    pub(super) fn new(app_token: &str) -> Self {
        Self {
            app_token: Token::new(app_token),
            accounts: Accounts::default(),
            events: Events::default(),
            inventory: Inventory::default(),
            orders: Orders::default(),
        }
    }

    /// What to do, and whether the request was for the app's own API.
    pub(super) fn answer(&mut self, asked: &Asked<'_>) -> (Act, bool) {
        match asked.path {
            MISCHIEF => return (self.orders.answer(asked.method, asked.body), false),
            BOOKS => return (Act::Answer(self.books().into_response()), false),
            _ => {}
        }
        let route = route(asked.method, asked.path);
        let own = route == Route::Own;
        let (event, answer) = match route {
            Route::Webhook(here) => self.webhook(&here, asked),
            Route::WrongMethod(right) => (None, Answer::wrong_method(right)),
            Route::Own => (None, hello(asked.path)),
        };
        let act = match self.orders.about(event, asked.path) {
            Some(mischief) => mischief.spoil(answer),
            None => Act::Answer(answer.into_response()),
        };
        (act, own)
    }

    fn webhook(&mut self, here: &[Event], asked: &Asked<'_>) -> (Option<Event>, Answer) {
        let body = serde_json::from_slice::<Value>(asked.body);
        let told = match (here, &body) {
            ([only], _) => Ok(*only),
            (_, Ok(body)) => told_by(body, here),
            (_, Err(_)) => Err(Answer::malformed()),
        };
        let Some(event) = told.as_ref().ok().or(here.first()).copied() else {
            return (None, Answer::unknown());
        };
        let answer = self.authorised(event, asked.authorization).and_then(|user| {
            let event = told?;
            if event == Event::Commodities {
                return commodities::find(asked.query);
            }
            let body = body.map_err(|_| Answer::malformed())?;
            self.take_in(event, user.as_deref().unwrap_or_default(), &body)
        });
        (Some(event), answer.unwrap_or_else(|refusal| refusal))
    }

    /// The user whose token came; none where the app's token authorises (evotor.md, section 3.1).
    fn authorised(
        &self,
        event: Event,
        authorization: Option<&str>,
    ) -> Result<Option<String>, Answer> {
        let bearer = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        });
        let known = |code: &u16| {
            event.refusals().iter().any(|(status, codes)| *status == 401 && codes.contains(code))
        };
        match event.authority() {
            Authority::App if bearer == Some(self.app_token.expose()) => Ok(None),
            Authority::App => Err(Answer::refused(401, 1001)),
            Authority::User => {
                let user = bearer.and_then(|token| self.accounts.user_of(token));
                let code = if known(&1002) { 1002 } else { 1001 };
                let user = user.ok_or_else(|| Answer::refused(401, code))?;
                Ok(Some(user.to_owned()))
            }
        }
    }

    fn take_in(&mut self, event: Event, user: &str, body: &Value) -> Result<Answer, Answer> {
        if event.authority() == Authority::User {
            return self.inventory.take(event, user, body);
        }
        let fields = Fields::of(event, body)?;
        match event {
            Event::UserCreate => self.accounts.create(&fields),
            Event::UserVerify => self.accounts.verify(&fields),
            Event::UserToken => self.accounts.keep_cloud_token(&fields),
            Event::UserTariff => self.accounts.keep_tariff(&fields),
            Event::InstallationInstalled | Event::InstallationUninstalled => {
                self.events.installation(event, &fields)
            }
            _ => self.events.subscription(event, &fields),
        }
    }

    fn books(&self) -> Answer {
        let books = json!({
            "accounts": self.accounts.shown(),
            "events": self.events.shown(),
            "inventory": self.inventory.shown(),
        });
        Answer::of(200, books)
    }
}

/// The app's own API.
fn hello(path: &str) -> Answer {
    Answer::of(200, json!({"hello": "from the partner", "path": path}))
}
