//! What there is of a cluster beside workloads: nodes, namespaces and what they may use, OpenShift's operators and its version.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Condition, Meta, objects};

objects! {
    /// A machine.
    pub struct Node {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: NodeSpec,
        /// What is.
        status: Conditions,
    }

    /// What is wanted of a node.
    pub struct NodeSpec {
        /// Whether it takes no more pods.
        unschedulable: bool,
    }

    /// Whatever has conditions.
    pub struct Conditions {
        /// What is so, one by one.
        conditions: Vec<Condition>,
    }

    /// A part of OpenShift.
    pub struct ClusterOperator {
        /// What every object has.
        metadata: Meta,
        /// What is.
        status: Conditions,
    }

    /// Which OpenShift it is.
    pub struct ClusterVersion {
        /// What is.
        status: VersionStatus,
    }

    /// What is so about the version.
    pub struct VersionStatus {
        /// Where it is, or is going.
        desired: Release,
        /// Where it has been, newest first.
        history: Vec<Release>,
        /// What is so, one by one.
        conditions: Vec<Condition>,
    }

    /// A version, and how it came.
    pub struct Release {
        /// As in `4.11.7`.
        version: String,
        /// `Completed` or `Partial`.
        state: String,
        /// When it was there.
        completion_time: Option<DateTime<Utc>>,
    }

    /// How much a namespace may use.
    pub struct Quota {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: QuotaSpec,
        /// What is.
        status: QuotaStatus,
    }

    /// What is wanted of a quota.
    pub struct QuotaSpec {
        /// The most of each resource.
        hard: BTreeMap<String, String>,
    }

    /// What is so about a quota.
    pub struct QuotaStatus {
        /// The most of each resource, as it is held.
        hard: BTreeMap<String, String>,
        /// What is used of it.
        used: BTreeMap<String, String>,
    }

    /// A namespace.
    pub struct Namespace {
        /// What it has like every object, and what of its annotations may be read.
        metadata: NamespaceMeta,
        /// What is.
        status: NamespaceStatus,
    }

    /// The metadata of a namespace.
    pub struct NamespaceMeta {
        /// Unique.
        name: String,
        /// When it was made.
        creation_timestamp: Option<DateTime<Utc>>,
        /// By which it is found.
        labels: BTreeMap<String, String>,
        /// Those that tell whose it is.
        annotations: Said,
    }

    /// The annotations that may be read: each is named here, and no other gets in.
    pub struct Said {
        /// Who asked for it.
        #[serde(rename = "openshift.io/requester")]
        requester: String,
        /// What people call it.
        #[serde(rename = "openshift.io/display-name")]
        display_name: String,
        /// What it is for.
        #[serde(rename = "openshift.io/description")]
        description: String,
        /// Who answers for it.
        #[serde(rename = "op1st/project-owner")]
        project_owner: String,
        /// The issue by which it came.
        #[serde(rename = "op1st/onboarding-issue")]
        onboarding_issue: String,
        /// Where more is to be read.
        #[serde(rename = "op1st/docs")]
        docs: String,
    }

    /// What is so about a namespace.
    pub struct NamespaceStatus {
        /// `Active` or `Terminating`.
        phase: String,
    }
}
