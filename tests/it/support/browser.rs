//! Chromium, driven by chromedriver over WebDriver. Where they are missing the tests that need them
//! say that they were left out, unless `EVOTOR_REQUIRE_BROWSER=1`.

use std::env;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, Raw};

/// How long a page may take for anything.
const PATIENCE: Duration = Duration::from_secs(40);

pub const ENTER: &str = "\u{e007}";
pub const ESCAPE: &str = "\u{e00c}";
pub const TAB: &str = "\u{e004}";
pub const END: &str = "\u{e010}";
pub const DOWN: &str = "\u{e015}";

/// One window of one browser.
pub struct Browser {
    driver: Child,
    addr: SocketAddr,
    session: String,
}

impl Browser {
    /// Starts one that prefers a language, or says why not.
    pub fn start(language: &str) -> Option<Self> {
        Self::start_with(language, &json!({}))
    }

    /// The same with settings of the browser's own, by their names in its file of preferences.
    pub fn start_with(language: &str, preferences: &Value) -> Option<Self> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].iter().find_map(found);
        let (Some(chromium), Some(driver)) = (chromium, found(&"chromedriver")) else {
            let required = env::var("EVOTOR_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "chromium and chromedriver are required: apt-get install chromium chromium-driver"
            );
            eprintln!("left out: chromium and chromedriver are not installed");
            return None;
        };
        let (driver, port) = driving(&driver);
        let mut browser =
            Self { driver, addr: ([127, 0, 0, 1], port).into(), session: String::new() };
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--window-size=1280,900",
        ];
        let arguments = arguments.iter().map(|one| (*one).to_owned());
        let language = [format!("--lang={language}"), format!("--accept-lang={language}")];
        let made = browser.command(
            "POST",
            "/session",
            &json!({"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL"},
                "unhandledPromptBehavior": "ignore",
                "goog:chromeOptions": {
                    "binary": chromium,
                    "args": arguments.chain(language).collect::<Vec<_>>(),
                    "prefs": preferences,
                },
            }}}),
        );
        browser.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        let patience = u64::try_from(PATIENCE.as_millis()).unwrap();
        browser.order("/timeouts", &json!({"script": patience, "pageLoad": patience}));
        Some(browser)
    }

    /// Runs a script in every page that is opened from now on, before the page's own.
    pub fn before_pages(&self, script: &str) {
        self.order(
            "/goog/cdp/execute",
            &json!({
                "cmd": "Page.addScriptToEvaluateOnNewDocument",
                "params": {"source": script},
            }),
        );
    }

    /// Opens an address and waits until the page has built itself.
    #[track_caller]
    pub fn open(&self, url: &str) {
        // Only the part after `#` may differ from what is open, and then nothing would be loaded.
        self.order("/url", &json!({"url": "about:blank"}));
        self.order("/url", &json!({ "url": url }));
        self.until("the page", "document.querySelector('main')?.firstElementChild");
    }

    /// Opens another window of the same profile and goes on in it.
    #[track_caller]
    pub fn another_window(&self) -> String {
        let made = self.order("/window/new", &json!({"type": "window"}));
        let handle = made["handle"].as_str().unwrap().to_owned();
        self.go_to_window(&handle);
        handle
    }

    /// Goes on in a window.
    #[track_caller]
    pub fn go_to_window(&self, handle: &str) {
        self.order("/window", &json!({ "handle": handle }));
    }

    /// Runs the body of an async function; what it returns.
    #[track_caller]
    pub fn run(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             (async () => {{ {body} }})().then((value) => done({{value: value ?? null}}), \
             (error) => done({{error: String(error.stack ?? error)}}));"
        );
        let answer = self.order("/execute/async", &json!({"script": script, "args": []}));
        assert!(answer.get("error").is_none(), "{body}: {}", answer["error"]);
        answer["value"].clone()
    }

    /// Waits until an expression is true, and gives its value.
    #[track_caller]
    pub fn until(&self, what: &str, expression: &str) -> Value {
        let value = self.run(&format!(
            "const until = performance.now() + 25000;\
             for (;;) {{\
               const value = (() => ({expression}))();\
               if (value) return value instanceof Element ? true : value;\
               if (performance.now() > until) return null;\
               await new Promise((wake) => setTimeout(wake, 25));\
             }}"
        ));
        assert!(!value.is_null(), "not in time: {what}; {expression}; {}", self.run(SEEN));
        value
    }

    /// Waits for what stands on the page that the present one leads to: a script that waits would end
    /// with its page.
    #[track_caller]
    pub fn arrive(&self, what: &str, expression: &str) {
        let script = json!({"script": format!("return Boolean({expression})"), "args": []});
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let answer = self.ask("POST", &format!("{}/execute/sync", self.session), &script);
            if answer.status == 200 && answer.text().contains("true") {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("not in time: {what}");
    }

    /// Types, key after key.
    #[track_caller]
    pub fn keys(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let strokes: Vec<_> = strokes.collect();
        self.order(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "k", "actions": strokes}]}),
        );
    }

    /// Presses a button, or follows a link, by its text or its label; what stands in a menu after the
    /// menu was opened, and a tab only where nothing else has the name.
    #[track_caller]
    pub fn press(&self, name: &str) {
        let name = json!(name);
        self.until("something to press", &format!(
            "(() => {{ const all = [...document.querySelectorAll('button, a, [role=tab]')]\
             .filter((one) => [one.textContent.trim(), one.getAttribute('aria-label')].includes({name}));\
             all.sort((one, other) => (one.getAttribute('role') === 'tab') - (other.getAttribute('role') === 'tab'));\
             const menu = all.find((one) => one.closest('[role=menu][hidden]'))?.closest('[role=menu]');\
             if (menu && !all.some((one) => one.offsetParent)) document.querySelector(`[aria-controls=${{menu.id}}]`).click();\
             const one = all.find((one) => one.offsetParent);\
             one?.click(); return one; }})()"
        ));
    }

    /// The text that is shown of what a selector finds first.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let selector = json!(selector);
        let found = self.run(&format!("return document.querySelector({selector})?.innerText"));
        found.as_str().map(str::to_owned).unwrap_or_else(|| panic!("nothing is {selector}"))
    }

    /// What the browser has complained of since the last time: errors, breaches of the policy.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.order("/se/log", &json!({"type": "browser"}));
        let severe = |entry: &&Value| entry["level"] == "SEVERE";
        let entries = log.as_array().unwrap().iter().filter(severe);
        entries.map(|entry| entry["message"].to_string()).collect()
    }

    /// Width and height of the window, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.order("/goog/cdp/execute", &json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false},
        }));
    }

    /// What the browser says of its user to `@media`, such as `forced-colors` and `active`.
    pub fn media(&self, feature: &str, value: &str) {
        self.order(
            "/goog/cdp/execute",
            &json!({
                "cmd": "Emulation.setEmulatedMedia",
                "params": {"features": [{"name": feature, "value": value}]},
            }),
        );
    }

    /// Takes the network away, or gives it back.
    pub fn offline(&self, is_offline: bool) {
        self.order("/goog/cdp/execute", &json!({"cmd": "Network.enable", "params": {}}));
        self.order("/goog/cdp/execute", &json!({
            "cmd": "Network.emulateNetworkConditions",
            "params": {"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
        }));
    }

    #[track_caller]
    fn order(&self, path: &str, body: &Value) -> Value {
        self.command("POST", &format!("{}{path}", self.session), body)
    }

    #[track_caller]
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        answer.json()["value"].clone()
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.addr,
            body.len()
        );
        let mut raw = Raw::dial(self.addr);
        raw.wire().tcp().set_read_timeout(Some(PATIENCE * 2)).unwrap();
        raw.exchange(head + &body)
    }
}

impl Browser {
    /// Ends the session, and with it the browser.
    fn leave(&self) -> std::io::Result<()> {
        let mut driver = TcpStream::connect(self.addr)?;
        driver.set_read_timeout(Some(PATIENCE))?;
        let (session, addr) = (&self.session, self.addr);
        write!(driver, "DELETE {session} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")?;
        // It answers when the browser has gone.
        driver.read(&mut [0; 1024]).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Also of a test that has failed: a browser that stays would go on asking whoever gets the port.
        if !self.session.is_empty() {
            let _ = self.leave();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// What to show of a page that does not do as expected.
const SEEN: &str = "return `${location.href}\\n${document.body.innerText.slice(0, 1500)}`";

fn found(name: &&str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A driver and its port. One that finds its port taken over IPv6 ends, and another is begun.
fn driving(program: &Path) -> (Child, u16) {
    for _ in 0..10 {
        let mut driver = Command::new(program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if let Some(port) = port_of(&mut driver) {
            return (driver, port);
        }
        let _ = driver.kill();
        let _ = driver.wait();
    }
    panic!("chromedriver says its port");
}

fn port_of(driver: &mut Child) -> Option<u16> {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).find_map(|line| {
        line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    })
}
