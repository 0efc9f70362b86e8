//! What ten thousand pods cost, beside kubectl on the same server, and what three clusters that hang cost seven others.
//!
//! The server is the playground's: pods that weigh on the wire what real ones weigh. Needs kubectl, and the program as it is released.

#![expect(clippy::disallowed_methods, reason = "programs are compared, by the time they take")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "printing the figures is what it is for")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use firstmate::command::cluster::ask::{Asking, From};
use firstmate::domain::cluster::policy::{Asker, Policy};
use firstmate::domain::person::Roles;
use firstmate::domain::query;
use firstmate::kubernetes::{Access, Cluster, Identity, Patience};
use firstmate::playground::{Playground, SampleCluster, Setup};

const PODS: usize = 10_000;
const ROUNDS: usize = 7;

/// Least, median and most.
fn three(mut figures: Vec<f64>) -> [f64; 3] {
    figures.sort_by(f64::total_cmp);
    [figures[0], figures[figures.len() / 2], figures[figures.len() - 1]]
}

/// How long a program ran, and the most memory that it held, in KiB.
fn run(mut command: Command) -> (Duration, u64) {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let held = fs::read_to_string(&status).ok();
        let held = held.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("VmHWM:")));
        let held = held.and_then(|held| held.split_whitespace().next()?.parse().ok());
        most = most.max(held.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return (began.elapsed(), most);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn written(world: &Playground, folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, world.kubeconfig(name)).unwrap();
    file
}

async fn heavy(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(Arc::new(SystemTime::now));
    setup.clusters = vec![SampleCluster::heavy("heavy", PODS), SampleCluster::named("smaug")];
    // kubectl shows its token to nobody who speaks plain HTTP.
    setup.cluster_token = String::new();
    let world = Playground::start(setup).await.unwrap();
    let (heavy, light) = (written(&world, folder.path(), "heavy"), written(&world, folder.path(), "smaug"));

    let address = format!("{}/api/v1/pods?limit=500&includeObject=Metadata", world.cluster_url("heavy"));
    let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let page = reqwest::Client::new().get(address).header("accept", table).send().await.unwrap();
    println!("a page of 500 of {PODS} pods: {:.2} MB on the wire", page.bytes().await.unwrap().len() as f64 / 1e6);

    let ours = |kubeconfig: &Path, question: &[&str]| {
        let mut command = Command::new(program);
        command.args(["cluster", "--kubeconfig"]).arg(kubeconfig).arg("heavy").args(question);
        command
    };
    let theirs = || {
        let mut command = Command::new("kubectl");
        command.arg("--kubeconfig").arg(&heavy).args(["get", "pods", "-A"]);
        command.arg("--cache-dir").arg(folder.path().join("cache"));
        command
    };
    let (mut us, mut them, mut held, mut bare, mut kubectl) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..=ROUNDS {
        let (time, memory) = run(ours(&heavy, &["get", "pods", "-A"]));
        let (their_time, their_memory) = run(theirs());
        let (_, least) = run(ours(&light, &["get", "ns"]));
        // The first round warms caches.
        if round > 0 {
            us.push(time.as_secs_f64());
            them.push(their_time.as_secs_f64());
            held.push(memory as f64 / 1024.0);
            kubectl.push(their_memory as f64 / 1024.0);
            bare.push(least as f64 / 1024.0);
        }
    }
    let ratio = three(us.iter().zip(&them).map(|(us, them)| us / them).collect());
    let [_, us, _] = three(us);
    let [_, them, _] = three(them);
    println!(
        "get pods -A to its end: {us:.3} s, kubectl {them:.3} s; ratio {:.2} ({:.2} to {:.2})",
        ratio[1], ratio[0], ratio[2]
    );
    let ([_, held, most], [_, bare, _], [_, kubectl, _]) = (three(held), three(bare), three(kubectl));
    println!(
        "resident set: {held:.1} MiB (at most {most:.1}), {:.1} MiB more than for a short list ({bare:.1}); kubectl {kubectl:.1} MiB",
        held - bare
    );
}

async fn hanging() {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(Arc::new(SystemTime::now));
    let name = |number: usize| format!("c{number}");
    setup.clusters = (0..10)
        .map(
            |number| {
                if number < 7 { SampleCluster::named(&name(number)) } else { SampleCluster::hanging(&name(number)) }
            },
        )
        .collect();
    let world = Playground::start(setup).await.unwrap();
    let (policy, roles) = (Policy::terminal(), Roles::default());
    let connect = |number: usize| {
        let access = Access::Kubeconfig { file: written(&world, folder.path(), &name(number)), context: None };
        async move { Cluster::new(&access).await.unwrap() }
    };
    let ask = async |cluster: &Cluster| {
        let look = cluster.look(Identity::Own, Patience::InAll, chrono::Utc::now());
        let asker = Asker { person: "", channel: "" };
        let asking = Asking { cluster: "c", look, namespace: "opf-trino", policy: &policy, roles: &roles, asker };
        let query = query::parse(&["get".to_owned(), "pods".to_owned()]).unwrap().query;
        let began = Instant::now();
        let answered = asking.answer(&query, &From::default(), 20).await.is_ok();
        (answered, began.elapsed())
    };
    let (mut alone, mut beside, mut told) = (vec![], vec![], Duration::ZERO);
    for _ in 0..ROUNDS {
        let clusters = futures::future::join_all((0..10).map(connect)).await;
        for (answered, time) in futures::future::join_all(clusters[..7].iter().map(ask)).await {
            assert!(answered);
            alone.push(time.as_secs_f64() * 1e3);
        }
        let clusters = futures::future::join_all((0..10).map(connect)).await;
        // Those that hang are asked first.
        let all = futures::future::join_all(clusters.iter().rev().map(ask)).await;
        for (answered, time) in all {
            if answered { beside.push(time.as_secs_f64() * 1e3) } else { told = told.max(time) }
        }
    }
    assert_eq!(beside.len(), 7 * ROUNDS);
    let ([_, alone, _], [_, beside, _]) = (three(alone), three(beside));
    println!(
        "seven clusters alone: {alone:.1} ms each (median); beside three that hang: {beside:.1} ms, {:.2} times; those are told after {:.1} s",
        beside / alone,
        told.as_secs_f64()
    );
}

#[tokio::main]
async fn main() {
    // Cargo passes flags of its own.
    let program = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let program = PathBuf::from(program.unwrap_or_else(|| "target/release/firstmate".to_owned()));
    heavy(&program).await;
    hanging().await;
}
