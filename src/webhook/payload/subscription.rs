//! The seven types of subscription/event.

use serde::Serialize;
use serde_json::Value;

use crate::model::subscription::{Subscription, Type};

use super::place::user;
use super::seeded::Seeded;
use super::{Lacking, Scene, TimeShape, moment, value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Common<'a> {
    subscription_id: &'a str,
    product_id: &'a str,
    user_id: &'a str,
    timestamp: String,
    sequence_number: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    detail: Detail<'a>,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Detail<'a> {
    Created { plan_id: &'a str, trial_period_duration: String, device_number: u32 },
    Addons { addons: Vec<Addon> },
    Charged { next_billing_date: String, charged_sum: Charge },
    Terms { plan_id: &'a str, device_number: u32 },
    None {},
}

#[derive(Serialize)]
struct Addon {
    id: &'static str,
    quantity: i64,
}

#[derive(Serialize)]
struct Charge {
    amount: f64,
    currency: &'static str,
}

/// The subscription is told as the scene has it, that is, as it is after the event.
pub(super) fn body(kind: Type, scene: &Scene<'_>) -> Result<Value, Lacking> {
    let subscription = scene.subscription;
    Ok(value(&Common {
        subscription_id: &subscription.id,
        product_id: scene.app_id,
        user_id: &user(scene)?.id,
        timestamp: time(scene, scene.now_ms),
        sequence_number: subscription.sequence,
        kind: kind.wire(),
        detail: detail(kind, scene),
    }))
}

fn time(scene: &Scene<'_>, ms: i64) -> String {
    match scene.shapes.subscription_times {
        TimeShape::Offset => moment::offset(ms),
        TimeShape::Zulu => moment::zulu_ms(ms),
    }
}

fn detail<'a>(kind: Type, scene: &Scene<'a>) -> Detail<'a> {
    let subscription: &'a Subscription = scene.subscription;
    match kind {
        Type::Created => Detail::Created {
            plan_id: &subscription.plan,
            // Not ISO 8601, but what the vendor's samples have.
            trial_period_duration: format!("P{}DT", subscription.trial_days),
            device_number: subscription.device_number,
        },
        Type::AddonsUpdated => {
            let quantity = 1 + Seeded::part(scene.seed, "addons").below(5);
            Detail::Addons { addons: vec![Addon { id: "extra-report", quantity }] }
        }
        Type::Activated | Type::Renewed => Detail::Charged {
            next_billing_date: time(scene, subscription.next_billing_ms),
            charged_sum: Charge { amount: rubles(subscription.amount), currency: "RUB" },
        },
        Type::TermsChanged => {
            Detail::Terms { plan_id: &subscription.plan, device_number: subscription.device_number }
        }
        Type::TerminationRequested | Type::Terminated => Detail::None {},
    }
}

/// Exact for any sum that a terminal's app may cost.
#[expect(clippy::cast_precision_loss, reason = "sums are far below 2^53 kopecks")]
fn rubles(kopecks: i64) -> f64 {
    kopecks as f64 / 100.0
}
