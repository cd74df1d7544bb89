//! One sale or payback, before anyone has written it as a document or a receipt. With the same seed
//! both tell of the same sale.

use super::menu::{MENU, WEIGHED};
use super::moment;
use super::money::Money;
use super::quantity::Quantity;
use super::seeded::Seeded;
use super::ware::Ware;
use super::{DocumentKind, Origin, Scene};

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
    pub(super) ware: Ware,
    pub(super) quantity: Quantity,
    /// Half of the price or nothing.
    pub(super) discount: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payment {
    Card,
    /// What the customer handed over.
    Cash(Money),
}

#[derive(Debug)]
pub(super) struct Base {
    pub(super) id: String,
    pub(super) number: i64,
}

impl Line {
    fn of(ware: Ware) -> Self {
        Self { ware, quantity: Quantity::pieces(1), discount: Money::default() }
    }

    pub(super) fn sum(&self) -> Money {
        self.ware.price() * self.quantity
    }

    pub(super) fn result(&self) -> Money {
        self.sum() - self.discount
    }

    /// Discounts are given to single pieces only, so this is exact.
    pub(super) fn result_price(&self) -> Money {
        self.ware.price() - self.discount
    }

    /// The tax in its sum before the discount.
    pub(super) fn tax(&self) -> Money {
        self.sum().tax(self.ware.tax_percent())
    }

    /// The tax in what is owed for it.
    pub(super) fn result_tax(&self) -> Money {
        self.result().tax(self.ware.tax_percent())
    }

    /// 50 where it is at half price.
    pub(super) fn discount_percent(&self) -> i64 {
        100 * self.discount.in_kopecks() / self.sum().in_kopecks().max(1)
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
        let goods = scene.till.map_or(&[][..], |till| &till.goods);
        if let Some(origin) = scene.till.and_then(|till| till.base.as_ref()) {
            let (lines, payment) = undone(origin, goods);
            let base = Some(Base { id: origin.id.clone(), number: origin.number });
            return Self { id, number, lines, payment, closed_ms, base };
        }
        if scene.shapes.document == DocumentKind::Payback {
            let piece = chance.one_of(&MENU).map(|good| Line::of(Ware::of_menu(good)));
            let weighed = scene.by_weight && chance.below(3) == 0;
            let lines = match weighed {
                true => vec![by_weight(Ware::of_menu(&WEIGHED), &mut chance)],
                false => Vec::from_iter(piece),
            };
            let payment = Payment::Cash(lines.iter().map(Line::result).sum());
            let base = Base { id: chance.uuid(), number: number - 1 - chance.below(5) };
            return Self { id, number, lines, payment, closed_ms, base: Some(base) };
        }
        let (lines, payment) = sold(&mut chance, goods, scene.by_weight);
        Self { id, number, lines, payment, closed_ms, base: None }
    }

    /// Before discounts.
    pub(super) fn sum(&self) -> Money {
        self.lines.iter().map(Line::sum).sum()
    }

    /// What the customer owes, or gets back.
    pub(super) fn result(&self) -> Money {
        self.lines.iter().map(Line::result).sum()
    }

    pub(super) fn discount(&self) -> Money {
        self.lines.iter().map(|line| line.discount).sum()
    }

    /// What the customer handed over.
    pub(super) fn tendered(&self) -> Money {
        match self.payment {
            Payment::Card => self.result(),
            Payment::Cash(tendered) => tendered,
        }
    }

    pub(super) fn change(&self) -> Money {
        self.tendered() - self.result()
    }
}

fn sold(chance: &mut Seeded, goods: &[Ware], weighs: bool) -> (Vec<Line>, Payment) {
    let lines = lines(chance, goods, weighs);
    let payment = payment(chance, lines.iter().map(Line::result).sum());
    (lines, payment)
}

/// What was sold in that sale, and the same sum the way it came.
fn undone(sale: &Origin, goods: &[Ware]) -> (Vec<Line>, Payment) {
    let mut chance = Seeded::part(sale.seed, "sale");
    // A sale's id and number come first.
    let _ = (chance.uuid(), chance.below(1));
    let (lines, payment) = sold(&mut chance, goods, sale.by_weight);
    let payment = match payment {
        Payment::Card => Payment::Card,
        Payment::Cash(_) => Payment::Cash(lines.iter().map(Line::result).sum()),
    };
    (lines, payment)
}

/// One to four different products, one of them sometimes at half price; with those of the menu comes
/// what is weighed in every other sale of a shop that has a scale.
fn lines(chance: &mut Seeded, goods: &[Ware], weighs: bool) -> Vec<Line> {
    let first = usize::try_from(chance.below(8)).unwrap_or_default();
    let count = usize::try_from(1 + chance.below(4)).unwrap_or(1);
    let wares: Vec<Ware> = match goods.is_empty() {
        true => {
            let menu = MENU.iter().cycle().skip(first).step_by(3);
            menu.take(count).map(Ware::of_menu).collect()
        }
        false => goods.iter().take(count).cloned().collect(),
    };
    let line = |ware: Ware| match weighs && ware.is_weighed() {
        true => by_weight(ware, chance),
        false => Line { quantity: Quantity::pieces(1 + chance.below(2)), ..Line::of(ware) },
    };
    let mut lines: Vec<_> = wares.into_iter().map(line).collect();
    if chance.below(4) == 0
        && let Some(line) = lines.first_mut().filter(|line| !(weighs && line.ware.is_weighed()))
    {
        line.quantity = Quantity::pieces(1);
        line.discount = line.ware.price() / 2;
    }
    if weighs && goods.is_empty() && chance.below(2) == 0 {
        lines.push(by_weight(Ware::of_menu(&WEIGHED), chance));
    }
    lines
}

/// As much as a customer asks for.
fn by_weight(ware: Ware, chance: &mut Seeded) -> Line {
    let grams = chance.one_of(&[834, 204, 350, 1250]).copied().unwrap_or(834);
    Line { quantity: Quantity::grams(grams), ..Line::of(ware) }
}

/// By card, or in cash: the exact sum, or in round notes.
fn payment(chance: &mut Seeded, owed: Money) -> Payment {
    match chance.below(3) {
        0 => Payment::Card,
        1 => Payment::Cash(owed),
        _ => Payment::Cash(NOTE * (owed.in_kopecks() / NOTE.in_kopecks() + 1)),
    }
}

const UPLOAD_MS: i64 = 1300;
const NOTE: Money = Money::rubles(500);
