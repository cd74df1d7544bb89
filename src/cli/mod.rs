//! The command line. What a command prints on stdout is data, on stderr talk; it exits with 0 when
//! done, 1 when the checked thing does not hold, 2 for wrong usage or configuration, 3 when the
//! environment stands in the way.

pub mod ca;
mod check;
pub mod demo;
pub mod doctor;
mod examine;
mod explain;
mod fidelity;
mod help;
mod init;
mod matching;
mod page;
mod reload;
mod remote;
mod run;
mod signed;
mod talk;
mod words;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::telemetry::Format;
use crate::text::{Language, Text, text};
use talk::{Data, talk};
use words::talk_error;

/// Evotor Cloud on your machine: the proxy, the webhooks and the APIs for a partner's service.
#[derive(Debug, Parser)]
#[command(name = "evotor-gateway", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    run: RunArgs,
    /// Language of messages and help, en or ru [default: from the locale].
    #[arg(long, global = true, value_name = "LANG", env = "EVOTOR_GATEWAY_LANG", value_parser = spoken)]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct ConfigArg {
    /// Configuration file.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "gateway.yaml",
        env = "EVOTOR_GATEWAY_CONFIG"
    )]
    config: PathBuf,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Plain HTTP address for apps, overrides listen.http; port 0 picks a free port.
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// TLS address for apps, overrides listen.https.
    #[arg(long, value_name = "ADDR")]
    https: Option<String>,
    /// Address of the console and the admin API, overrides listen.admin.
    #[arg(long, value_name = "ADDR")]
    admin: Option<String>,
    /// Log warnings and errors only, no line per exchange.
    #[arg(short, long)]
    quiet: bool,
    /// Log format.
    #[arg(long, value_enum, default_value = "text")]
    log: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl From<LogFormat> for Format {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => Self::Text,
            LogFormat::Json => Self::Json,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the gateway (the default).
    Run(RunArgs),
    /// Run a demo: a built-in partner and terminal with sample traffic.
    Demo(demo::DemoArgs),
    /// Write a commented gateway.yaml.
    Init(init::InitArgs),
    /// Check gateway.yaml and show where each mistake is.
    Check(check::CheckArgs),
    /// Explain why a URL is allowed or refused, or what an error code means.
    Explain(explain::ExplainArgs),
    /// Match texts as java.util.regex does; print true, false or error for each.
    Match(matching::MatchArgs),
    /// Check the X-Signature of an ASNA webhook (body on stdin).
    VerifySignature(signed::SignedArgs),
    #[command(flatten)]
    Remote(remote::RemoteCommand),
    /// Manage the local certificate authority.
    #[command(subcommand)]
    Ca(page::CaCommand),
    /// Find problems on this machine and show how to fix them.
    Doctor(examine::DoctorArgs),
    /// List each behaviour and how certain it is that the real clouds do the same.
    Fidelity(fidelity::FidelityArgs),
    /// Print the JSON Schema of gateway.yaml.
    Schema,
    /// Print a completion script for a shell.
    Completions {
        /// Shell to generate the script for.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff).
    Man,
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    let args = remote::arguments(std::env::args_os());
    let language = help::language(&args, variable);
    let cli: Cli = language.scope_sync(|| help::parse(args, language));
    let language = cli.lang.unwrap_or(language);
    match language.scope_sync(|| cli.dispatch()) {
        Ok(code) => ExitCode::from(code),
        // Whoever read stdout has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            language.scope_sync(|| talk_error(&text!("{error}", error)));
            ExitCode::from(3)
        }
    }
}

impl Cli {
    fn dispatch(self) -> io::Result<u8> {
        let mut out = Data::new(io::stdout());
        match self.command {
            None => run::run(&self.run),
            Some(Command::Run(args)) => run::run(&args),
            Some(Command::Demo(args)) => demo::demo(&args),
            Some(Command::Init(args)) => init::init(&args, &mut out),
            Some(Command::Check(args)) => check::check(&args, &mut out),
            Some(Command::Explain(args)) => explain::explain(&args, &mut out),
            Some(Command::Match(args)) => matching::run(&args, &mut io::stdin().lock(), &mut out),
            Some(Command::VerifySignature(args)) => {
                signed::verify(&args, &mut io::stdin().lock(), &mut out)
            }
            Some(Command::Remote(command)) => remote::run(command, &mut out),
            Some(Command::Ca(command)) => page::ca(command, &mut out),
            Some(Command::Doctor(args)) => examine::examine(&args, &mut out),
            Some(Command::Fidelity(args)) => fidelity::fidelity(&args, &mut out),
            Some(Command::Schema) => page::schema(&mut out),
            Some(Command::Completions { shell }) => {
                // It panics where it cannot write.
                let mut script = Vec::new();
                let mut command = help::command::<Self>(Language::of_scope());
                clap_complete::generate(shell, &mut command, "evotor-gateway", &mut script);
                out.write_all(&script).map(|()| 0)
            }
            Some(Command::Man) => {
                clap_mangen::Man::new(Self::command()).render(&mut out).map(|()| 0)
            }
        }
    }
}

fn spoken(tag: &str) -> Result<Language, Text> {
    Language::of_tag(tag).ok_or_else(|| text!("there are en and ru"))
}

/// A variable of the environment, where it is text.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether stderr may be coloured (NO_COLOR, CLICOLOR_FORCE).
fn in_color() -> bool {
    use std::io::IsTerminal;
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && (set("CLICOLOR_FORCE") || io::stderr().is_terminal())
}
