//! Requests as nobody would wish them, and what shells make of the commands that are copied of them.
//! The table is one for the console and for the command line.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

/// Rows of a request, and of what each form of it has to be: `argv` and `stdin`, `text`, or `why` not.
pub fn rows() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/copies/hostile.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Says its arguments and its standard input, and how often it was called.
const STUB: &str = "#!/bin/sh\necho called >> \"$OUT/calls\"\nprintf '%s\\0' \"$@\" > \"$OUT/argv\"\ncat > \"$OUT/stdin\"\n";

/// Lets shells run a command, with a stub in the place of its program: it is called once, with what is
/// meant, and nothing else happens.
#[track_caller]
pub fn expect_run(name: &str, program: &str, command: &str, meant: &Value) {
    let argv: Vec<_> = meant["argv"].as_array().unwrap().iter().map(text).collect();
    let stdin = meant["stdin"].as_str().map(|stdin| STANDARD.decode(stdin).unwrap());
    for shell in ["bash", "sh"] {
        let (out, place) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let stub = out.path().join(program);
        fs::write(&stub, STUB).unwrap();
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", out.path().display(), env::var("PATH").unwrap());
        let ran = Command::new(shell)
            .args(["-c", command])
            .current_dir(place.path())
            .env("PATH", path)
            .env("OUT", out.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let what = format!("{name}, {shell}: {command}\n{}", String::from_utf8_lossy(&ran.stderr));
        let said = |file| fs::read(out.path().join(file)).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&said("calls")), "called\n", "{what}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "a file was made: {what}");
        let found = String::from_utf8(said("argv")).unwrap();
        let found: Vec<_> = found.split_terminator('\0').map(str::to_owned).collect();
        // Not every `sh` knows `$'…'`; there it has to be one harmless word.
        match shell {
            "bash" => assert_eq!(found, argv, "{what}"),
            _ => assert_eq!(found.len(), argv.len(), "{what}"),
        }
        assert_eq!(said("stdin"), stdin.clone().unwrap_or_default(), "{what}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
