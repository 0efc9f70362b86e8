//! What the app does with its JWT: it says who it is, finds its installation and makes tokens. It must not know issues.
//! <https://docs.github.com/en/rest/apps/apps>

use serde_json::{Map, Value, json};

use super::super::access::{GRANTED, Grant};
use super::super::json::{time, user_id};
use super::super::refusal::Refusal;
use super::{Answer, Call, Result};

/// The app's own id.
const APP_ID: u64 = 4_711;

impl Call<'_> {
    pub(super) fn app(&self) -> Value {
        json!({"id": APP_ID, "slug": "firstmate", "name": "firstmate", "permissions": granted(), "events": ["issues", "issue_comment"],
               "html_url": format!("{}/forge", self.site.origin)})
    }

    pub(super) fn installation(&self) -> Result {
        let owner = self.repo()?.name.split('/').next().unwrap_or_default();
        Ok(Answer::of(
            200,
            json!({
                "id": user_id(owner), "app_id": APP_ID, "app_slug": "firstmate", "target_type": "Organization",
                "account": self.site.organisation(owner),
                "repository_selection": "all", "permissions": granted(), "events": ["issues", "issue_comment"], "suspended_at": null,
            }),
        ))
    }

    pub(super) fn make_token(&mut self) -> Result {
        let owner = self.owner().ok_or_else(Refusal::not_found)?;
        let mut named = Vec::new();
        for name in self.asked.texts("repositories")?.unwrap_or_default() {
            let found = self.kept.host.repo(&format!("{owner}/{name}"));
            let missing =
                "There is at least one repository that does not exist or is not accessible to the parent installation.";
            named.push(found.map(|repo| repo.id).ok_or_else(|| Refusal::outcome(422, missing))?);
        }
        let given = self.asked.pairs("permissions")?;
        let permissions = given.unwrap_or_else(|| GRANTED.iter().map(|(name, level)| pair(name, level)).collect());
        if !permissions.iter().all(|(name, level)| may_have(name, level)) {
            return Err(Refusal::fault(422, "The permissions requested are not granted to this installation."));
        }
        let selection = if named.is_empty() { "all" } else { "selected" };
        let grant = Grant { repositories: (!named.is_empty()).then_some(named), permissions: permissions.clone() };
        let (token, until) = self.kept.tokens.make(grant, self.now);
        let permissions: Map<String, Value> =
            permissions.into_iter().map(|(name, level)| (name, level.into())).collect();
        Ok(Answer::of(
            201,
            json!({"token": token, "expires_at": time(until), "permissions": permissions, "repository_selection": selection}),
        ))
    }

    /// Whose installation the path means.
    fn owner(&self) -> Option<String> {
        let id: u64 = self.argument(0).parse().ok()?;
        let mut owners = self.kept.host.repos().iter().filter_map(|repo| repo.name.split('/').next());
        owners.find(|owner| user_id(owner) == id).map(str::to_owned)
    }
}

fn granted() -> Value {
    GRANTED.iter().map(|(name, level)| ((*name).to_owned(), Value::from(*level))).collect::<Map<_, _>>().into()
}

fn pair(name: &str, level: &str) -> (String, String) {
    (name.to_owned(), level.to_owned())
}

fn may_have(name: &str, level: &str) -> bool {
    GRANTED.iter().any(|(known, most)| name == *known && (level == *most || (level == "read" && *most == "write")))
}
