//! Objects as a cluster's API gives them, as far as we look at them. What is missing or null is empty, what is not named here is not read:
//! neither values of environments nor annotations nor data of any kind can be told of them.
//!
//! Fields bear the API's names: <https://kubernetes.io/docs/reference/kubernetes-api>,
//! <https://docs.redhat.com/en/documentation/openshift_container_platform/4.14/html/config_apis>.

mod cluster;
mod event;
mod pod;
mod workload;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

pub use cluster::{ClusterOperator, ClusterVersion, Namespace, Node, Quota, Said};
pub use event::{Event, Involved};
pub use pod::{Container, ContainerStatus, Pod, State, Terminated, Volume};
pub use workload::{Claim, Deployment, ReplicaSet};

/// Structures whose every field may be missing or null.
macro_rules! objects {
    ($($(#[$about:meta])* pub struct $name:ident { $($(#[$of:meta])* $field:ident: $type:ty,)* })*) => { $(
        $(#[$about])*
        #[derive(Clone, Debug, Default, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub struct $name { $(
            $(#[$of])*
            #[serde(deserialize_with = "crate::domain::cluster::object::given")]
            pub $field: $type,
        )* }
    )* };
}
use objects;

/// A list of objects, as the API answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, bound = "T: Default + Deserialize<'de>")]
pub struct List<T> {
    /// The objects.
    #[serde(deserialize_with = "given")]
    pub items: Vec<T>,
}

objects! {
    /// What every object has.
    pub struct Meta {
        /// Unique among its kind and namespace.
        name: String,
        /// Empty where objects of the kind have none.
        namespace: String,
        /// When it was made.
        creation_timestamp: Option<DateTime<Utc>>,
        /// When it is to be gone, if it is being removed: the time at which that was asked for, and the time that it was given.
        deletion_timestamp: Option<DateTime<Utc>>,
        /// How many seconds it was given.
        deletion_grace_period_seconds: Option<i64>,
        /// Who must agree before it is gone.
        finalizers: Vec<String>,
        /// By which it is found.
        labels: BTreeMap<String, String>,
        /// On whose behalf it exists.
        owner_references: Vec<Reference>,
        /// Counts the changes of what is wanted of it.
        generation: i64,
    }

    /// Another object in the same namespace.
    pub struct Reference {
        /// As in `ReplicaSet`.
        kind: String,
        /// Its name.
        name: String,
        /// Whether it is the one that looks after the object.
        controller: bool,
    }

    /// What is so about an object, or is not.
    pub struct Condition {
        /// As in `Ready`.
        #[serde(rename = "type")]
        kind: String,
        /// `True`, `False` or `Unknown`.
        status: String,
        /// A word.
        reason: String,
        /// A sentence.
        message: String,
        /// Since when.
        last_transition_time: Option<DateTime<Utc>>,
    }
}

impl Meta {
    /// Whether an object of that kind and name looks after it.
    #[must_use]
    pub fn is_of(&self, kind: &str, name: &str) -> bool {
        self.owner_references.iter().any(|owner| owner.kind == kind && owner.name == name)
    }
}

impl Condition {
    /// Whether it is so.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.status == "True"
    }
}

/// The condition of that type.
#[must_use]
pub fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

/// What is null is as good as missing.
fn given<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_null_or_missing_is_empty_and_what_is_unknown_is_passed_over() {
        let odd = json!({
            "metadata": {"name": "a", "labels": null, "finalizers": null, "surprise": [1, {}]},
            "spec": {"containers": [{"name": "c", "env": null, "resources": null, "livenessProbe": null}], "volumes": null},
            "status": null,
        });
        let pod = Pod::deserialize(&odd).unwrap();
        assert_eq!((pod.metadata.name.as_str(), pod.spec.containers.len()), ("a", 1));
        assert!(Pod::deserialize(&json!({})).is_ok() && Node::deserialize(&json!({"spec": {}})).is_ok());
        assert!(Event::deserialize(&json!({"series": null, "eventTime": null})).unwrap().last().is_none());
    }

    #[test]
    fn values_that_nobody_may_read_are_not_read() {
        let list: List<Pod> =
            serde_json::from_str(include_str!("../../../tests/data/cluster/pod.inline-password-env.json")).unwrap();
        let pod = format!("{:?}", list.items);
        assert!(pod.contains("POSTGRESQL_PASSWORD") && !pod.contains("do-not-show"), "{pod}");
        assert!(!pod.contains("network-status"), "{pod}");
    }
}
