//! The databases that the tests run on: SQLite in memory, or PostgreSQL where `FIRSTMATE_TEST_POSTGRES` names a server on which
//! databases may be made. `tests/run` runs the suite on both.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The server, where there is one.
#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn server() -> Option<String> {
    std::env::var("FIRSTMATE_TEST_POSTGRES").ok()
}

/// The address of a database that nobody else uses.
pub async fn fresh() -> String {
    let Some(server) = server() else {
        return "sqlite::memory:".to_owned();
    };
    let name = format!("test_{:032x}", rand::random::<u128>());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut address = url::Url::parse(&server).unwrap();
    address.set_path(&name);
    address.into()
}
