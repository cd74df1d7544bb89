//! `tail`: the timeline's last lines, and each further one as it comes.

use std::io::Write;

use serde::Deserialize;
use serde_json::Value;

use super::client::{Client, runtime};
use super::ending::ending;
use super::feed::{Feed, News};
use super::paint::Paint;
use super::reach::Reach;
use super::row::Row;
use super::talk;
use super::timeline;
use super::trouble::Trouble;
use super::wanted::{Since, Wanted};
use crate::cli::words::words;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct TailArgs {
    /// Filter of exchanges, such as `app:loyalty status:4xx -path:/health` [default: all].
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Number of recorded exchanges to start with.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, conflicts_with = "since")]
    last: usize,
    /// Start after an exchange, by its number, or at a time such as 10m or 12:30.
    #[arg(long, value_name = "ID|TIME", value_parser = Since::read)]
    since: Option<Since>,
    /// Exit after the recorded exchanges, do not follow new ones.
    #[arg(long)]
    no_follow: bool,
    /// Print one JSON object per line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn tail(args: &TailArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let wanted = Wanted::of(&args.filter, args.since.as_ref())?;
    let client = args.reach.client()?;
    let most = if args.since.is_some() { usize::MAX } else { args.last };
    let part = timeline::newest(&client, &wanted, most)?;
    let mut printer =
        Printer { json: args.json, paint: Paint::of_stdout(), origin: String::new(), out };
    for (value, row) in &part.rows {
        printer.print(&value.to_string(), row)?;
    }
    if args.no_follow {
        return Ok(0);
    }
    runtime()?.block_on(async {
        tokio::select! {
            ended = ending() => ended.map(|()| 0),
            failed = follow(&client, &wanted, part.latest, &mut printer) => Err(failed),
        }
    })
}

/// Gives what it ends with.
async fn follow(client: &Client, wanted: &Wanted, last: i64, printer: &mut Printer<'_>) -> Trouble {
    let mut feed = Feed::after(client, wanted, last);
    loop {
        let printed = match feed.next().await {
            Ok(News::Exchange(json)) => printer.tell(client, &json),
            Ok(News::Lost(count)) => {
                talk(&words!("{count} exchanges were not recorded: the journal is behind", count));
                Ok(())
            }
            Err(trouble) => Err(trouble),
        };
        if let Err(trouble) = printed {
            return trouble;
        }
    }
}

struct Printer<'a> {
    json: bool,
    paint: Paint,
    /// Of the line above.
    origin: String,
    out: &'a mut dyn Write,
}

impl Printer<'_> {
    fn tell(&mut self, client: &Client, json: &str) -> Result<(), Trouble> {
        let value: Value = serde_json::from_str(json).map_err(|_| client.strange())?;
        let row = Row::deserialize(&value).map_err(|_| client.strange())?;
        self.print(json, &row)
    }

    fn print(&mut self, json: &str, row: &Row) -> Result<(), Trouble> {
        match self.json {
            true => writeln!(self.out, "{json}")?,
            false => writeln!(self.out, "{}", row.line_below(self.paint, &mut self.origin))?,
        }
        Ok(self.out.flush()?)
    }
}
