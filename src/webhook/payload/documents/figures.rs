//! What a shift came to, for the documents at its end.

use super::{Money, Scene, Seeded};
use crate::model::shift::{Counters, Movements, Trades};

/// The sums of a shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// What was sold, less what came back.
    pub(super) revenue: Money,
    /// What is in the drawer.
    pub(super) drawer: Money,
    /// What is put in or taken out by a document of cash.
    pub(super) moved: Money,
    /// How it came about.
    pub(super) counters: Counters,
}

impl Figures {
    /// Those of the terminal, or made up where there is none.
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        if let Some(till) = scene.till {
            return Self {
                revenue: Money::kopecks(till.revenue),
                drawer: Money::kopecks(till.drawer),
                moved: Money::kopecks(till.moved),
                counters: till.counters,
            };
        }
        let mut chance = Seeded::part(scene.seed, "takings");
        let revenue = 1000 * (500 + chance.below(4000));
        let drawer = revenue + 100_000 * chance.below(20);
        let card = revenue / 4;
        let cash = revenue - card;
        let sales = Trades { count: 10 + chance.below(40), cash, card };
        let cash_in = Movements { count: 1, sum: drawer - cash };
        let lifetime = 1000 * revenue;
        Self {
            revenue: Money::kopecks(revenue),
            drawer: Money::kopecks(drawer),
            moved: Money::kopecks(drawer / 2),
            counters: Counters { sales, cash_in, lifetime, ..Counters::default() },
        }
    }
}
