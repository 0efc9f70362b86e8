//! A cluster made of recordings (`tests/data/cluster`, whose `index.tsv` says what was asked for each): whatever was recorded is answered
//! again, byte for byte, and everything that comes is written down.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Parameters that change how much comes along with an answer, not what it says; recordings have them or not.
const WEIGHTS: [&str; 2] = ["includeObject", "limit"];

struct Recorded {
    accept: String,
    status: StatusCode,
    kind: String,
    body: Bytes,
}

#[derive(Default)]
struct Tape {
    answers: HashMap<(String, BTreeMap<String, String>), Vec<Recorded>>,
    heard: Mutex<Vec<String>>,
}

pub struct Replay {
    tape: Arc<Tape>,
    pub address: String,
    folder: tempfile::TempDir,
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cluster")
}

/// What a recording says.
pub fn recorded(file: &str) -> String {
    std::fs::read_to_string(data().join(file)).unwrap()
}

fn asked(uri: &axum::http::Uri) -> (String, BTreeMap<String, String>) {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let said = query.into_owned().filter(|(name, _)| !WEIGHTS.contains(&name.as_str()));
    (uri.path().to_owned(), said.collect())
}

impl Replay {
    pub async fn start() -> Self {
        let mut tape = Tape::default();
        for line in recorded("index.tsv").lines() {
            let [file, "GET", path, accept, "reader-token", status, kind, ..] =
                line.split('\t').collect::<Vec<_>>()[..]
            else {
                continue;
            };
            // Pages of a list are told apart by a parameter that is left out here; the whole list is what is meant.
            let body =
                std::fs::read(data().join(file)).ok().filter(|_| !path.contains("limit=") && !path.contains("watch="));
            let Some(body) = body else { continue };
            let recorded = Recorded {
                accept: accept.to_owned(),
                status: status.parse().unwrap(),
                kind: kind.to_owned(),
                body: body.into(),
            };
            tape.answers.entry(asked(&path.parse().unwrap())).or_default().push(recorded);
        }
        let tape = Arc::new(tape);
        let router = Router::new().fallback(answer).with_state(Arc::clone(&tape));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { tape, address, folder: tempfile::tempdir().unwrap() }
    }

    /// A kubeconfig that leads here.
    pub fn kubeconfig(&self) -> PathBuf {
        let file = self.folder.path().join("config");
        std::fs::write(&file, kubeconfig(&self.address, "reader-token")).unwrap();
        file
    }

    /// Methods and addresses that came, oldest first.
    pub fn heard(&self) -> Vec<String> {
        self.tape.heard.lock().unwrap().clone()
    }
}

/// A kubeconfig for a server and a token.
pub fn kubeconfig(server: &str, token: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- name: k\n  cluster: {{server: \"{server}\"}}\nusers:\n- name: u\n  user: {{token: \"{token}\"}}\ncontexts:\n- name: c\n  context: {{cluster: k, user: u}}\n"
    )
}

async fn answer(State(tape): State<Arc<Tape>>, request: Request) -> Response {
    tape.heard.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
    let accept = request.headers().get(header::ACCEPT).map(|accept| accept.to_str().unwrap()).unwrap_or_default();
    let known = tape.answers.get(&asked(request.uri())).into_iter().flatten();
    // The first form that is wanted and was recorded.
    let best = accept.split(',').find_map(|wanted| known.clone().find(|recorded| recorded.accept == wanted.trim()));
    match best {
        Some(found) => (found.status, [(header::CONTENT_TYPE, found.kind.clone())], found.body.clone()).into_response(),
        None => (StatusCode::NOT_IMPLEMENTED, "nothing like that was recorded").into_response(),
    }
}
