//! The workers' counters as OpenMetrics text.

use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use crate::fault::Code;
use crate::journal::Journal;
use crate::telemetry::{self, BUCKETS, Stats};

pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn text(
    stats: &Arc<[Arc<Stats>]>,
    journal: Option<&Journal>,
    is_refused: bool,
) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::with_prefix("evotor_gateway");
    if let Some(journal) = journal {
        registry.register_collector(Box::new(Recorded(journal.clone())));
    }
    registry.register_collector(Box::new(Workers(Arc::clone(stats))));
    registry.register_collector(Box::new(File { is_refused }));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct Recorded(Journal);

impl Collector for Recorded {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counters = [
            ("journal_exchanges", "Exchanges that were recorded", self.0.written()),
            ("journal_exchanges_lost", "Exchanges that passed unrecorded", self.0.lost()),
        ];
        for (name, about, count) in counters {
            let counter = ConstCounter::new(count);
            let place = encoder.encode_descriptor(name, about, None, counter.metric_type())?;
            counter.encode(place)?;
        }
        let waiting = ConstGauge::new(i64::try_from(self.0.waiting()).unwrap_or(i64::MAX));
        let about = "Bytes of exchanges that wait to be written";
        let unit = Some(&Unit::Bytes);
        let kind = waiting.metric_type();
        let place = encoder.encode_descriptor("journal_waiting", about, unit, kind)?;
        waiting.encode(place)
    }
}

/// gateway.yaml as it was last read.
#[derive(Debug)]
struct File {
    is_refused: bool,
}

impl Collector for File {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let refused = ConstGauge::new(i64::from(self.is_refused));
        let about = "1 where gateway.yaml was refused when it was last read, and an older one stays in force";
        let kind = refused.metric_type();
        refused.encode(encoder.encode_descriptor("config_refused", about, None, kind)?)
    }
}

#[derive(Debug)]
struct Workers(Arc<[Arc<Stats>]>);

impl Workers {
    fn sum(&self, of: impl Fn(&Stats) -> u64) -> u64 {
        self.0.iter().map(|stats| of(stats)).sum()
    }
}

impl Collector for Workers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let mut requests = encoder.encode_descriptor(
            "requests",
            "Exchanges by the first digit of the partner's status",
            None,
            prometheus_client::metrics::MetricType::Counter,
        )?;
        for digit in 1..6 {
            let count = ConstCounter::new(self.sum(|stats| stats.class(digit)));
            let label = [("status", format!("{digit}xx"))];
            count.encode(requests.encode_family(&label)?)?;
        }
        let mut refused = encoder.encode_descriptor(
            "refused",
            "Requests the gateway answered itself, by code",
            None,
            prometheus_client::metrics::MetricType::Counter,
        )?;
        for code in Code::ALL {
            let count = ConstCounter::new(self.sum(|stats| stats.refused(*code)));
            let label = [("code", code.name()), ("culprit", code.culprit().name())];
            count.encode(refused.encode_family(&label)?)?;
        }
        let lost = ConstCounter::new(self.sum(Stats::lost) + telemetry::lost());
        let lost_in = encoder.encode_descriptor(
            "records_lost",
            "Log records that could not be written in time",
            None,
            lost.metric_type(),
        )?;
        lost.encode(lost_in)?;
        let left_out = ConstCounter::new(telemetry::left_out());
        let left_out_in = encoder.encode_descriptor(
            "records_left_out",
            "Log records beyond the limit of their kind",
            None,
            left_out.metric_type(),
        )?;
        left_out.encode(left_out_in)?;
        self.encode_times(encoder)
    }
}

impl Workers {
    fn encode_times(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let bounds = BUCKETS.iter().copied().chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> =
            bounds.enumerate().map(|(at, bound)| (bound, self.sum(|s| s.bucket(at)))).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let seconds = self.0.iter().map(|stats| stats.seconds()).sum();
        let mut times = encoder.encode_descriptor(
            "request_duration",
            "Time from the request to the head of its answer",
            Some(&Unit::Seconds),
            prometheus_client::metrics::MetricType::Histogram,
        )?;
        times.encode_histogram::<NoLabelSet>(seconds, count, &buckets, None)
    }
}
