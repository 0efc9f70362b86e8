//! The clusters: what people see of them, and what no cluster ever hears from us.

pub mod chat;
mod crawl;
mod hostile;
mod kubectl;
mod replay;
mod start;

use std::path::Path;
use std::process::Output;

/// Runs the program on a cluster whose kubeconfig is `kubeconfig`.
fn firstmate(kubeconfig: &Path, question: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.args(["cluster", "--kubeconfig"]).arg(kubeconfig).arg("smaug").args(question).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
