//! The world of the contract's example as a gateway.yaml, with the parts a test changes.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Gateway, Partner};

pub const USER: &str = "01-000000000000001";
pub const STORE: &str = "20240105-1A2B-40C3-80D4-E5F60718293A";
pub const DEVICE: &str = "20240105-9F8E-407D-80C6-B5A493827160";
pub const IMEI: &str = "352099001761481";
pub const APP: &str = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11";
pub const TOKEN: &str = "user-token-0123456789abcdef";
/// What authorises webhooks, see [`World::webhooks`].
pub const APP_TOKEN: &str = "app-token-0123456789abcdef";
pub const EMPLOYEE: &str = "20240106-44AA-40BB-80CC-DDEEFF001122";

/// A second shop of the same user, and a second user with a shop.
pub const STORE_2: &str = "20240205-1A2B-40C3-80D4-E5F60718293B";
pub const DEVICE_2: &str = "20240205-9F8E-407D-80C6-B5A493827161";
pub const IMEI_2: &str = "352099001761499";
pub const USER_3: &str = "01-000000000000003";
pub const STORE_3: &str = "20240305-1A2B-40C3-80D4-E5F60718293C";
pub const DEVICE_3: &str = "20240305-9F8E-407D-80C6-B5A493827162";
/// A second app, see [`World::crowd`].
pub const STOCK: &str = "0a1b2c3d-1111-4222-8333-444455556666";

/// A gateway.yaml in the making.
#[derive(Debug, Clone)]
pub struct World {
    top: Vec<(String, String)>,
    app: Vec<(String, String)>,
    allow: Vec<String>,
    upstreams: Vec<(String, String)>,
    limits: Vec<String>,
    crowd: bool,
    staff: bool,
    more_apps: String,
    /// Files that lie beside gateway.yaml.
    pub files: Vec<(PathBuf, String)>,
    /// Further arguments of `run`.
    pub args: Vec<String>,
}

impl World {
    /// One user, store, device and app, whose requests go to this partner.
    pub fn of(partner: &Partner) -> Self {
        Self::at(&format!("http://{}", partner.addr))
    }

    /// The same with any base address behind the app's two origins.
    pub fn at(base: &str) -> Self {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        Self {
            top: vec![pair("certs", "./certs"), pair("state", "\"memory:\"")],
            app: vec![
                pair("proxy", "v2"),
                pair("authorization", "user_token"),
                pair("tokens", &format!("{{{USER}: {TOKEN}}}")),
            ],
            allow: vec![r"https?://loyalty\.example\.ru/api/.*".to_owned()],
            upstreams: vec![
                pair("https://loyalty.example.ru", base),
                pair("http://loyalty.example.ru", base),
            ],
            limits: Vec::new(),
            crowd: false,
            staff: false,
            more_apps: String::new(),
            files: Vec::new(),
            args: Vec::new(),
        }
    }

    /// Sets a key at the top.
    pub fn top(mut self, key: &str, value: &str) -> Self {
        set(&mut self.top, key, value);
        self
    }

    /// Sets a key of the app.
    pub fn app(mut self, key: &str, value: &str) -> Self {
        set(&mut self.app, key, value);
        self
    }

    /// Sends the app's webhooks to this base URL; `more` are further entries in YAML. Each store gets
    /// an employee.
    pub fn webhooks(mut self, url: &str, more: &[&str]) -> Self {
        let mut entries = vec![format!("url: \"{url}\"")];
        if !more.iter().any(|entry| entry.starts_with("auth:")) {
            entries.push(format!("auth: {{bearer: {APP_TOKEN}}}"));
        }
        entries.extend(more.iter().map(|entry| (*entry).to_owned()));
        self.staff = true;
        self.app("webhooks", &format!("{{{}}}", entries.join(", ")))
    }

    /// Makes these the rules of the app.
    pub fn allow(mut self, rules: &[&str]) -> Self {
        self.allow = rules.iter().map(|rule| (*rule).to_owned()).collect();
        self
    }

    /// Where requests for an origin go; the value is YAML, a URL or a mapping.
    pub fn upstream(mut self, from: &str, to: &str) -> Self {
        set(&mut self.upstreams, from, to);
        self
    }

    pub fn no_upstreams(mut self) -> Self {
        self.upstreams.clear();
        self
    }

