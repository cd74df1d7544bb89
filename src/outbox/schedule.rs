//! When a message is sent again; pure.

use crate::config::meant::Retry;
use crate::model::event::Class;

/// The time of the next attempt, or `None` when there is none. `due` is when the attempt that just
/// failed was to be made, `begun` when the round began, `tries` how many attempts it has seen; all
/// times are milliseconds since 1970 (evotor.md, section 3.1). Repeated events keep to the minutes
/// of their first attempt: delays do not add up, and what was missed is not made up for.
pub fn next(
    class: Class,
    retry: &Retry,
    (begun, due, now): (i64, i64, i64),
    tries: u32,
) -> Option<i64> {
    match class {
        Class::Request => None,
        Class::Lifecycle => {
            let every = ms(retry.lifecycle_every).max(1);
            let passed = (now - due).max(0) / every;
            let next = due.saturating_add((passed + 1).saturating_mul(every));
            (next <= begun + ms(retry.lifecycle_for)).then_some(next)
        }
        Class::Notification => {
            let pause = retry.notifications.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
            Some(now + ms(*pause))
        }
    }
}

fn ms(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MINUTE: i64 = 60_000;

    #[test]
    fn requests_are_never_repeated() {
        assert_eq!(next(Class::Request, &Retry::default(), (0, 0, 0), 1), None);
    }

    #[test]
    fn events_are_repeated_once_a_minute_for_three_days() {
        let (mut due, mut tries) = (0, 1);
        while let Some(again) = next(Class::Lifecycle, &Retry::default(), (0, due, due + 20), tries)
        {
            assert_eq!(again - due, MINUTE);
            (due, tries) = (again, tries + 1);
        }
        assert_eq!(due, 3 * 24 * 60 * MINUTE);
        assert_eq!(tries, 4321);
    }

    #[test]
    fn an_event_that_was_sent_late_keeps_its_minute() {
        let times = (0, 0, 5 * MINUTE + 1);
        assert_eq!(next(Class::Lifecycle, &Retry::default(), times, 1), Some(6 * MINUTE));
    }

    #[test]
    fn notifications_follow_their_list_and_end_with_it() {
        let pauses = [10, 60].map(Duration::from_secs).to_vec();
        let retry = Retry { notifications: pauses, ..Retry::default() };
        assert_eq!(next(Class::Notification, &retry, (0, 0, 5), 1), Some(10_005));
        assert_eq!(next(Class::Notification, &retry, (0, 0, 5), 2), Some(60_005));
        assert_eq!(next(Class::Notification, &retry, (0, 0, 5), 3), None);
    }
}
