//! Deliveries with their secrets hidden: a partner's answer may hold the user's token, a webhook the
//! cloud's.

use crate::admin::Surface;
use crate::admin::exchanges::hidden;
use crate::mask::Masker;
use crate::model::finding::Finding;
use crate::store::StoreError;
use crate::store::listing::{self, Detail, Summary};
use crate::text::Text;

/// The deliveries of these ids, in this order, as they stand now.
pub(in crate::admin) async fn found(
    surface: &Surface,
    ids: Vec<String>,
    reveal: bool,
) -> Result<Vec<Summary>, StoreError> {
    let read = move |tx: &rusqlite::Connection| {
        ids.iter().map(|id| listing::summary(tx, id)).collect::<Result<Vec<_>, _>>()
    };
    Ok(all(surface.plane.store().write(read).await?, surface, reveal))
}

/// A list as it may be shown.
pub(super) fn all(mut rows: Vec<Summary>, surface: &Surface, reveal: bool) -> Vec<Summary> {
    if !reveal {
        let mask = surface.masker();
        rows.iter_mut().for_each(|row| hide(row, &mask));
    }
    rows
}

/// A whole delivery as it may be shown.
pub(super) fn whole(mut detail: Detail, mask: &Masker) -> Detail {
    hide(&mut detail.summary, mask);
    for (name, value) in &mut detail.fields.0 {
        *value = mask.field(name, value).0.into_owned();
    }
    mask.json(&mut detail.body);
    for attempt in &mut detail.tries {
        hide_text(&mut attempt.failure, mask);
        hide_findings(&mut attempt.findings, mask);
        mask.json(&mut attempt.answer);
    }
    detail
}

/// Hides what a row would give away.
pub(in crate::admin) fn hide(row: &mut Summary, mask: &Masker) {
    row.url = mask.url(&row.url).into_owned();
    hide_text(&mut row.failure, mask);
    hide_findings(&mut row.findings, mask);
    mask.json(&mut row.answer);
}

fn hide_text(text: &mut Option<Text>, mask: &Masker) {
    *text = text.take().map(|text| hidden(text, mask));
}

fn hide_findings(findings: &mut [Finding], mask: &Masker) {
    for finding in findings {
        finding.text = hidden(std::mem::take(&mut finding.text), mask);
    }
}