    /// `head_timeout: 300ms` and the like.
    pub fn limit(mut self, entry: &str) -> Self {
        self.limits.push(entry.to_owned());
        self
    }

    /// Three devices of two users, and a second app `stock` that only the second user has installed.
    pub fn crowd(mut self) -> Self {
        self.crowd = true;
        self
    }

    /// Further entries of `apps:`, as YAML indented by two.
    pub fn more_apps(mut self, yaml: &str) -> Self {
        self.more_apps.push_str(yaml);
        self
    }

    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.into(), text.to_owned()));
        self
    }

    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    pub fn start(&self) -> Gateway {
        Gateway::start(self)
    }

    /// The file itself.
    pub fn yaml(&self) -> String {
        let mut yaml = String::from(
            "version: 1\nlisten: {http: 127.0.0.1:0, https: 127.0.0.1:0, admin: 127.0.0.1:0}\n",
        );
        for (key, value) in &self.top {
            writeln!(yaml, "{key}: {value}").unwrap();
        }
        if !self.limits.is_empty() {
            writeln!(yaml, "limits: {{{}}}", self.limits.join(", ")).unwrap();
        }
        yaml.push_str(&self.users());
        yaml.push_str(&self.apps());
        if self.crowd && !self.top.iter().any(|(key, _)| key == "terminal") {
            let terminal = format!("{{default_app: loyalty, default_device: {DEVICE}}}");
            writeln!(yaml, "terminal: {terminal}").unwrap();
        }
        yaml
    }

    fn users(&self) -> String {
        let mut yaml = String::from("users:\n");
        user(&mut yaml, USER, &[(STORE, DEVICE, Some(IMEI))], self.staff);
        if self.crowd {
            yaml = String::from("users:\n");
            let stores = [(STORE, DEVICE, Some(IMEI)), (STORE_2, DEVICE_2, Some(IMEI_2))];
            user(&mut yaml, USER, &stores, self.staff);
            user(&mut yaml, USER_3, &[(STORE_3, DEVICE_3, None)], self.staff);
        }
        yaml
    }

    fn apps(&self) -> String {
        let mut yaml = format!("apps:\n  - id: {APP}\n    name: loyalty\n");
        for (key, value) in &self.app {
            writeln!(yaml, "    {key}: {value}").unwrap();
        }
        yaml.push_str("    allow:\n");
        for rule in &self.allow {
            writeln!(yaml, "      - '{}'", rule.replace('\'', "''")).unwrap();
        }
        if !self.upstreams.is_empty() {
            yaml.push_str("    upstreams:\n");
            for (from, to) in &self.upstreams {
                writeln!(yaml, "      {from}: {to}").unwrap();
            }
        }
        if self.crowd {
            let base = self.upstreams.first().map_or("http://127.0.0.1:9", |(_, to)| to.as_str());
            write!(
                yaml,
                "  - id: {STOCK}\n    name: stock\n    proxy: v2\n    \
                 authorization: {{bearer: stock-app-token}}\n    installed_by: [{USER_3}]\n    \
                 allow:\n      - 'http://stock\\.example\\.ru/.*'\n    \
                 upstreams:\n      http://stock.example.ru: {base}\n"
            )
            .unwrap();
        }
        yaml.push_str(&self.more_apps);
        yaml
    }
}

fn user(yaml: &mut String, id: &str, stores: &[(&str, &str, Option<&str>)], staff: bool) {
    writeln!(yaml, "  - id: {id}\n    stores:").unwrap();
    for (store, device, imei) in stores {
        writeln!(yaml, "      - uuid: {store}\n        name: Кофейня\n        devices:").unwrap();
        writeln!(yaml, "          - uuid: {device}\n            name: Касса").unwrap();
        if let Some(imei) = imei {
            writeln!(yaml, "            imei: \"{imei}\"").unwrap();
        }
        if staff {
            writeln!(yaml, "        employees: [{{uuid: {EMPLOYEE}, name: Иван Иванов}}]").unwrap();
        }
    }
}

fn set(pairs: &mut Vec<(String, String)>, key: &str, value: &str) {
    match pairs.iter_mut().find(|(k, _)| k == key) {
        Some((_, old)) => value.clone_into(old),
        None => pairs.push((key.to_owned(), value.to_owned())),
    }
}
