//! What happened in a cluster (<https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1>).

use chrono::{DateTime, Utc};

use super::{Meta, objects};

objects! {
    /// Something that happened, once or again and again.
    pub struct Event {
        /// What every object has.
        metadata: Meta,
        /// To what.
        involved_object: Involved,
        /// A word.
        reason: String,
        /// A sentence.
        message: String,
        /// `Normal` or `Warning`.
        #[serde(rename = "type")]
        kind: String,
        /// How often, where the older of two ways to count is used.
        count: Option<u64>,
        /// When it began, in that way.
        first_timestamp: Option<DateTime<Utc>>,
        /// When it was last, in that way.
        last_timestamp: Option<DateTime<Utc>>,
        /// When it began, in the newer way.
        event_time: Option<DateTime<Utc>>,
        /// How it went on, in that way.
        series: Option<Series>,
    }

    /// To what something happened.
    pub struct Involved {
        /// As in `Pod`.
        kind: String,
        /// Empty where it has none.
        namespace: String,
        /// Its name.
        name: String,
        /// The part of it, as in `spec.containers{kafka}`.
        field_path: String,
    }

    /// Something that happens again and again.
    pub struct Series {
        /// How often.
        count: Option<u64>,
        /// When it was last.
        last_observed_time: Option<DateTime<Utc>>,
    }
}

impl Event {
    /// When it was last, by the best that is known.
    #[must_use]
    pub fn last(&self) -> Option<DateTime<Utc>> {
        let series = self.series.as_ref().and_then(|series| series.last_observed_time);
        let known = [series, self.last_timestamp, self.event_time, self.first_timestamp];
        known.into_iter().flatten().max().or(self.metadata.creation_timestamp)
    }

    /// How often it was.
    #[must_use]
    pub fn times(&self) -> u64 {
        let series = self.series.as_ref().and_then(|series| series.count);
        series.into_iter().chain(self.count).max().unwrap_or(1).max(1)
    }

    /// Whether it tells of that object.
    #[must_use]
    pub fn is_about(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let involved = &self.involved_object;
        let there = involved.namespace.is_empty() || namespace.is_empty() || involved.namespace == namespace;
        involved.kind == kind && involved.name == name && there
    }

    /// The container of which it tells, if it tells of one.
    #[must_use]
    pub fn container(&self) -> Option<&str> {
        self.involved_object.field_path.split_once('{')?.1.strip_suffix('}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cluster::object::List;

    #[test]
    fn an_event_has_the_best_time_that_it_knows_of() {
        let list: List<Event> =
            serde_json::from_str(include_str!("../../../../tests/data/cluster/eventlist.opf-jupyterhub.json")).unwrap();
        let told = |name: &str| {
            let event = list.items.iter().find(|event| event.involved_object.name.contains(name)).unwrap();
            (event.last().unwrap().format("%H:%M:%S").to_string(), event.times(), event.container())
        };
        // Of a series, of the newer kind without one, and of the older kind.
        assert_eq!(told("dmitri"), ("07:25:10".to_owned(), 15, None));
        assert_eq!(told("alice"), ("05:25:48".to_owned(), 1, None));
        assert_eq!(told("chandra"), ("07:22:48".to_owned(), 5, Some("notebook")));
    }
}
