//! Everything at once: twenty thousand questions made by a generator, none of which may make anything but GET leave or bring a planted
//! secret to light.

use std::sync::Arc;

use firstmate::command::cluster::ask::{Answer, Asking, From};
use firstmate::domain::clock::Clock;
use firstmate::domain::cluster::policy::{Asker, Policy};
use firstmate::domain::person::Roles;
use firstmate::domain::query::{self, Query};
use firstmate::kubernetes::{Access, Cluster, Identity, Patience};
use firstmate::playground::{Playground, SampleCluster, Setup};
use firstmate::slack::blocks;

/// Secrets that stand somewhere in the sample: in environments, annotations, config maps, events, logs.
const PLANTED: [&str; 3] = ["do-not-show", "donotshow", "last-applied"];

/// A generator of numbers that is the same everywhere: xorshift (<https://www.jstatsoft.org/article/view/v008i14>).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const KINDS: &[&str] = &[
    "pods",
    "po",
    "deploy",
    "rs",
    "sts",
    "ds",
    "jobs",
    "cj",
    "svc",
    "ing",
    "pvc",
    "pv",
    "sc",
    "quota",
    "limits",
    "cm",
    "hpa",
    "pdb",
    "no",
    "ns",
    "ev",
    "route",
    "app",
    "co",
    "clusterversion",
    "sdep",
    "crd",
    "secrets",
    "Secret",
    "secret.v1",
    "widgets",
    "pod,svc",
];
const NAMES: &[&str] = &[
    "jupyterhub-db-9rtxggmcv6-rv97q",
    "jupyterhub-nb-chandra",
    "jupyterhub-nb-dmitri-5fml",
    "odh-message-bus-kafka-2",
    "trino-config",
    "paddock",
    "trino-cache",
    "kafka-custom",
    "user-api",
    "thoth-test",
    "os-ctrl-2.cluster.example.org",
    "version",
    "etcd",
    "trino-worker",
    "telemetry-collector",
    "argocd-secret",
    "no-such-thing",
    "..",
    "🦀",
    "a;b",
    "$(id)",
];
const PLACES: &[&str] = &[
    "opf-jupyterhub",
    "opf-trino",
    "opf-kafka",
    "b4mad",
    "thoth-test",
    "fybrik",
    "opf-argocd",
    "no-such-ns",
    "-x",
    "../..",
];
const FLAGS: &[&[&str]] = &[
    &["-A"],
    &["-o", "wide"],
    &["-o", "name"],
    &["-o", "yaml"],
    &["--limit", "3"],
    &["-l", "app"],
    &["-l", "a b==="],
    &["--field-selector", "status.phase!=Running"],
    &["--field-selector", "spec.x=y"],
    &["--as", "admin"],
    &["--kubeconfig=/x"],
    &["-f", "x"],
    &["-w"],
    &["--raw", "/api/v1/secrets"],
    &["--tail", "5"],
    &["--previous"],
    &["-c", "kafka"],
    &["--since", "1h"],
];

fn question(dice: &mut Dice) -> Vec<String> {
    let verb = dice.of(&[
        "get", "get", "get", "describe", "describe", "events", "why", "why", "quota", "owner", "status", "kinds",
        "logs", "delete", "exec", "patch",
    ]);
    let mut words = vec![verb.to_owned()];
    let mut add = |word: &str| words.push(word.to_owned());
    match verb {
        "quota" | "owner" => add(dice.of(PLACES)),
        "status" | "kinds" => {}
        "why" | "logs" => add(dice.of(NAMES)),
        _ => {
            add(dice.of(KINDS));
            if verb != "get" || dice.below(3) == 0 {
                add(dice.of(NAMES));
            }
        }
    }
    if dice.below(2) == 0 && !matches!(verb, "quota" | "owner" | "status" | "kinds") {
        add("-n");
        add(dice.of(PLACES));
    }
    if dice.below(2) == 0 {
        let flag = FLAGS[dice.below(FLAGS.len())];
        flag.iter().for_each(|word| add(word));
    }
    words
}

fn written(answer: Answer) -> String {
    match answer {
        Answer::List(listing) => listing.table.as_kubectl() + &listing.names.unwrap_or_default().join("\n"),
        Answer::Said(reply) => {
            format!("{}\n{}", blocks::words(&reply), serde_json::to_string(&blocks::message(&reply)).unwrap())
        }
        Answer::Log(log) => log,
    }
}

/// Asks `count` questions; comes back with how many were sent to the cluster and answered.
async fn crawl(count: usize, seed: u64) -> usize {
    let mut setup = Setup::new(Arc::new(|| Clock::system().now().into()));
    setup.clusters = vec![SampleCluster::named("smaug")];
    let world = Playground::start(setup).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smaug.kubeconfig");
    std::fs::write(&file, world.kubeconfig("smaug")).unwrap();
    let cluster = Cluster::new(&Access::Kubeconfig { file, context: None }).await.unwrap();
    let (policy, roles) = (Policy::terminal(), Roles::default());
    let (mut dice, mut answered) = (Dice(seed), 0);
    for _ in 0..count {
        let words = question(&mut dice);
        let Ok(query::Asked { query, .. }) = query::parse(&words) else { continue };
        let asking = Asking {
            cluster: "smaug",
            look: cluster.look(Identity::Own, Patience::InAll, Clock::system().now()),
            namespace: "opf-jupyterhub",
            policy: &policy,
            roles: &roles,
            asker: Asker { person: "", channel: "" },
        };
        let read = match asking.answer(&query, &From::default(), 500).await {
            Ok(answer) => {
                answered += 1;
                written(answer)
            }
            Err(mistake) => mistake.to_string(),
        };
        for planted in PLANTED {
            assert!(!read.contains(planted), "{words:?} showed {planted}: {read}");
        }
        assert!(!read.contains(['\u{1b}', '\u{202e}', '\u{0}']), "{words:?}: {read:?}");
        assert!(matches!(query, Query::Logs(_) | Query::Get(_)) || !read.is_empty(), "{words:?}");
    }
    let calls = world.calls();
    let other: Vec<&String> =
        calls.iter().map(|(method, _)| method).filter(|method| !method.starts_with("GET ")).collect();
    assert!(other.is_empty() && !calls.is_empty(), "{other:?}");
    // What is not a GET, and every request for a secret, is a fault.
    world.finish();
    answered
}

/// Questions that the suite asks; `tests/measure questions` asks for more by this variable.
const QUESTIONS: usize = 1_000;
const SIZE: &str = "FIRSTMATE_TEST_QUESTIONS";

#[tokio::test]
#[expect(clippy::print_stdout, reason = "tests/measure shows it")]
async fn generated_questions_change_nothing_and_show_no_secret() {
    #[expect(clippy::disallowed_methods, reason = "a measurement says by it how large it is to be")]
    let count = std::env::var(SIZE).map_or(QUESTIONS, |count| count.parse().unwrap());
    let answered = crawl(count, 0x0b5e_55ed).await;
    println!("{count} questions, {answered} of them answered by the cluster: nothing but GET, no planted secret shown");
    assert!(answered * 10 > count, "{answered}");
}
