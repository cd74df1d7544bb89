//! `fidelity`: every behaviour, and how sure it is that the real clouds do the same.

use std::io::{self, Write};

use crate::model::fidelity::{Kind, Row};
use crate::text::text;
use crate::{asna, cloud, proxy, webhook};

#[derive(Debug, clap::Args)]
pub(super) struct FidelityArgs {
    /// Only one plane: proxy, webhooks, cloud or asna.
    plane: Option<String>,
}

/// The tables of all planes, in the order they are shown.
const PLANES: &[(&str, &[&[Row]])] = &[
    ("proxy", &[proxy::fidelity::FIDELITY]),
    ("webhooks", &[webhook::fidelity::FIDELITY]),
    ("cloud", &[cloud::FIDELITY, cloud::FIDELITY_OF_V2, cloud::FIDELITY_OF_DOCUMENTS]),
    ("asna", &[asna::fidelity::FIDELITY, asna::check::FIDELITY]),
];

pub(super) fn fidelity(args: &FidelityArgs, out: &mut dyn Write) -> io::Result<u8> {
    let wanted = |name: &str| args.plane.as_deref().is_none_or(|plane| plane == name);
    if !PLANES.iter().any(|(name, _)| wanted(name)) {
        let names: Vec<&str> = PLANES.iter().map(|(name, _)| *name).collect();
        super::words::talk_error(&text!(
            "no such plane; there are {names}",
            names = names.join(", ")
        ));
        return Ok(2);
    }
    if args.plane.is_none() {
        head(out)?;
    }
    for (name, tables) in PLANES.iter().filter(|(name, _)| wanted(name)) {
        plane(name, tables, out)?;
    }
    Ok(0)
}

fn head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Fidelity\n")?;
    writeln!(
        out,
        "What is the *same* as in the real clouds, what was *chosen* because nothing public says it, and"
    )?;
    writeln!(
        out,
        "what is *unknown* and left out. The column strict says what `fidelity: strict` does instead."
    )?;
    writeln!(out, "Written by `evotor-gateway fidelity` from the tables beside the code.")
}

fn plane(name: &str, tables: &[&[Row]], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {name}\n")?;
    writeln!(out, "| | behaviour | strict | source |\n|---|---|---|---|")?;
    for kind in [Kind::Same, Kind::Chosen, Kind::Unknown] {
        for row in tables.iter().flat_map(|table| table.iter()).filter(|row| row.kind == kind) {
            let source = match row.year {
                0 => row.source.to_owned(),
                year => format!("{}, {year}", row.source),
            };
            let told = [row.behaviour, row.strict].map(|text| text.trim_end_matches('.'));
            let cells = [kind.name(), told[0], told[1], &source].map(escaped);
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
