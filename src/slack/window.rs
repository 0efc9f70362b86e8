//! From a form to a window of Slack (<https://docs.slack.dev/reference/views/modal-views>). Knows no command and no issue form.

use slack_morphism::prelude::*;

use super::blocks::block;
use super::fit::{cut, plain};
use crate::domain::reply::Form;

/// Most characters of a window's title and of its buttons.
const WINDOW_LABEL: usize = 24;
/// Most characters that a window carries along.
const MEMO: usize = 3_000;
/// Most blocks of a window.
const BLOCKS: usize = 100;

/// Renders a window. The library's type serialises to what `views.open`, `views.update` and `response_action` take.
pub fn modal(form: &Form) -> SlackView {
    let blocks = form.parts.iter().filter_map(block).take(BLOCKS).collect();
    let mut view = SlackModalView::new(plain(&form.title, WINDOW_LABEL), blocks)
        .with_close(plain(&form.close, WINDOW_LABEL))
        .with_callback_id(form.action.clone().into())
        .with_private_metadata(cut(&form.memo, MEMO));
    if let Some(submit) = &form.submit {
        view = view.with_submit(plain(submit, WINDOW_LABEL));
    }
    SlackView::Modal(view)
}
