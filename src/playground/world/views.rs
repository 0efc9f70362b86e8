//! The modals that people have before them: one stack a person. Pure; it must not know messages, triggers or response
//! addresses.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::blocks::with_ids;
use super::super::view::{View, kept};
use super::{Change, REMEMBERED, Refused, World, remember};

/// Views in one stack. <https://docs.slack.dev/reference/methods/views.push>
const VIEWS_IN_STACK: usize = 3;

impl World {
    /// The view that a person has before them.
    pub(in crate::playground) fn view(&self, person: &str) -> Option<&View> {
        self.views.get(person)?.last()
    }

    /// Opens a view in a stack of its own; what was open is gone.
    pub(in crate::playground) fn open_view(&mut self, person: &str, given: Value) -> Result<View, Refused> {
        if given["external_id"].as_str().is_some_and(|id| !id.is_empty() && self.find_view("external_id", id).is_some())
        {
            return Err("duplicate_external_id");
        }
        self.drop_views(person, 0);
        Ok(self.lay(person, given, None))
    }

    /// Lays a view over the one that is open.
    pub(in crate::playground) fn push_view(&mut self, person: &str, given: Value) -> Result<View, Refused> {
        let stack = self.views.entry(person.to_owned()).or_default();
        if stack.len() >= VIEWS_IN_STACK {
            return Err("push_limit_reached");
        }
        let below = stack.last().map(|view| (view.root.clone(), view.id.clone()));
        Ok(self.lay(person, given, below))
    }

    fn lay(&mut self, person: &str, given: Value, below: Option<(String, String)>) -> View {
        let id = format!("V{:08}", self.serial());
        let (root, previous) = below.map_or_else(|| (id.clone(), None), |(root, previous)| (root, Some(previous)));
        let (hash, json) = (self.view_hash(), self.view_json(given));
        let view = View { hash, id, root, previous, json, entered: json!({}), errors: BTreeMap::new() };
        self.views.entry(person.to_owned()).or_default().push(view.clone());
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

    /// The open view with this `view_id` or `external_id`, and before whom it is.
    pub(in crate::playground) fn find_view(&self, field: &str, id: &str) -> Option<(String, &View)> {
        let all = self.views.iter().flat_map(|(person, stack)| stack.iter().map(move |view| (person, view)));
        let mut found = all.filter(|(_, view)| if field == "view_id" { view.id == id } else { view.json[field] == id });
        found.next().map(|(person, view)| (person.clone(), view))
    }

    /// Was there a view with this id, or `external_id`, that is not open any more?
    pub(in crate::playground) fn was_closed(&self, id: &str) -> bool {
        self.closed.iter().any(|closed| closed == id)
    }

    /// Puts other content into an open view. Its id stays, and so does what stands in every input that is still there.
    pub(in crate::playground) fn update_view(&mut self, person: &str, id: &str, given: Value) -> Option<View> {
        let (json, hash) = (self.view_json(given), self.view_hash());
        let view = self.views.get_mut(person)?.iter_mut().find(|view| view.id == id)?;
        let before = std::mem::replace(&mut view.json, json);
        view.entered = kept(&before, &view.entered, &view.json);
        (view.hash, view.errors) = (hash, BTreeMap::new());
        let view = view.clone();
        self.tell_view(person);
        Some(view)
    }

    /// Remembers what a person has filled in so far.
    pub(in crate::playground) fn enter(&mut self, person: &str, id: &str, entered: Value) {
        if let Some(view) = self.views.get_mut(person).and_then(|stack| stack.iter_mut().find(|view| view.id == id)) {
            view.entered = entered;
        }
    }

    /// Shows what is wrong with what was entered.
    pub(in crate::playground) fn set_view_errors(&mut self, person: &str, id: &str, errors: BTreeMap<String, String>) {
        if let Some(view) = self.views.get_mut(person).and_then(|stack| stack.iter_mut().find(|view| view.id == id)) {
            view.errors = errors;
        }
    }

    /// Closes one view, and with it what lies over it; the one below, if any, is before the person again.
    pub(in crate::playground) fn close_view(&mut self, person: &str, id: &str) {
        let at = self.views.get(person).and_then(|stack| stack.iter().position(|view| view.id == id));
        if let Some(at) = at {
            self.drop_views(person, at);
            self.tell_view(person);
        }
    }

    /// Closes every view of a person.
    pub(in crate::playground) fn clear_views(&mut self, person: &str) {
        self.drop_views(person, 0);
        self.tell_view(person);
    }

    fn drop_views(&mut self, person: &str, from: usize) {
        let gone = self.views.get_mut(person).map(|stack| stack.split_off(from)).unwrap_or_default();
        for view in gone {
            let external = view.json["external_id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
            for id in [Some(view.id), external].into_iter().flatten() {
                remember(&mut self.closed, id, REMEMBERED);
            }
        }
    }

    fn tell_view(&mut self, person: &str) {
        let view = self.view(person).map_or(Value::Null, View::for_page);
        self.changes.push(Change { to: vec![person.to_owned()], data: json!({"type": "view", "view": view}) });
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
        let first = world.open_view("U0ANN", view()).unwrap();
        let second = world.push_view("U0ANN", view()).unwrap();
        assert_eq!((&second.root, second.previous.as_ref()), (&first.id, Some(&first.id)));
        let third = world.push_view("U0ANN", view()).unwrap();
        assert_eq!(world.push_view("U0ANN", view()).unwrap_err(), "push_limit_reached");
        world.close_view("U0ANN", &third.id);
        assert_eq!(world.view("U0ANN").map(|view| &view.id), Some(&second.id));
    }
}
