//! In which form an answer is asked for. Pure; it must not know what is asked.
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables>

use super::status::Refusal;

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Table,
    /// Only the metadata of objects.
    Metadata,
    /// All kinds in one list.
    Aggregated,
}

impl Form {
    /// What `as=`, `g=` and `v=` must say for it.
    fn asked(self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Plain => None,
            Self::Table => Some(("Table", "meta.k8s.io", "v1")),
            Self::Metadata => Some(("PartialObjectMetadata", "meta.k8s.io", "v1")),
            Self::Aggregated => Some(("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2")),
        }
    }
}

/// The first of the accepted types that is among those offered. `Form::Plain` always is; without a header it is what is meant.
pub(super) fn choose(accept: Option<&str>, offered: &[Form]) -> Result<Form, Refusal> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Ok(Form::Plain) };
    let mut transformed = false;
    for one in accept.split(',') {
        let mut parts = one.split(';').map(str::trim);
        if !matches!(parts.next().unwrap_or_default(), "application/json" | "application/*" | "*/*") {
            continue;
        }
        let parameters: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
        let given = |name: &str| parameters.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let Some(form) = given("as") else { return Ok(Form::Plain) };
        transformed = true;
        let fits = |offer: &&Form| {
            offer.asked().is_some_and(|(name, group, version)| {
                // The list and its single object are asked for by two names.
                form.strip_suffix("List").unwrap_or(form) == name.strip_suffix("List").unwrap_or(name)
                    && given("g") == Some(group)
                    && given("v") == Some(version)
            })
        };
        if let Some(form) = offered.iter().find(fits) {
            return Ok(*form);
        }
    }
    Err(Refusal::not_acceptable(transformed))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Form, choose};

    #[rstest]
    #[case(None, Some(Form::Plain))]
    #[case(Some("*/*"), Some(Form::Plain))]
    #[case(Some("application/json"), Some(Form::Plain))]
    #[case(Some("application/json;as=Table;v=v1;g=meta.k8s.io"), Some(Form::Table))]
    #[case(Some("application/json;as=Table;v=v9;g=meta.k8s.io"), None)]
    #[case(Some("application/json;as=Table;v=v9;g=meta.k8s.io, application/json"), Some(Form::Plain))]
    #[case(Some("application/json; as=PartialObjectMetadataList; v=v1; g=meta.k8s.io"), Some(Form::Metadata))]
    #[case(Some("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"), None)]
    #[case(Some("text/csv"), None)]
    fn the_first_that_is_offered(#[case] accept: Option<&str>, #[case] form: Option<Form>) {
        assert_eq!(choose(accept, &[Form::Table, Form::Metadata]).ok(), form);
    }
}
