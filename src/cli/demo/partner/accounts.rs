//! The service's accounts: one for each user of the cloud, and a login where the user has one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::fields::Fields;
use crate::model::event::Event;
use crate::model::token::Token;

/// What a login field is called in the forms of the portal (evotor.md, section 3.4).
const LOGINS: &[&str] = &["username", "login", "email"];

/// All accounts, by the cloud's user id.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_user: BTreeMap<String, Account>,
}

#[derive(Debug)]
struct Account {
    token: Token,
    login: Option<Login>,
    cloud_token: Option<Token>,
    tariff: Option<(String, String)>,
}

#[derive(Debug)]
struct Login {
    name: String,
    password: Option<Token>,
}

impl Accounts {
    /// A user registers. The form's login, where it has one, must be free.
    pub(super) fn create(&mut self, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let user = fields.text("userId")?;
        let name = LOGINS.iter().find_map(|name| fields.optional(name));
        if name.and_then(|name| self.owner(name)).is_some_and(|(owner, _)| owner != user) {
            return Err(Answer::refused(409, 2005));
        }
        let account = self.by_user.entry(user.to_owned()).or_insert_with(Account::fresh);
        if let (Some(name), None) = (name, &account.login) {
            let password = fields.optional("password").map(Token::new);
            account.login = Some(Login { name: name.to_owned(), password });
        }
        Ok(Answer::of(200, json!({"userId": user, "token": account.token.expose()})))
    }

    /// A user signs in. A login that nobody has yet is taken for one that was registered here
    /// before, so that any pair that is not empty will do.
    pub(super) fn verify(&mut self, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let wrong = || Answer::refused(401, 1006);
        let user = fields.text("userId")?;
        let name = LOGINS.iter().find_map(|name| fields.value(name).ok());
        let name = name.map_or_else(|| fields.value("username"), Ok)?;
        let password = fields.value("password")?;
        let filled =
            |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let (Some(name), Some(password)) = (filled(name), filled(password)) else {
            return Err(wrong());
        };
        if let Some((owner, login)) = self.owner(&name) {
            if login.password.as_ref().is_some_and(|known| known.expose() != password) {
                return Err(wrong());
            }
            if owner != user {
                return Err(Answer::refused(409, 2004));
            }
        }
        let account = self.by_user.entry(user.to_owned()).or_insert_with(Account::fresh);
        if account.login.as_ref().is_some_and(|login| login.name != name) {
            return Err(Answer::refused(409, 2004));
        }
        account.login = Some(Login { name, password: Some(Token::new(password)) });
        let token = account.token.expose();
        Ok(Answer::of(200, json!({"userId": user, "hasBilling": false, "token": token})))
    }

    /// The cloud hands over its own token.
    pub(super) fn keep_cloud_token(&mut self, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let (user, token) = (fields.text("userId")?, fields.text("token")?);
        let account = self.by_user.get_mut(user).ok_or_else(Answer::unknown)?;
        account.cloud_token = Some(Token::new(token));
        Ok(Answer::taken())
    }

    /// The tariff of old (evotor.md, section 3.6).
    pub(super) fn keep_tariff(&mut self, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let user = fields.text_of(&["userUuid", "userId"])?;
        let (tariff, status) = (fields.text("tariffId")?, fields.text("status")?);
        if !["ACTIVE", "INACTIVE"].contains(&status) {
            return Err(Answer::incorrect(Event::UserTariff, "status", &Value::from(status)));
        }
        let account = self.by_user.get_mut(user).ok_or_else(Answer::unknown)?;
        account.tariff = Some((tariff.to_owned(), status.to_owned()));
        Ok(Answer::taken())
    }

    /// Whose token this is.
    pub(super) fn user_of(&self, token: &str) -> Option<&str> {
        let found = self.by_user.iter().find(|(_, account)| account.token.expose() == token);
        found.map(|(user, _)| user.as_str())
    }

    /// For people: who has an account, and what is known of it.
    pub(super) fn shown(&self) -> Value {
        let shown = |account: &Account| {
            json!({
                "token": account.token.expose(),
                "login": account.login.as_ref().map(|login| &login.name),
                "cloudToken": account.cloud_token.as_ref().map(Token::expose),
                "tariff": account.tariff.as_ref().map(|(id, status)| format!("{id} {status}")),
            })
        };
        let all = self.by_user.iter().map(|(user, account)| (user.clone(), shown(account)));
        Value::Object(all.collect::<Map<_, _>>())
    }

    fn owner(&self, login: &str) -> Option<(&str, &Login)> {
        self.by_user.iter().find_map(|(user, account)| {
            let own = account.login.as_ref().filter(|own| own.name == login)?;
            Some((user.as_str(), own))
        })
    }
}

impl Account {
    fn fresh() -> Self {
        let token = Token::new(format!("user-token-{}", Uuid::new_v4().simple()));
        Self { token, login: None, cloud_token: None, tariff: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(accounts: &mut Accounts, body: &Value) -> Result<Answer, Answer> {
        accounts.create(&Fields::of(Event::UserCreate, body).unwrap())
    }

    fn verify(
        accounts: &mut Accounts,
        user: &str,
        name: &str,
        word: &str,
    ) -> Result<Answer, Answer> {
        let body = json!({"userId": user, "username": name, "password": word});
        accounts.verify(&Fields::of(Event::UserVerify, &body).unwrap())
    }

    #[test]
    fn a_user_who_registers_again_keeps_the_token() {
        let mut accounts = Accounts::default();
        let first = create(&mut accounts, &json!({"userId": "1"})).unwrap();
        assert_eq!(create(&mut accounts, &json!({"userId": "1"})).unwrap(), first);
        let token = first.body["token"].as_str().unwrap();
        assert_eq!(accounts.user_of(token), Some("1"));
        assert_ne!(create(&mut accounts, &json!({"userId": "2"})).unwrap().body["token"], token);
    }

    #[test]
    fn a_login_belongs_to_one_user() {
        let mut accounts = Accounts::default();
        create(&mut accounts, &json!({"userId": "1", "email": "a@b.ru"})).unwrap();
        let taken = create(&mut accounts, &json!({"userId": "2", "email": "a@b.ru"}));
        assert_eq!(taken, Err(Answer::refused(409, 2005)));
        assert_eq!(verify(&mut accounts, "2", "a@b.ru", "x"), Err(Answer::refused(409, 2004)));
        assert_eq!(verify(&mut accounts, "1", "other", "x"), Err(Answer::refused(409, 2004)));
    }

    #[test]
    fn a_first_sign_in_sets_the_password_and_later_ones_need_it() {
        let mut accounts = Accounts::default();
        let first = verify(&mut accounts, "1", "shop", "secret").unwrap();
        assert_eq!(verify(&mut accounts, "1", "shop", "secret").unwrap(), first);
        for (name, word) in [("shop", "guess"), ("", "secret"), ("shop", "")] {
            let refused = verify(&mut accounts, "1", name, word);
            assert_eq!(refused, Err(Answer::refused(401, 1006)), "{name} {word}");
        }
    }
}
