//! Which kinds a cluster knows: asked in two requests where it tells all at once, group by group where it is older
//! (<https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api>).

use futures::StreamExt as _;
use serde::Deserialize;

use super::failure::Failure;
use super::wire::Asker;
use crate::domain::cluster::kind::{Kind, Kinds};

/// Everything at once in either of the two versions in use, else group by group.
pub(super) const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// Groups asked for at a time: as many as a cluster is asked anything at a time.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Told {
    #[serde(rename = "APIGroupDiscoveryList")]
    All { items: Vec<Group> },
    #[serde(rename = "APIVersions")]
    Core {},
    #[serde(rename = "APIGroupList")]
    Groups { groups: Vec<Named> },
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    scope: String,
    #[serde(default)]
    singular_resource: String,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct ResponseKind {
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name: String,
    #[serde(default)]
    preferred_version: Option<GroupVersion>,
    #[serde(default)]
    versions: Vec<GroupVersion>,
}

#[derive(Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct GroupVersion {
    group_version: String,
    version: String,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    resources: Vec<Old>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Old {
    name: String,
    #[serde(default)]
    singular_name: String,
    namespaced: bool,
    kind: String,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    verbs: Vec<String>,
}

/// Asks a cluster for all its kinds that can be read.
pub(super) async fn kinds(asker: &Asker<'_>) -> Result<Kinds, Failure> {
    let (core, others) = futures::try_join!(told(asker, "/api"), told(asker, "/apis"))?;
    let core = match core {
        Told::All { items } => items.into_iter().flat_map(of_group).collect(),
        Told::Core {} | Told::Groups { .. } => listed(asker, "/api/v1", "", "v1").await?,
    };
    let others: Vec<Kind> = match others {
        Told::All { items } => items.into_iter().flat_map(of_group).collect(),
        Told::Groups { groups } => {
            let versions: Vec<(String, GroupVersion)> = groups.into_iter().flat_map(versions).collect();
            let asked = versions.into_iter().map(|(group, GroupVersion { group_version, version })| async move {
                // A group whose own server is down is left out, as kubectl does; the others are there.
                listed(asker, &format!("/apis/{group_version}"), &group, &version).await.unwrap_or_default()
            });
            futures::stream::iter(asked).buffered(AT_ONCE).collect::<Vec<_>>().await.into_iter().flatten().collect()
        }
        Told::Core {} => Vec::new(),
    };
    Ok(Kinds::new(core.into_iter().chain(others).filter_map(sound).collect()))
}

/// All versions of a group, the preferred one first: some kinds are there in another one only.
fn versions(group: Named) -> Vec<(String, GroupVersion)> {
    let Named { name, preferred_version, versions } = group;
    let others = versions.into_iter().filter(|version| Some(version) != preferred_version.as_ref());
    let others: Vec<GroupVersion> = others.collect();
    preferred_version.into_iter().chain(others).map(|version| (name.clone(), version)).collect()
}

async fn told(asker: &Asker<'_>, address: &str) -> Result<Told, Failure> {
    let body = asker.fetch(ACCEPT, address.to_owned()).await?;
    serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)
}

fn of_group(group: Group) -> Vec<Kind> {
    let name = group.metadata.name;
    let versions = group.versions.into_iter();
    let kinds = versions.flat_map(|Version { version, resources }| {
        let readable = resources.into_iter().filter(|resource| can_read(&resource.verbs));
        readable.map(move |resource| (version.clone(), resource)).collect::<Vec<_>>()
    });
    let kind = |(version, resource): (String, Resource)| Kind {
        group: name.clone(),
        version,
        plural: resource.resource,
        singular: resource.singular_resource,
        kind: resource.response_kind.map(|kind| kind.kind).unwrap_or_default(),
        short: resource.short_names,
        namespaced: resource.scope == "Namespaced",
    };
    kinds.map(kind).collect()
}

async fn listed(asker: &Asker<'_>, address: &str, group: &str, version: &str) -> Result<Vec<Kind>, Failure> {
    let body = asker.fetch("application/json", address.to_owned()).await?;
    let listed: Listed = serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)?;
    // Sub-resources such as `pods/log` are no kinds.
    let known = listed.resources.into_iter().filter(|old| !old.name.contains('/') && can_read(&old.verbs));
    let kind = |old: Old| Kind {
        group: group.to_owned(),
        version: version.to_owned(),
        // Older servers leave it empty.
        singular: if old.singular_name.is_empty() { old.kind.to_lowercase() } else { old.singular_name },
        plural: old.name,
        kind: old.kind,
        short: old.short_names,
        namespaced: old.namespaced,
    };
    Ok(known.map(kind).collect())
}

/// A kind whose names can stand in an address and be read aloud: all that a server should have
/// (<https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions>).
fn sound(kind: Kind) -> Option<Kind> {
    let plain = |name: &str| name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.'));
    let good =
        !kind.plural.is_empty() && [&kind.plural, &kind.group, &kind.version].into_iter().all(|name| plain(name));
    let named = |name: String| if plain(&name) { name } else { String::new() };
    good.then(|| Kind {
        singular: named(kind.singular),
        kind: Some(named(kind.kind)).filter(|kind| !kind.is_empty()).unwrap_or_else(|| kind.plural.clone()),
        short: kind.short.into_iter().filter(|short| plain(short)).collect(),
        ..kind
    })
}

fn can_read(verbs: &[String]) -> bool {
    verbs.iter().any(|verb| verb == "list" || verb == "get")
}
