//! The clusters on the wire: what a server answers, and what it refuses. Here is the stage; the plays are in `reading`, `lists`,
//! `refusing`, `failing` and `heavy`.

mod failing;
mod heavy;
mod lists;
mod reading;
mod refusing;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::{Method, Response};
use serde_json::Value;

use super::super::{Playground, SampleCluster, Setup};

/// When the seed was recorded, so that every age is the recorded one.
const RECORDED: u64 = 1_795_159_556;
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// A playground with clusters, and who looks at them.
struct Stage {
    play: Playground,
    http: reqwest::Client,
}

impl Stage {
    async fn new() -> Self {
        Self::with(vec![SampleCluster::default()]).await
    }

    async fn with(clusters: Vec<SampleCluster>) -> Self {
        let mut setup = Setup::new(Arc::new(|| UNIX_EPOCH + Duration::from_secs(RECORDED)));
        setup.clusters = clusters;
        let play = Playground::start(setup).await.unwrap();
        Self { play, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn request(&self, method: Method, cluster: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.play.cluster_url(cluster)))
    }

    async fn ask(&self, path: &str, accept: &str) -> Response {
        let request = self.request(Method::GET, "smaug", path).bearer_auth("playground-cluster-token");
        request.header("accept", accept).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        read(self.ask(path, "application/json").await).await
    }

    async fn table(&self, path: &str) -> Value {
        let (status, table) = read(self.ask(path, TABLE).await).await;
        assert_eq!(status, 200, "{path}: {table}");
        table
    }
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The names in the first column.
fn names(table: &Value) -> Vec<&str> {
    table["rows"].as_array().unwrap().iter().map(|row| row["cells"][0].as_str().unwrap()).collect()
}
