//! One sale or payback, before anyone has written it as a document or a receipt. With the same seed
//! both tell of the same sale.

use super::menu::{Good, MENU};
use super::moment;
use super::seeded::Seeded;
use super::{DocumentKind, Scene};

/// All sums are whole rubles.
#[derive(Debug)]
pub(super) struct Sale {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) lines: Vec<Line>,
    pub(super) payment: Payment,
    pub(super) closed_ms: i64,
    /// The sale that a payback undoes.
    pub(super) base: Option<Base>,
}

/// A position.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) good: &'static Good,
    pub(super) quantity: i64,
    /// Half of the price or nothing.
    pub(super) discount: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payment {
    Card,
    /// What the customer handed over.
    Cash(i64),
}

#[derive(Debug)]
pub(super) struct Base {
    pub(super) id: String,
    pub(super) number: i64,
}

impl Line {
    pub(super) fn sum(&self) -> i64 {
        self.good.price * self.quantity
    }

    pub(super) fn result(&self) -> i64 {
        self.sum() - self.discount
    }

    /// Discounts are given to single pieces only, so this is exact.
    pub(super) fn result_price(&self) -> i64 {
        self.good.price - self.discount
    }
}

impl Sale {
    /// Closed a second or two before the cloud hears of it.
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let mut chance = Seeded::part(scene.seed, "sale");
        let id = chance.uuid();
        let made_up = 10_000 + chance.below(80_000);
        let number = scene.till.map_or(made_up, |till| till.number);
        let closed_ms = moment::second(moment::within(scene.now_ms.saturating_sub(UPLOAD_MS)));
        if let Some(origin) = scene.till.and_then(|till| till.base.as_ref()) {
            let (lines, payment) = undone(origin.seed);
            let base = Some(Base { id: origin.id.clone(), number: origin.number });
            return Self { id, number, lines, payment, closed_ms, base };
        }
        if scene.shapes.document == DocumentKind::Payback {
            let back = chance.one_of(&MENU).map(|good| Line { good, quantity: 1, discount: 0 });
            let lines = Vec::from_iter(back);
            let payment = Payment::Cash(lines.iter().map(Line::result).sum());
            let base = Base { id: chance.uuid(), number: number - 1 - chance.below(5) };
            return Self { id, number, lines, payment, closed_ms, base: Some(base) };
        }
        let (lines, payment) = sold(&mut chance);
        Self { id, number, lines, payment, closed_ms, base: None }
    }

    /// Before discounts.
    pub(super) fn sum(&self) -> i64 {
        self.lines.iter().map(Line::sum).sum()
    }

    /// What the customer owes, or gets back.
    pub(super) fn result(&self) -> i64 {
        self.lines.iter().map(Line::result).sum()
    }

    pub(super) fn discount(&self) -> i64 {
        self.lines.iter().map(|line| line.discount).sum()
    }

    /// What the customer handed over.
    pub(super) fn tendered(&self) -> i64 {
        match self.payment {
            Payment::Card => self.result(),
            Payment::Cash(tendered) => tendered,
        }
    }

    pub(super) fn change(&self) -> i64 {
        self.tendered() - self.result()
    }
}

fn sold(chance: &mut Seeded) -> (Vec<Line>, Payment) {
    let lines = lines(chance);
    let payment = payment(chance, lines.iter().map(Line::result).sum());
    (lines, payment)
}

/// What was sold with this seed, and the same sum the way it came.
fn undone(seed: u64) -> (Vec<Line>, Payment) {
    let mut chance = Seeded::part(seed, "sale");
    // A sale's id and number come first.
    let _ = (chance.uuid(), chance.below(1));
    let (lines, payment) = sold(&mut chance);
    let payment = match payment {
        Payment::Card => Payment::Card,
        Payment::Cash(_) => Payment::Cash(lines.iter().map(Line::result).sum()),
    };
    (lines, payment)
}

/// One to four different products, one of them sometimes at half price.
fn lines(chance: &mut Seeded) -> Vec<Line> {
    let first = chance.below(8);
    let count = 1 + chance.below(4);
    let mut lines: Vec<_> = MENU
        .iter()
        .cycle()
        .skip(usize::try_from(first).unwrap_or_default())
        .step_by(3)
        .take(usize::try_from(count).unwrap_or(1))
        .map(|good| Line { good, quantity: 1 + chance.below(2), discount: 0 })
        .collect();
    if chance.below(4) == 0
        && let Some(line) = lines.first_mut()
    {
        line.quantity = 1;
        line.discount = line.good.price / 2;
    }
    lines
}

/// By card, or in cash: the exact sum, or in round notes.
fn payment(chance: &mut Seeded, owed: i64) -> Payment {
    match chance.below(3) {
        0 => Payment::Card,
        1 => Payment::Cash(owed),
        _ => Payment::Cash((owed / NOTE + 1) * NOTE),
    }
}

const UPLOAD_MS: i64 = 1300;
const NOTE: i64 = 500;
