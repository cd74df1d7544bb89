//! Other people's HTTP clients, and where they are. Those of the system are found in PATH; packages of
//! PyPI and npm lie in the folder that `EVOTOR_CLIENTS` names. What is absent is left out, unless
//! `EVOTOR_REQUIRE_CLIENTS=1`.

use std::env;
use std::path::{Path, PathBuf};

/// One client: a program, and the script that it runs with URLs as its arguments.
pub struct Client {
    pub name: &'static str,
    program: Program,
    script: &'static str,
    /// How often it asks for each URL.
    pub times: usize,
    /// Whether it opens a tunnel even for `http`.
    pub tunnels_http: bool,
}

enum Program {
    /// Of the system, with arguments before the script.
    System(&'static [&'static str]),
    /// Node with the packages of `EVOTOR_CLIENTS`.
    Npm,
    /// A program that is a package of `EVOTOR_CLIENTS` itself, with arguments before the script.
    Packaged(&'static str, &'static [&'static str]),
    /// The Python of `EVOTOR_CLIENTS`.
    PyPi,
}

const fn system(
    name: &'static str,
    program: &'static [&'static str],
    script: &'static str,
) -> Client {
    Client { name, program: Program::System(program), script, times: 1, tunnels_http: false }
}

const fn of_tools(name: &'static str, program: Program, script: &'static str) -> Client {
    Client { name, program, script, times: 1, tunnels_http: false }
}

pub const JDK: Client = Client { times: 2, ..system("jdk", &["java"], "Jdk.java") };
pub const NODE: Client = Client { times: 2, ..system("node", &["node"], "node.cjs") };
pub const UNDICI: Client =
    Client { tunnels_http: true, ..of_tools("undici", Program::Npm, "undici.cjs") };
pub const HPAGENT: Client =
    Client { tunnels_http: true, ..of_tools("hpagent", Program::Npm, "hpagent.cjs") };
pub const NODE24_FETCH: Client = Client {
    tunnels_http: true,
    ..of_tools("node24", Program::Packaged("node24/bin/node", &[]), "fetch.mjs")
};
pub const DENO: Client = of_tools(
    "deno",
    Program::Packaged("deno-bin/deno", &["run", "--no-config", "-A"]),
    "fetch.mjs",
);
pub const AXIOS: Client = of_tools("axios", Program::Npm, "axios.cjs");
pub const URLLIB: Client = system("urllib", &["python3"], "urllib_.py");
pub const REQUESTS: Client = of_tools("requests", Program::PyPi, "with_requests.py");
pub const HTTPX: Client = of_tools("httpx", Program::PyPi, "with_httpx.py");
pub const AIOHTTP: Client = of_tools("aiohttp", Program::PyPi, "with_aiohttp.py");
pub const PHP: Client = system("php", &["php"], "curl.php");
pub const RUBY: Client = system("ruby", &["ruby"], "net_http.rb");
pub const GO: Client = system("go", &["go", "run"], "main.go");
pub const CURL: Client = system("curl", &["sh"], "curl.sh");
pub const CURL_PROXYTUNNEL: Client =
    Client { tunnels_http: true, ..system("curl", &["sh"], "curl_proxytunnel.sh") };
pub const WGET: Client = system("wget", &["sh"], "wget.sh");
pub const GIT: Client = system("git", &["sh"], "git.sh");

impl Client {
    /// The words of its command without the URLs, or `None` where it is left out.
    pub fn words(&self) -> Option<Vec<String>> {
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/clients").join(self.script);
        let script = script.to_str().unwrap().to_owned();
        let found = self.found();
        if found.is_none() {
            assert!(
                !is_required(),
                "{} is required; `.ci/run` shows how it is installed",
                self.name
            );
            eprintln!("left out: {} is not there", self.name);
        }
        Some(found?.into_iter().chain([script]).collect())
    }

    fn found(&self) -> Option<Vec<String>> {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        match &self.program {
            Program::System(words) => {
                // A script of the shell is for the program that it is called by.
                let asked = if words[0] == "sh" { self.name } else { words[0] };
                in_path(asked)?;
                Some(words.iter().map(|word| (*word).to_owned()).collect())
            }
            Program::Npm => {
                let packages = folder()?.join("node/node_modules");
                let path = format!("NODE_PATH={}", packages.display());
                packages
                    .join(self.name)
                    .is_dir()
                    .then(|| vec!["env".to_owned(), path, "node".to_owned()])
            }
            Program::Packaged(program, words) => {
                let program = folder()?.join("node/node_modules").join(program);
                let words = words.iter().map(|word| (*word).to_owned());
                program.is_file().then(|| std::iter::once(text(program)).chain(words).collect())
            }
            Program::PyPi => {
                let python = folder()?.join("python/bin/python");
                python.is_file().then(|| vec![text(python)])
            }
        }
    }
}

/// Where packages lie.
pub fn folder() -> Option<PathBuf> {
    Some(PathBuf::from(env::var_os("EVOTOR_CLIENTS")?))
}

/// Whether nothing may be left out.
pub fn is_required() -> bool {
    env::var("EVOTOR_REQUIRE_CLIENTS").is_ok_and(|value| value == "1")
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
