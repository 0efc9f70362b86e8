//! The workspace's clock as the page shows it, and its step to the next thing that falls due. It must not know what falls due,
//! nor how a clock is moved: both come with `Setup`.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::shared::Shared;
use super::world::Change;

/// Why the clock was not stepped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unmoved {
    /// There is nothing to step to.
    NothingDue,
    /// Somebody else's step is not done yet.
    UnderWay,
    /// It was begun and did not come to its end.
    Broken,
}

/// The workspace's time and what falls due next; times are milliseconds since 1970.
pub(super) async fn read(shared: &Shared) -> Value {
    let next = match &shared.steps {
        Some(steps) => (steps.next)().await,
        None => None,
    };
    let next = next.map(|step| json!({"at": millis(step.at), "label": step.label}));
    json!({"now": millis((shared.now)()), "next": next})
}

/// Steps to what falls due next, then tells every page. A visitor who goes away meanwhile does not leave it half done.
pub(super) async fn step(shared: &Arc<Shared>) -> Result<Value, Unmoved> {
    let steps = shared.steps.clone().ok_or(Unmoved::NothingDue)?;
    let alone = Arc::clone(&shared.stepping).try_lock_owned().map_err(|_| Unmoved::UnderWay)?;
    let stepper = Arc::clone(shared);
    let stepped = tokio::spawn(async move {
        let _alone = alone;
        let next = (steps.next)().await.ok_or(Unmoved::NothingDue)?;
        (steps.to)(next.at).await;
        // Nobody listening is no error.
        let _ = stepper.changes.send(Change {
            to: stepper.directory.people.iter().map(|person| person.id.clone()).collect(),
            data: json!({"type": "clock"}),
        });
        Ok(())
    });
    stepped.await.unwrap_or(Err(Unmoved::Broken))?;
    Ok(read(shared).await)
}

fn millis(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
