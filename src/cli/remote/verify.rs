//! `verify`: whether as many exchanges as wanted came to pass, and what came near where they did not.

mod near;
mod terms;

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, runtime};
use super::detail::LATE;
use super::feed::{Feed, News};
use super::paint::{Paint, Tone};
use super::reach::Reach;
use super::timeline;
use super::trouble::Trouble;
use super::wanted::{Since, Wanted};
use crate::cli::words::{said, words};
use crate::config;
use crate::text::{Text, text};
use near::Near;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct VerifyArgs {
    /// Filter of exchanges, such as `path:/api/x status:200`.
    #[arg(value_name = "FILTER", required = true)]
    filter: Vec<String>,
    /// Expect exactly N exchanges; exit as soon as N have come.
    #[arg(long, value_name = "N", conflicts_with_all = ["at_least", "at_most"])]
    count: Option<usize>,
    /// Expect N exchanges or more; exit as soon as N have come [default: 1].
    #[arg(long, value_name = "N")]
    at_least: Option<usize>,
    /// Expect N exchanges or fewer; watch for the whole time.
    #[arg(long, value_name = "N")]
    at_most: Option<usize>,
    /// Maximum time to wait, at least 2s, the time it takes to record exchanges.
    #[arg(long, value_name = "5s", default_value = "5s", value_parser = config::duration)]
    within: Duration,
    /// Only exchanges after this one, by its number, or since a time such as 10m or 12:30.
    #[arg(long, value_name = "ID|TIME", value_parser = Since::read)]
    since: Option<Since>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn verify(args: &VerifyArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let wanted = Wanted::of(&args.filter, args.since.as_ref())?;
    let bounds = Bounds::of(args);
    let client = args.reach.client()?;
    let count = count(&client, &wanted, &bounds, args.within.max(LATE))?;
    let holds = bounds.hold(count);
    let near = match holds || bounds.are_exceeded(count) {
        true => Vec::new(),
        false => near::near(&client, &args.filter.join(" "), args.since.as_ref())?,
    };
    let told = Told { args, bounds, count, near };
    match args.json {
        true => writeln!(out, "{}", told.json())?,
        false => told.write(out)?,
    }
    Ok(u8::from(!holds))
}

/// How many there may be.
struct Bounds {
    least: usize,
    most: Option<usize>,
    /// Whether only the end of the time decides.
    is_watch: bool,
}

impl Bounds {
    fn of(args: &VerifyArgs) -> Self {
        let (least, most) = match (args.count, args.at_least, args.at_most) {
            (Some(count), _, _) => (count, Some(count)),
            (None, least, Some(most)) => (least.unwrap_or(0), Some(most)),
            (None, least, None) => (least.unwrap_or(1), None),
        };
        Self { least, most, is_watch: args.at_most.is_some() }
    }

    fn hold(&self, count: usize) -> bool {
        count >= self.least && !self.are_exceeded(count)
    }

    fn are_exceeded(&self, count: usize) -> bool {
        self.most.is_some_and(|most| count > most)
    }

    fn are_decided(&self, count: usize) -> bool {
        self.are_exceeded(count) || (!self.is_watch && self.hold(count))
    }

    fn text(&self) -> Text {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => text!("exactly {least}", least),
            (0, Some(most)) => text!("at most {most}", most),
            (least, Some(most)) => text!("{least} to {most}", least, most),
            (least, None) => text!("at least {least}", least),
        }
    }
}

/// Counts until the count decides or the time is over.
fn count(
    client: &Client,
    wanted: &Wanted,
    bounds: &Bounds,
    within: Duration,
) -> Result<usize, Trouble> {
    let enough = bounds.most.map_or(bounds.least, |most| most.saturating_add(1)).max(1);
    let part = timeline::newest(client, wanted, enough)?;
    let mut count = part.rows.len();
    if bounds.are_decided(count) {
        return Ok(count);
    }
    let watched = runtime()?.block_on(async {
        let mut feed = Feed::after(client, wanted, part.latest);
        let watch = async {
            while !bounds.are_decided(count) {
                if matches!(feed.next().await?, News::Exchange(..)) {
                    count += 1;
                }
            }
            Ok(())
        };
        tokio::time::timeout(within, watch).await
    });
    // The end of the time is no failure of the watch.
    watched.unwrap_or(Ok(())).map(|()| count)
}

/// What is said at the end.
struct Told<'a> {
    args: &'a VerifyArgs,
    bounds: Bounds,
    count: usize,
    near: Vec<Near>,
}

impl Told<'_> {
    fn json(&self) -> Value {
        let near =
            |near: &Near| json!({"exchange": near.value, "term": near.term, "found": near.found});
        json!({
            "holds": self.bounds.hold(self.count),
            "count": self.count,
            "least": self.bounds.least,
            "most": self.bounds.most,
            "near": self.near.iter().map(near).collect::<Vec<_>>(),
        })
    }

    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let paint = Paint::of_stdout();
        let filter = self.args.filter.join(" ");
        let (count, wanted) = (self.count, self.bounds.text());
        if self.bounds.hold(count) {
            let verdict = paint.tone(Tone::Good, &words!("holds"));
            let facts = text!("{count} of {wanted}", count, wanted => wanted);
            return writeln!(out, "{verdict}: {}: {filter}", said(&facts));
        }
        let verdict = paint.tone(Tone::Bad, &words!("does not hold"));
        let facts = match self.bounds.are_exceeded(count) {
            true => text!("{count} already, wanted {wanted}", count, wanted => wanted),
            false => text!("{count}, wanted {wanted}", count, wanted => wanted),
        };
        writeln!(out, "{verdict}: {}: {filter}", said(&facts))?;
        if !self.near.is_empty() {
            writeln!(out, "{}", words!("near misses:"))?;
        }
        for near in &self.near {
            writeln!(out, "{}", near.row.line(paint))?;
            let term = paint.tone(Tone::Bad, &near.term);
            let found = &near.found;
            writeln!(out, "      {}", words!("{term} fails: {found}", term, found))?;
        }
        Ok(())
    }
}
