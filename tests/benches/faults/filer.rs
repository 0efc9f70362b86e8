//! Somebody who files one issue after the other from threads: begins anew where a window does not come, and sends again what was not
//! answered. It must not know what goes wrong.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::load::Desk;
use crate::rest;

/// The form of the fake forge that is filled in.
const FORM: &str = "Question";
const FIELD: &str = "What would you like to know?";

/// How long somebody looks at a window that does not come before they begin anew.
const PATIENCE: Duration = Duration::from_secs(6);

/// How often they look.
const LOOK: Duration = Duration::from_millis(50);

/// What stands before somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    /// None, or one that loads.
    Loading,
    Choose,
    Fill,
    Review,
    Sent,
}

pub(crate) async fn files(desk: Desk, rests: Duration) {
    // Never the same title twice, however often somebody comes back to work: by it the issue is known.
    static SERIAL: AtomicUsize = AtomicUsize::new(1);
    while !desk.is_over() {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        file(&desk, &format!("Question {serial} of person {}", desk.number)).await;
        rest(rests).await;
    }
}

/// Files one issue. Given up only when the load ends before it was sent; then nothing is owed.
async fn file(desk: &Desk, title: &str) {
    let handle = desk.handle();
    let said = vec![(handle.clone(), title.to_owned(), None), ("bob".to_owned(), "which browser?".to_owned(), None)];
    let thread = desk.world.seed_thread("#support", said);
    while !desk.is_over() {
        let person = desk.world.as_(&handle);
        if person.view_json().is_some() {
            person.closes().await;
        }
        person.in_("#support").shortcut("Open a GitHub issue", &thread).await;
        if goes_through(desk, &handle, title).await {
            desk.owed.issue(title, &thread);
            return;
        }
    }
}

/// From the first window to the last; false where somebody has to begin anew.
async fn goes_through(desk: &Desk, handle: &str, title: &str) -> bool {
    let person = desk.world.as_(handle);
    let mut last = (Window::Loading, Instant::now());
    loop {
        let window = window(person.view_json());
        if window != last.0 {
            last = (window, Instant::now());
        }
        if window == Window::Sent {
            return true;
        }
        // Whoever has sent it once presses on until it is taken: it may have been.
        if last.1.elapsed() > PATIENCE && (window != Window::Review || desk.is_over()) {
            return false;
        }
        match window {
            Window::Choose => drop(person.submits(&[("What", FORM)]).await),
            Window::Fill => drop(person.submits(&[("Title", title), (FIELD, "Why is it blank?")]).await),
            Window::Review => drop(person.submits(&[]).await),
            Window::Loading | Window::Sent => {}
        }
        rest(LOOK).await;
    }
}

fn window(view: Option<Value>) -> Window {
    let Some(view) = view else { return Window::Loading };
    let submit = view["submit"]["text"].as_str();
    let has =
        |label: &str| view["blocks"].as_array().into_iter().flatten().any(|block| block["label"]["text"] == label);
    match submit {
        _ if view["callback_id"] == "issue.done" => Window::Sent,
        Some("File it") => Window::Review,
        // While GitHub cannot be reached no form is offered; then people wait.
        Some(_) if has("What") && view["blocks"].to_string().contains(FORM) => Window::Choose,
        Some(_) if has("Title") => Window::Fill,
        _ => Window::Loading,
    }
}
