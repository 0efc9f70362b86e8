//! The modals that people have before them: one stack a person. Pure; it must not know messages, triggers or response
//! addresses.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::blocks::with_ids;
use super::super::view::View;
use super::{Change, Refused, World};

/// Views in one stack. <https://docs.slack.dev/reference/methods/views.push>
const VIEWS_IN_STACK: usize = 3;

impl World {
    /// The view that a person has before them.
    pub(in crate::playground) fn view(&self, person: &str) -> Option<&View> {
        self.views.get(person)?.last()
    }

    /// Opens a view in a stack of its own; what was open is gone.
    pub(in crate::playground) fn open_view(&mut self, person: &'static str, given: Value) -> View {
        self.views.remove(person);
        self.lay(person, given, None)
    }

    /// Lays a view over the one that is open.
    pub(in crate::playground) fn push_view(&mut self, person: &'static str, given: Value) -> Result<View, Refused> {
        let stack = self.views.entry(person).or_default();
        if stack.len() >= VIEWS_IN_STACK {
            return Err("push_limit_reached");
        }
        let below = stack.last().map(|view| (view.root.clone(), view.id.clone()));
        Ok(self.lay(person, given, below))
    }

    fn lay(&mut self, person: &'static str, given: Value, below: Option<(String, String)>) -> View {
        let id = format!("V{:08}", self.serial());
        let (root, previous) = below.map_or_else(|| (id.clone(), None), |(root, previous)| (root, Some(previous)));
        let view =
            View { hash: self.view_hash(), id, root, previous, json: self.view_json(given), errors: BTreeMap::new() };
        self.views.entry(person).or_default().push(view.clone());
        self.tell_view(person);
        view
    }

    fn view_hash(&mut self) -> String {
        format!("{}.hash", self.serial())
    }

    fn view_json(&mut self, mut given: Value) -> Value {
        given["blocks"] = with_ids(given["blocks"].take(), || self.serial());
        given
    }

    /// Puts other content into an open view; its id stays.
    pub(in crate::playground) fn update_view(&mut self, person: &'static str, id: &str, given: Value) -> Option<View> {
        let (json, hash) = (self.view_json(given), self.view_hash());
        let view = self.views.get_mut(person)?.iter_mut().find(|view| view.id == id)?;
        (view.json, view.hash, view.errors) = (json, hash, BTreeMap::new());
        let view = view.clone();
        self.tell_view(person);
        Some(view)
    }

    /// Shows what is wrong with what was entered.
    pub(in crate::playground) fn set_view_errors(&mut self, person: &str, id: &str, errors: BTreeMap<String, String>) {
        if let Some(view) = self.views.get_mut(person).and_then(|stack| stack.iter_mut().find(|view| view.id == id)) {
            view.errors = errors;
        }
    }

    /// Closes one view, and with it what lies over it; the one below, if any, is before the person again.
    pub(in crate::playground) fn close_view(&mut self, person: &'static str, id: &str) {
        if let Some(stack) = self.views.get_mut(person)
            && let Some(at) = stack.iter().position(|view| view.id == id)
        {
            stack.truncate(at);
            self.tell_view(person);
        }
    }

    /// Closes every view of a person.
    pub(in crate::playground) fn clear_views(&mut self, person: &'static str) {
        self.views.remove(person);
        self.tell_view(person);
    }

    fn tell_view(&mut self, person: &'static str) {
        let view = self.view(person).map_or(Value::Null, View::for_page);
        self.changes.push(Change { to: vec![person], data: json!({"type": "view", "view": view}) });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::World;

    #[test]
    fn a_stack_holds_three_views() {
        let mut world = World::default();
        let view = || json!({"type": "modal", "blocks": []});
        let first = world.open_view("U0ANN", view());
        let second = world.push_view("U0ANN", view()).unwrap();
        assert_eq!((&second.root, second.previous.as_ref()), (&first.id, Some(&first.id)));
        let third = world.push_view("U0ANN", view()).unwrap();
        assert_eq!(world.push_view("U0ANN", view()).unwrap_err(), "push_limit_reached");
        world.close_view("U0ANN", &third.id);
        assert_eq!(world.view("U0ANN").map(|view| &view.id), Some(&second.id));
    }
}
