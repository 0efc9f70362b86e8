//! What looks after pods, and the claims on storage that pods make.

use std::collections::BTreeMap;

use super::pod::Resources;
use super::{Condition, Meta, objects};

objects! {
    /// So many pods of one kind, replaced step by step.
    pub struct Deployment {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: DeploymentSpec,
        /// What is.
        status: DeploymentStatus,
    }

    /// What is wanted of a deployment.
    pub struct DeploymentSpec {
        /// How many pods; one, if nobody says.
        replicas: Option<i64>,
        /// Whether changes wait.
        paused: bool,
    }

    /// What is so about a deployment.
    pub struct DeploymentStatus {
        /// Pods that there are.
        replicas: i64,
        /// Those of the newest kind.
        updated_replicas: i64,
        /// Those that may be asked.
        ready_replicas: i64,
        /// Those that could be asked for some time.
        available_replicas: i64,
        /// What is so, one by one.
        conditions: Vec<Condition>,
        /// Up to which change all this is known.
        observed_generation: i64,
    }

    /// So many pods that are all the same.
    pub struct ReplicaSet {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: ReplicaSetSpec,
        /// What is.
        status: ReplicaSetStatus,
    }

    /// What is wanted of it.
    pub struct ReplicaSetSpec {
        /// How many pods.
        replicas: Option<i64>,
    }

    /// What is so about it.
    pub struct ReplicaSetStatus {
        /// Pods that there are.
        replicas: i64,
        /// What is so, one by one.
        conditions: Vec<Condition>,
    }

    /// A claim on storage: a PersistentVolumeClaim.
    pub struct Claim {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: ClaimSpec,
        /// What is.
        status: ClaimStatus,
    }

    /// What is wanted of storage.
    pub struct ClaimSpec {
        /// The kind of storage.
        storage_class_name: String,
        /// How it may be used.
        access_modes: Vec<String>,
        /// How much.
        resources: Resources,
        /// The volume that it was given.
        volume_name: String,
    }

    /// What is so about a claim.
    pub struct ClaimStatus {
        /// `Pending`, `Bound` or `Lost`.
        phase: String,
        /// How much it was given.
        capacity: BTreeMap<String, String>,
    }
}

impl Deployment {
    /// How many pods are wanted.
    #[must_use]
    pub fn wanted(&self) -> i64 {
        self.spec.replicas.unwrap_or(1)
    }
}
