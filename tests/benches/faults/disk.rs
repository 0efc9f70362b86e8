//! A disk that can be filled: a small one of the bot's own where a namespace may be made for it, else a limit on the size of its files.
//! It must not know what the bot does there.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is written at a time until nothing more goes.
const PIECE: usize = 4 * 1024;

/// Words that give the program that follows them a disk of `kib` at `folder`, or let it live with a limit on its files.
pub(crate) fn before(folder: &Path, kib: u32) -> Vec<String> {
    let script = match has_namespaces() {
        true => format!("mount -t tmpfs -o size={kib}k none {} && exec \"$0\" \"$@\"", folder.display()),
        // Ignored, so that it is told as an error of the write and not by a signal that ends the process (setrlimit(2)).
        false => "trap '' XFSZ; exec \"$0\" \"$@\"".to_owned(),
    };
    let words: &[&str] = if has_namespaces() { &["unshare", "-rm", "sh", "-c"] } else { &["sh", "-c"] };
    words.iter().map(|word| (*word).to_owned()).chain([script]).collect()
}

/// How it is done here, for the table.
pub(crate) fn manner() -> &'static str {
    if has_namespaces() { "a small tmpfs, filled" } else { "no file may grow (RLIMIT_FSIZE)" }
}

fn has_namespaces() -> bool {
    let mut try_out = Command::new("unshare");
    try_out.args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).stdout(Stdio::null()).stderr(Stdio::null());
    try_out.status().is_ok_and(|status| status.success())
}

/// Fills the disk at `folder` of the process `pid` to its last byte.
pub(crate) fn fill(pid: u32, folder: &Path) {
    if !has_namespaces() {
        return limit(pid, "0:");
    }
    let mut ballast = File::create(seen_by(pid, folder)).unwrap();
    let mut size = PIECE;
    while size > 0 {
        if ballast.write_all(&vec![0_u8; size]).is_err() {
            size /= 2;
        }
    }
}

/// Makes room again.
pub(crate) fn empty(pid: u32, folder: &Path) {
    match has_namespaces() {
        true => fs::remove_file(seen_by(pid, folder)).unwrap(),
        false => limit(pid, "unlimited:"),
    }
}

fn limit(pid: u32, soft: &str) {
    let limited = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--fsize={soft}")]).status();
    assert!(limited.unwrap().success(), "the size of files is limited");
}

fn seen_by(pid: u32, folder: &Path) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/root{}", folder.join("ballast").display()))
}
