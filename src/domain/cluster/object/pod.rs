//! Pods and what is in them. Of an environment only the names are read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Condition, Meta, objects};

objects! {
    /// Containers that run on one node together.
    pub struct Pod {
        /// What every object has.
        metadata: Meta,
        /// What is wanted.
        spec: PodSpec,
        /// What is.
        status: PodStatus,
    }

    /// What is wanted of a pod.
    pub struct PodSpec {
        /// The node that it was given.
        node_name: String,
        /// Its programs.
        containers: Vec<Container>,
        /// What has to end, or with `restartPolicy: Always` has to begin, before them.
        init_containers: Vec<Container>,
        /// What can be mounted.
        volumes: Vec<Volume>,
        /// What has to be taken away before a node is looked for.
        scheduling_gates: Vec<Named>,
        /// What has to be so, beside its containers, before it is ready.
        readiness_gates: Vec<ReadinessGate>,
        /// `Always`, `OnFailure` or `Never`.
        restart_policy: String,
        /// Which labels a node must have.
        node_selector: BTreeMap<String, String>,
    }

    /// Something of which only the name is of interest.
    pub struct Named {
        /// The name.
        name: String,
    }

    /// A condition that has to hold.
    pub struct ReadinessGate {
        /// Its type.
        condition_type: String,
    }

    /// A program and what it needs.
    pub struct Container {
        /// Unique within its pod.
        name: String,
        /// From which it is made.
        image: String,
        /// What it is given and what it may take.
        resources: Resources,
        /// On which it listens.
        ports: Vec<Port>,
        /// The names of its environment.
        env: Vec<Named>,
        /// Whole ConfigMaps and Secrets in its environment.
        env_from: Vec<EnvFrom>,
        /// What it sees of its pod's volumes.
        volume_mounts: Vec<Mount>,
        /// `Always` makes a sidecar of an init container.
        restart_policy: String,
        /// Whether it may be asked.
        readiness_probe: Option<Probe>,
        /// Whether it has to be started again.
        liveness_probe: Option<Probe>,
        /// Whether it has started.
        startup_probe: Option<Probe>,
    }

    /// How much of each resource.
    pub struct Resources {
        /// The most that it may take.
        limits: BTreeMap<String, String>,
        /// What it is given in any case.
        requests: BTreeMap<String, String>,
    }

    /// A port of a container.
    pub struct Port {
        /// May be empty.
        name: String,
        /// The number.
        container_port: i64,
        /// As in `TCP`.
        protocol: String,
    }

    /// Where a whole piece of the environment comes from.
    pub struct EnvFrom {
        /// From a ConfigMap.
        config_map_ref: Option<Named>,
        /// From a Secret.
        secret_ref: Option<Named>,
    }

    /// A volume within a container.
    pub struct Mount {
        /// The volume's name.
        name: String,
        /// Where it is seen.
        mount_path: String,
    }

    /// That a probe is there; how it asks may hold a password.
    pub struct Probe {
        /// Seconds between two questions.
        period_seconds: Option<i64>,
    }

    /// Something to be mounted.
    pub struct Volume {
        /// Unique within its pod.
        name: String,
        /// A claim.
        persistent_volume_claim: Option<ClaimSource>,
        /// A ConfigMap.
        config_map: Option<Named>,
        /// A Secret.
        secret: Option<SecretSource>,
        /// Several of them as one.
        projected: Option<Projected>,
    }

    /// Names a claim.
    pub struct ClaimSource {
        /// Its name.
        claim_name: String,
    }

    /// Names a Secret.
    pub struct SecretSource {
        /// Its name.
        secret_name: String,
    }

    /// Several sources as one volume.
    pub struct Projected {
        /// The sources.
        sources: Vec<ProjectedSource>,
    }

    /// One of them.
    pub struct ProjectedSource {
        /// A ConfigMap.
        config_map: Option<Named>,
        /// A Secret.
        secret: Option<Named>,
    }

    /// What is so about a pod.
    pub struct PodStatus {
        /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        phase: String,
        /// A word on why it is so.
        reason: String,
        /// A sentence on it.
        message: String,
        /// What is so, one by one.
        conditions: Vec<Condition>,
        /// Its containers.
        container_statuses: Vec<ContainerStatus>,
        /// Those before them.
        init_container_statuses: Vec<ContainerStatus>,
    }

    /// How a container is.
    pub struct ContainerStatus {
        /// Its name.
        name: String,
        /// Whether it may be asked.
        ready: bool,
        /// Whether its startup probe has answered.
        started: Option<bool>,
        /// How often it was started again.
        restart_count: u64,
        /// What it does now.
        state: State,
        /// How it ended before.
        last_state: State,
    }

    /// One of three.
    pub struct State {
        /// It is not there yet.
        waiting: Option<Waiting>,
        /// It runs.
        running: Option<Running>,
        /// It has ended.
        terminated: Option<Terminated>,
    }

    /// Why a container is not there yet.
    pub struct Waiting {
        /// A word.
        reason: String,
        /// A sentence.
        message: String,
    }

    /// Since when a container runs.
    pub struct Running {
        /// Since when.
        started_at: Option<DateTime<Utc>>,
    }

    /// How a container ended.
    pub struct Terminated {
        /// What its program returned.
        exit_code: i64,
        /// The signal that ended it, where the runtime says so.
        signal: i64,
        /// A word.
        reason: String,
        /// The last that it had to say.
        message: String,
        /// When it began.
        started_at: Option<DateTime<Utc>>,
        /// When it ended.
        finished_at: Option<DateTime<Utc>>,
    }
}

impl Container {
    /// Whether it is an init container that goes on beside the others
    /// (<https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers>).
    #[must_use]
    pub fn is_sidecar(&self) -> bool {
        self.restart_policy == "Always"
    }
}

impl Pod {
    /// How the container of that name is, before or among the others.
    #[must_use]
    pub fn container_status(&self, name: &str) -> Option<&ContainerStatus> {
        let statuses = self.status.init_container_statuses.iter().chain(&self.status.container_statuses);
        statuses.into_iter().find(|status| status.name == name)
    }
}
