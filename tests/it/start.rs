//! What keeps the bot from starting is told in one clear sentence that says what to do, and never repeats a secret.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rstest::rstest;

const SECRET: (&str, &str) = ("FIRSTMATE_SLACK__SIGNING_SECRET", "12345678901234567890123456789012");

/// Longer than any refusal takes: a database that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

#[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
fn program(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.arg("serve").current_dir(folder).env("FIRSTMATE_HTTP__LISTEN", "127.0.0.1:0");
    command.envs([SECRET, ("FIRSTMATE_STORE__URL", "sqlite::memory:")]);
    command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts the program, which is to refuse; one that serves instead is ended.
fn refused(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let mut child = program(folder, variables).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        std::thread::yield_now();
    }
    child.wait_with_output().unwrap()
}

/// The last line: lines of the log may stand before it.
fn said(output: &Output) -> String {
    let all = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{all}");
    assert!(!all.contains("hunter2"), "{all}");
    all.lines().last().unwrap().to_owned()
}

#[rstest]
#[case(&[("FIRSTMATE_SLACK__SIGNIN_SECRET", "hunter2")], "firstmate: the environment: unknown field `signin_secret`, expected one of")]
#[case(&[("FIRSTMATE_SLACK__SIGNING_SECRET", "hunter2")], "firstmate: slack.signing_secret has 7 characters, Slack's have 32: copy the Signing Secret from the app's Basic Information page")]
#[case(&[("FIRSTMATE_GITHUB__WEBHOOK_SECRET", "hunter2")], "firstmate: github.webhook_secret has 7 characters and needs 16: make one with `openssl rand -hex 32`")]
#[case(&[("FIRSTMATE_GITHUB__API_URL", "hunter2.example")], "firstmate: github.api_url (FIRSTMATE_GITHUB__API_URL) is no address with a scheme and a host: write it as in https://api.github.com")]
#[case(&[("FIRSTMATE_SLACK__API_URL", "ftp://hunter2")], "firstmate: slack.api_url (FIRSTMATE_SLACK__API_URL) is no address with a scheme and a host: write it as in https://slack.com/api")]
#[case(&[("FIRSTMATE_HTTP__PUBLIC_URL", "bot.example:3000")], "firstmate: http.public_url (FIRSTMATE_HTTP__PUBLIC_URL) is no address with a scheme and a host: write it as in https://firstmate.example.org")]
#[case(&[("FIRSTMATE_TRACES__ENDPOINT", "collector:4318")], "firstmate: traces.endpoint (FIRSTMATE_TRACES__ENDPOINT) is no address with a scheme and a host: write it as in http://collector:4318")]
#[case(&[("FIRSTMATE_STORE__URL", "postgres://bot:hunter2@127.0.0.1:9/bot")], "firstmate: the database of store.url cannot be reached: check that it runs at that host and port and that firstmate may connect to it")]
#[case(&[("FIRSTMATE_STORE__URL", "mysql://bot:hunter2@127.0.0.1/bot")], "firstmate: store.url is no address of a database: use sqlite:FILE or postgres://USER@HOST/NAME")]
fn a_configuration_that_cannot_be_used_is_refused(#[case] variables: &[(&str, &str)], #[case] told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let line = said(&refused(folder.path(), variables));
    assert!(line.starts_with(told), "{line}");
}

#[test]
fn a_role_that_nobody_defined_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let issue = folder.path().join("commands/issue");
    std::fs::create_dir_all(&issue).unwrap();
    std::fs::write(
        issue.join("repositories.toml"),
        "[[repositories]]\nname = \"operate-first/support\"\nabout = \"Help\"\nchannels = \"all\"\nwho = [\"captain\"]\n",
    )
    .unwrap();
    let output = refused(folder.path(), &[]);
    let line = said(&output);
    assert!(line.contains("`firstmate check` lists them"), "{line}");
    let all = String::from_utf8(output.stderr).unwrap();
    assert!(all.contains("issue/repositories.toml:5:") && all.contains("captain"), "{all}");
}

/// A folder in which nobody can write a file, root neither.
#[cfg(target_os = "linux")]
#[test]
fn a_data_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let line = said(&refused(folder.path(), &[("FIRSTMATE_STORE__URL", "sqlite:/proc/firstmate.db")]));
    assert!(
        line.starts_with("firstmate: /proc/firstmate.db.lock cannot be written: give store.url a file in a folder that firstmate may write"),
        "{line}"
    );
}

#[tokio::test]
async fn a_database_from_the_future_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    firstmate::store::Store::open(&url).await.unwrap().close().await;
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&url).await.unwrap();
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'of tomorrow', true, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let line = tokio::task::spawn_blocking(move || said(&refused(folder.path(), &[("FIRSTMATE_STORE__URL", &url)])));
    assert_eq!(
        line.await.unwrap(),
        "firstmate: the database was made by a newer firstmate (its tables are at step 9999, which this release does not know): run that release again, or restore the backup from before it"
    );
}

#[tokio::test]
async fn a_second_replica_on_one_sqlite_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bot.db").display().to_string();
    let first = firstmate::store::Store::open(&format!("sqlite:{file}")).await.unwrap();
    let told =
        format!("firstmate: {file} belongs to another firstmate that is running: stop it, or let both use PostgreSQL");
    let line = tokio::task::spawn_blocking(move || {
        said(&refused(folder.path(), &[("FIRSTMATE_STORE__URL", &format!("sqlite:{file}"))]))
    });
    assert_eq!(line.await.unwrap(), told);
    first.close().await;
}

/// What PostgreSQL is asked before anything else where the connection is to be encrypted
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

#[test]
fn a_database_that_says_nothing_is_not_waited_for_and_is_asked_for_encryption() {
    use std::io::Read as _;
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("postgres://bot:hunter2@{}/bot?sslmode=require", silent.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = silent.accept().unwrap();
        let mut first = [0; 8];
        stream.read_exact(&mut first).unwrap();
        (stream, first)
    });
    let folder = tempfile::tempdir().unwrap();
    let line = said(&refused(folder.path(), &[("FIRSTMATE_STORE__URL", &url)]));
    assert!(line.starts_with("firstmate: the database of store.url cannot be reached: "), "{line}");
    assert_eq!(asked.join().unwrap().1, SSL_REQUEST);
}
