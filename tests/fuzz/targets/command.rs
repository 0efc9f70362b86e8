//! What somebody types: it is a command, or it is told what is wrong with it, in words that do nothing in Slack.

#![no_main]

use firstmate::command::{self, apology};
use firstmate::domain::query;
use firstmate::slack::blocks;
use libfuzzer_sys::fuzz_target;

/// What would ping people, whoever wrote it.
const PINGS: [&str; 5] = ["<!channel", "<!here", "<!everyone", "<!subteam", "<@"];

fuzz_target!(|line: &str| {
    for parsed in [command::parse(line), command::parse_said(line)] {
        if let Err(mistake) = parsed {
            let told = serde_json::to_value(blocks::message(&apology(&mistake.into()))).unwrap();
            let text = told["text"].as_str().unwrap();
            assert!(!text.trim().is_empty(), "a mistake is told in words");
            let all = told.to_string();
            assert!(!PINGS.iter().any(|ping| all.contains(ping)), "a mistake pings nobody: {all}");
        }
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    match query::parse(&words) {
        Ok(asked) => assert_eq!(Ok(asked), query::parse(&words), "the same means the same"),
        Err(mistake) => assert!(!mistake.to_string().trim().is_empty(), "a mistake is told in words"),
    }
});
