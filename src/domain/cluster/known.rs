//! The clusters that the community knows by name, and what is meant where nobody says it, as `commands/cluster/clusters.toml` has
//! them. Knows names only: neither addresses nor keys, and not how a cluster is reached.

/// What the community's file says of clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// By name.
    pub clusters: Vec<Cluster>,
    /// What is meant in which channel; at most one for each.
    pub presets: Vec<Preset>,
    /// In whose name the clusters are asked; in the bot's own where there is none.
    pub impersonation: Option<Impersonation>,
}

/// A cluster that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// As people type it.
    pub name: String,
    /// What it is for, in one line.
    pub about: String,
    /// With what it is reached.
    pub access: Access,
    /// The namespace that is meant when nobody names one.
    pub namespace: Option<String>,
}

/// With what a cluster is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A file in the operator's folder of kubeconfigs.
    Kubeconfig {
        /// Its name, without a folder.
        file: String,
        /// Which of its contexts; the current one where there is none.
        context: Option<String>,
    },
    /// The service account of the pod that the bot runs in.
    InCluster,
}

/// What is meant in a channel when nobody names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The channel's id.
    pub channel: String,
    /// Name of the cluster.
    pub cluster: String,
    /// The namespace on that cluster; the cluster's own where there is none.
    pub namespace: Option<String>,
}

/// Asks in the name of whoever asks, so that a cluster's own rules and its audit log see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impersonation {
    /// The groups that everybody is in, each beginning with [`Impersonation::PREFIX`].
    pub groups: Vec<String>,
}

impl Clusters {
    /// The cluster of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.name == name)
    }

    /// The cluster that is meant in a channel when nobody names one.
    #[must_use]
    pub fn meant_in(&self, channel: &str) -> Option<&Cluster> {
        self.named(&self.preset_of(channel)?.cluster)
    }

    /// The namespace of `cluster` that is meant in a channel when nobody names one.
    #[must_use]
    pub fn namespace_meant_in<'a>(&'a self, channel: &str, cluster: &'a Cluster) -> Option<&'a str> {
        let here = self.preset_of(channel).filter(|preset| preset.cluster == cluster.name);
        here.and_then(|preset| preset.namespace.as_deref()).or(cluster.namespace.as_deref())
    }

    fn preset_of(&self, channel: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.channel == channel)
    }
}

impl Impersonation {
    /// What names of ours begin with, so that nobody in chat has the name of a person or a part of the cluster.
    pub const PREFIX: &str = "slack:";

    /// The name under which a person asks.
    #[must_use]
    pub fn user(person: &str) -> String {
        format!("{}{person}", Self::PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn clusters() -> Clusters {
        let cluster = |name: &str, namespace: Option<&str>| Cluster {
            name: name.to_owned(),
            about: "things".to_owned(),
            access: Access::InCluster,
            namespace: namespace.map(str::to_owned),
        };
        let preset = |channel: &str, namespace: Option<&str>| Preset {
            channel: channel.to_owned(),
            cluster: "smaug".to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        Clusters {
            clusters: vec![cluster("smaug", Some("opf-jupyterhub")), cluster("infra", None)],
            presets: vec![preset("C1", Some("thoth-test")), preset("C2", None)],
            impersonation: None,
        }
    }

    #[rstest]
    #[case("C1", Some("smaug"))]
    #[case("C2", Some("smaug"))]
    #[case("C3", None)]
    fn a_channel_means_a_cluster(#[case] channel: &str, #[case] meant: Option<&str>) {
        assert_eq!(clusters().meant_in(channel).map(|cluster| cluster.name.as_str()), meant);
    }

    #[rstest]
    #[case("C1", "smaug", Some("thoth-test"))]
    #[case("C2", "smaug", Some("opf-jupyterhub"))]
    #[case("C3", "smaug", Some("opf-jupyterhub"))]
    #[case("C1", "infra", None)]
    fn a_channels_namespace_is_meant_on_its_cluster_only(
        #[case] channel: &str,
        #[case] cluster: &str,
        #[case] meant: Option<&str>,
    ) {
        let clusters = clusters();
        assert_eq!(clusters.namespace_meant_in(channel, clusters.named(cluster).unwrap()), meant);
    }

    #[test]
    fn nobody_in_chat_has_a_name_of_the_cluster() {
        assert_eq!(Impersonation::user("U1"), "slack:U1");
    }
}
