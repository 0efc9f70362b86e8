//! The methods that open and update modals. It must not know what people do in them.

use serde_json::{Value, json};

use super::super::strict;
use super::call::Call;
use super::{Refusal, refuse};

impl Call<'_> {
    pub(super) fn open_view(&mut self) -> Result<Value, Refusal> {
        let given = self.parameters.get("view").cloned().unwrap_or(Value::Null);
        let trigger = self.needed("trigger_id")?;
        refuse(self.world, self.who, strict::view(&given))?;
        let person = self.world.exchange(&trigger, self.now)?;
        let view = self.world.open_view(&person, given)?;
        Ok(json!({"ok": true, "view": view.on_wire(&json!({}))}))
    }

    /// Puts other content into a view that is open. The person may have closed it meanwhile, or the bot itself have updated
    /// it: neither is a fault. <https://docs.slack.dev/reference/methods/views.update>
    pub(super) fn update_view(&mut self) -> Result<Value, Refusal> {
        let given = self.parameters.get("view").cloned().unwrap_or(Value::Null);
        let (view_id, external_id, hash) = (self.text("view_id")?, self.text("external_id")?, self.text("hash")?);
        let (field, id) = match (&view_id, &external_id) {
            (Some(id), None) => ("view_id", id),
            (None, Some(id)) => ("external_id", id),
            _ => return Err(self.wrong("view_id", "exactly one of view_id and external_id must be there")),
        };
        refuse(self.world, self.who, strict::view(&given))?;
        let gone = self.world.was_closed(id);
        let found = self.world.find_view(field, id);
        let (person, view) = found.ok_or_else(|| Refusal::unless(gone, "not_found"))?;
        if hash.is_some_and(|hash| hash != view.hash) {
            return Err("hash_conflict".into());
        }
        let id = view.id.clone();
        let view = self.world.update_view(&person, &id, given).ok_or("not_found")?;
        Ok(json!({"ok": true, "view": view.on_wire(&view.values(&view.entered))}))
    }
}
