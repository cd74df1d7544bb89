//! Two vendors' couriers as one.

use std::convert::Infallible;
use std::time::Duration;

use rusqlite::Connection;

use super::{Courier, Reply, Ruling};
use crate::net::upstream::Destination;
use crate::store::StoreError;
use crate::store::deliveries::Message;

/// Hands each message to the courier that takes it: what `other` does not take is `own`'s. Answers to
/// the other's messages change nothing.
#[derive(Debug)]
pub struct Couriers<A, B> {
    /// Takes what is left.
    pub own: A,
    /// Is asked first.
    pub other: B,
}

impl<A: Courier, B: Courier<Effect = Infallible>> Courier for Couriers<A, B> {
    type Effect = A::Effect;

    fn pauses(&self, message: &Message) -> Option<Vec<Duration>> {
        match self.other.takes(message) {
            true => self.other.pauses(message),
            false => self.own.pauses(message),
        }
    }

    fn app(&self, message: &Message) -> String {
        match self.other.takes(message) {
            true => self.other.app(message),
            false => self.own.app(message),
        }
    }

    fn destination(&self, message: &Message) -> Option<Destination> {
        match self.other.takes(message) {
            true => self.other.destination(message),
            false => self.own.destination(message),
        }
    }

    fn judge(&self, message: &Message, reply: &Reply) -> Ruling<A::Effect> {
        if !self.other.takes(message) {
            return self.own.judge(message, reply);
        }
        let Ruling { accepted, verdict, findings, effect: _ } = self.other.judge(message, reply);
        Ruling { accepted, verdict, findings, effect: None }
    }

    fn settle(
        &self,
        tx: &Connection,
        message: &Message,
        effect: &A::Effect,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.own.settle(tx, message, effect, now_ms)
    }

    fn settled(&self, message: &Message, effect: &A::Effect) {
        self.own.settled(message, effect);
    }
}
