//! `init`: a gateway.yaml to start from, for a service where one is named.

mod ask;
mod ports;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::words::{talk_error, talk_hint, words};
use super::{in_color, talk, variable};
use crate::config;
use crate::config::meant::Origin;
use crate::config::starter::{Starter, host, service};
use crate::shell::word;
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// Folder to write to, created if missing.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// URL of your service, such as http://localhost:9000: requests of the app and webhooks go
    /// there. The file then works as it is.
    #[arg(long, value_name = "URL", value_parser = service, requires = "host")]
    service: Option<Origin>,
    /// Host of the URLs that your terminal app calls, such as api.my.ru (may be repeated).
    #[arg(long, value_name = "HOST", value_parser = host, requires = "service")]
    host: Vec<String>,
}

/// Writes the file for a service, or the commented sample of all keys. On a terminal it asks for what was
/// not given.
pub(super) fn init(args: &InitArgs, out: &mut dyn Write) -> io::Result<u8> {
    let schema = args.folder.join("gateway.schema.json");
    let file = args.folder.join("gateway.yaml");
    // Either both are written or none.
    if let Some(path) = [&file, &schema].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Ok(in_the_way(args, path));
    }
    let starter = wanted(args)?.map(|(service, hosts)| Starter {
        ports: ports::free(&service),
        service,
        hosts,
        app: Uuid::new_v4().to_string(),
        token: Uuid::new_v4().to_string(),
    });
    let text = starter.as_ref().map_or_else(|| config::template().to_owned(), Starter::text);
    if starter.is_some() && !is_sound(&text, &args.folder) {
        return Ok(2);
    }
    if let Err(error) = std::fs::create_dir_all(&args.folder) {
        let folder = args.folder.display();
        talk_error(&text!("the folder {folder} cannot be made: {error}", folder, error));
        return Ok(3);
    }
    for (path, text) in [(file, text), (schema, format!("{:#}\n", config::schema()))] {
        if let Err(error) = write_new(&path, &text) {
            talk_error(&text!("{file} cannot be written: {error}", file = path.display(), error));
            return Ok(3);
        }
        writeln!(out, "{}", path.display())?;
    }
    match starter {
        Some(starter) => {
            writeln!(out, "app token: {}", starter.token)?;
            next(&starter, &args.folder);
        }
        None => {
            let name = word(&args.folder.display().to_string());
            talk(&match is_here(&args.folder) {
                true => words!("next: `evotor-gateway check`, then `evotor-gateway`"),
                false => {
                    words!("next: `cd {name}`, `evotor-gateway check`, then `evotor-gateway`", name)
                }
            });
            talk(&words!(
                "its ports 80 and 443 may need a privilege; `--http 8080 --https 8443` need none"
            ));
        }
    }
    Ok(0)
}

/// Where the service is and which hosts lead to it, unless the sample is wanted.
fn wanted(args: &InitArgs) -> io::Result<Option<(Origin, Vec<String>)>> {
    match &args.service {
        Some(service) => Ok(Some((service.clone(), args.host.clone()))),
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => {
            ask::service(&mut io::stdin().lock(), &mut io::stderr())
        }
        None => Ok(None),
    }
}

/// Names the folder's neighbour, with what was asked for.
fn in_the_way(args: &InitArgs, path: &Path) -> u8 {
    talk_error(&text!("{file} exists", file = path.display()));
    let other = args.folder.join("my-gateway").display().to_string();
    let mut command = format!("init {}", word(other.strip_prefix("./").unwrap_or(&other)));
    if let Some(service) = &args.service {
        command.push_str(&format!(" --service {}", word(&service.to_string())));
        args.host.iter().for_each(|host| command.push_str(&format!(" --host {}", word(host))));
    }
    talk_hint(&text!("`evotor-gateway {command}` makes one in a folder of its own", command));
    2
}

/// Whether the file can be used; what is doubtful about it is told.
fn is_sound(text: &str, folder: &Path) -> bool {
    match config::parse(text, "gateway.yaml", folder, &variable) {
        Ok(loaded) => {
            loaded.warnings.iter().for_each(|one| talk(one.render(in_color()).trim_end()));
            true
        }
        Err(report) => {
            talk(report.render(in_color()).trim_end());
            false
        }
    }
}

/// What to do with the file, each line for a terminal of its own.
fn next(starter: &Starter, folder: &Path) {
    let [http, _, admin] = starter.ports;
    let host = starter.hosts.first().map_or("", String::as_str);
    let of = match is_here(folder) {
        true => String::new(),
        false => format!(" -c {}", word(&folder.join("gateway.yaml").display().to_string())),
    };
    let start = format!("evotor-gateway run{of}");
    talk(&words!(
        "Your service receives the app token as `Authorization: Bearer TOKEN` with webhooks. Next:"
    ));
    let console = words!("the console: {url}", url = format!("http://127.0.0.1:{admin}/"));
    talk(&format!("  {start:<44} # {console}"));
    talk(&format!("  curl --proxy http://127.0.0.1:{http} {}", word(&format!("http://{host}/"))));
    talk(&format!("  evotor-gateway trigger user.create --wait{of}"));
}

fn is_here(folder: &Path) -> bool {
    folder == Path::new(".")
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
