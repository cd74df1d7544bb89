//! The documented package, laid out in different ways.

/// Members of one row as the vendor's page prints them; the first three and two more differ.
const ROW: &str = r#""prtId": P, "nnt": N, "qnt": Q, "doc": "1к", "supInn": "", "supId": "", "supDate": "", "nds": 0, "gnvls": 1, "dp": 0, "man": "Beaufour-ipsen", "series": "", "exp": 0, "prcMan": M, "prcOpt": 0, "prcOptNds": O, "prcRet": R, "prcReestr": 0, "prcGnvlsMax": R, "sumOpt": 0, "sumOptNds": 0, "mrGnvls": 0, "tag": 0"#;

const DATE: &str = r#""date": "2018-11-22T16:01:13.032+03:00""#;

/// Blanks of a body on one line.
#[derive(Clone, Copy, Default)]
pub struct Line {
    /// After each comma between members.
    pub member: &'static str,
    /// After each colon.
    pub colon: &'static str,
    /// After the array's bracket.
    pub array: &'static str,
    /// After each row's brace.
    pub row: &'static str,
    /// After the comma between rows.
    pub between: &'static str,
    /// After the outer brace, and before each closing bracket or brace.
    pub edge: &'static str,
}

pub fn line(blanks: Line) -> String {
    let Line { member, colon, array, row, between, edge } = blanks;
    let respaced =
        |text: &str| text.replace(": ", &format!(":{colon}")).replace(", ", &format!(",{member}"));
    let rows = rows().map(|members| format!("{{{row}{}{edge}}}", respaced(&members)));
    let rows = rows.join(&format!(",{between}"));
    let date = respaced(DATE);
    format!("{{{edge}{date},{member}\"stocks\":{colon}[{array}{rows}{edge}]{edge}}}")
}

/// Exactly as printed, without an end of line at the end.
pub fn printed(end: &str) -> String {
    let rows = rows().map(|members| {
        let members = members.replace(", ", ",\n            ");
        format!("        {{\n            {members}\n        }}")
    });
    let text = format!("{{\n    {DATE},\n    \"stocks\": [\n{}\n    ]\n}}", rows.join(",\n"));
    text.replace('\n', end)
}

fn rows() -> [String; 2] {
    [
        ["111445", "6072", "5", "120", "137.5", "170"],
        ["8608872", "29534", "10", "115", "132", "164"],
    ]
    .map(|values| {
        let letters = [": P", ": N", ": Q", ": M", ": O", ": R"];
        letters.iter().zip(values).fold(ROW.to_owned(), |row, (letter, value)| {
            row.replace(&format!("{letter},"), &format!(": {value},"))
        })
    })
}
