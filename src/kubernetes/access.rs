//! How a cluster is reached: by a kubeconfig or the account of the bot's own pod. What would run a program or change anything is refused
//! here, before there is a client.

use std::path::{Path, PathBuf};

use http::{Method, Request};
use kube::client::{Body, ClientBuilder};
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use thiserror::Error;
use tower::filter::FilterLayer;

use super::wire::CONNECT;

/// Where the way to a cluster is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// In a file, under a context of it; its current one where none is named.
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// The context.
        context: Option<String>,
    },
    /// In the pod that the bot runs in.
    InCluster,
}

/// Why a cluster cannot be reached at all, worded for whoever runs the bot. Holds names of files, contexts and users, never what
/// is secret about them.
#[derive(Debug, Error)]
pub enum Refused {
    /// There is no such file, or it is none.
    #[error("{file}: this kubeconfig cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// In a few words.
        why: &'static str,
    },
    /// Logging in would run a program.
    #[error(
        "{file}: the user `{user}` logs in by `{way}`, which runs a program or asks another service, and I never do. Give that user a token or a client certificate of a service account."
    )]
    RunsSomething {
        /// The file.
        file: String,
        /// The user in the file.
        user: String,
        /// `exec` or `auth-provider`.
        way: &'static str,
    },
    /// Nothing is there under that name, or something in it is wrong.
    #[error("{file}: {} cannot be used: it is not there, or names a cluster, user or file that is not", called(.context))]
    NoContext {
        /// The file.
        file: String,
        /// The context.
        context: Option<String>,
    },
    /// The pod has no account.
    #[error("in_cluster = true, but this is no pod with a service account: name a kubeconfig instead")]
    NoAccount,
    /// No client can be made of it.
    #[error("{0}: no connection can be set up: look at its server, certificates and `proxy-url` (no proxies)")]
    NoClient(String),
}

fn called(context: &Option<String>) -> String {
    context.as_ref().map_or_else(|| "its current context".to_owned(), |context| format!("the context `{context}`"))
}

/// What is to leave for a cluster but does not.
#[derive(Debug, Error)]
#[error("only GET may leave for a cluster")]
pub(super) struct OnlyGet;

impl Access {
    /// A client that lets only GET pass, and the namespace that is meant when none is named.
    pub(super) async fn client(&self) -> Result<(Client, String), Refused> {
        let (mut config, name) = match self {
            Self::Kubeconfig { file, context } => (from_file(file, context.as_deref()).await?, shown(file)),
            Self::InCluster => (Config::incluster().map_err(|_| Refused::NoAccount)?, "in_cluster".to_owned()),
        };
        config.connect_timeout = Some(CONNECT);
        // Whoever asks has a time-out of their own, and knows what it means.
        config.read_timeout = None;
        config.write_timeout = None;
        // Taken from the environment by the library, which cannot use it: a proxy of the kubeconfig's own was refused before.
        config.proxy_url = None;
        // The library would repeat what we repeat ourselves, and knows no end.
        config.default_retry = false;
        let namespace = Some(config.default_namespace.clone()).filter(|namespace| !namespace.is_empty());
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let stack = ClientBuilder::try_from(config).map_err(|_| Refused::NoClient(name))?;
        Ok((stack.with_layer(&FilterLayer::new(only_get)).build(), namespace))
    }
}

/// Lets GET pass.
pub(super) fn only_get(request: Request<Body>) -> Result<Request<Body>, OnlyGet> {
    if request.method() == Method::GET { Ok(request) } else { Err(OnlyGet) }
}

async fn from_file(file: &Path, context: Option<&str>) -> Result<Config, Refused> {
    // The library's messages may quote what stands in the file.
    let unreadable = |why| Refused::Unreadable { file: shown(file), why };
    if !file.is_file() {
        return Err(unreadable("there is no such file"));
    }
    let mut kubeconfig =
        Kubeconfig::read_from(file).map_err(|_| unreadable("it is no kubeconfig, or may not be read"))?;
    for named in &kubeconfig.auth_infos {
        if let Some(way) = named.auth_info.as_ref().and_then(runs_something) {
            return Err(Refused::RunsSomething { file: shown(file), user: named.name.clone(), way });
        }
    }
    kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()).for_each(with_scheme);
    kubeconfig.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()).for_each(with_bare_token);
    if kubeconfig.clusters.iter().filter_map(|named| named.cluster.as_ref()).any(has_proxy) {
        return Err(Refused::NoClient(shown(file)));
    }
    if !names_user(&kubeconfig, context) {
        return Err(Refused::NoContext { file: shown(file), context: context.map(str::to_owned) });
    }
    let options = KubeConfigOptions { context: context.map(str::to_owned), ..KubeConfigOptions::default() };
    let built = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    built.map_err(|_| Refused::NoContext { file: shown(file), context: context.map(str::to_owned) })
}

/// The way by which logging in would run a program (`exec`), or ask a service in whichever way a plugin likes (`auth-provider`).
fn runs_something(user: &AuthInfo) -> Option<&'static str> {
    match (&user.exec, &user.auth_provider) {
        (Some(_), _) => Some("exec"),
        (None, Some(_)) => Some("auth-provider"),
        (None, None) => None,
    }
}

/// Whether the user that the context names is there; one without a user goes as nobody. The library would do so for a wrong name, too.
fn names_user(kubeconfig: &Kubeconfig, context: Option<&str>) -> bool {
    let context = context.or(kubeconfig.current_context.as_deref());
    let known = kubeconfig.contexts.iter().find(|known| Some(known.name.as_str()) == context);
    let user = known.and_then(|known| known.context.as_ref()?.user.as_deref()).filter(|user| !user.is_empty());
    user.is_none_or(|user| kubeconfig.auth_infos.iter().any(|known| known.name == user))
}

/// Gives an address without a scheme the one that kubectl takes it for.
fn with_scheme(cluster: &mut kube::config::Cluster) {
    let secure = cluster.certificate_authority.is_some()
        || cluster.certificate_authority_data.is_some()
        || cluster.insecure_skip_tls_verify == Some(true);
    if let Some(server) = cluster.server.as_mut().filter(|server| !server.contains("://")) {
        *server = format!("{}://{server}", if secure { "https" } else { "http" });
    }
}

/// A file with a token often ends in a line break, with which the library makes no header. Such a file is read once; one without is
/// read anew as it changes.
fn with_bare_token(user: &mut AuthInfo) {
    let written = user.token_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    if let Some(written) = written.filter(|written| written.trim() != written) {
        user.token = Some(written.trim().to_owned().into());
        user.token_file = None;
    }
}

fn has_proxy(cluster: &kube::config::Cluster) -> bool {
    cluster.proxy_url.as_ref().is_some_and(|proxy| !proxy.is_empty())
}

/// The file's own name: the folder is the operator's affair.
fn shown(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
