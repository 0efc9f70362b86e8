//! Markdown as Slack's mrkdwn, and people's words in and out of it: nothing pings everybody, and what is quoted stays quoted.

#![no_main]

use firstmate::slack::mrkdwn::{escape, mrkdwn, plain, quote, unescape, visible, without_mention, words};
use libfuzzer_sys::fuzz_target;

const PINGS: [&str; 4] = ["<!channel", "<!here", "<!everyone", "<!subteam"];

fuzz_target!(|text: &str| {
    let written = mrkdwn(text);
    assert!(!PINGS.iter().any(|ping| written.contains(ping)), "{written}");
    words(text);
    assert_eq!(unescape(&escape(text)), text, "what goes out escaped comes in as it was");
    assert!(!escape(text).contains(['<', '>']), "what is escaped is no markup");
    assert!(quote(text).lines().all(|line| line.starts_with("> ")), "each line of a quotation is one");
    assert_eq!(visible(&visible(text)), visible(text), "what cannot be seen is gone the first time");
    plain(&without_mention(text, Some("U0BOT")));
    without_mention(text, None);
});
