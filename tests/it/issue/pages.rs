//! Forms that are too long for one window.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::{SUPPORT, called, plain, window};
use crate::bot::Bot;

/// A form of twelve long questions, the third of which has boxes.
fn form() -> String {
    let mut form = "name: Everything\ndescription: d\nbody:\n".to_owned();
    for number in 1..=12 {
        let help = "What you know of it helps. ".repeat(20);
        let _ = match number {
            3 => writeln!(
                form,
                "- type: checkboxes\n  id: q3\n  attributes:\n    label: Question 3\n    options:\n    - label: I have looked\n      required: true"
            ),
            _ => writeln!(
                form,
                "- type: textarea\n  id: q{number}\n  attributes:\n    label: Question {number}\n    description: {help}\n  validations:\n    required: {}",
                number % 4 == 0
            ),
        };
    }
    form
}

/// The lines of a window that hold questions or say what is wrong with them, their help left out.
fn questions(window: &str) -> String {
    let telling =
        |line: &&str| ["Page", "Title", "Question", "!", "["].iter().any(|start| line.trim().starts_with(start));
    window.lines().filter(telling).map(str::trim).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn twelve_long_questions_are_asked_on_pages() {
    let bot = Bot::start().await;
    bot.world.forge().write(SUPPORT, ".github/ISSUE_TEMPLATE/everything.yml", &form());
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue support Everything is slow").await;
    bot.settle().await;
    ann.submits(&[("What", "Everything")]).await;
    assert_snapshot!(questions(&window(ann)), @r#"
    Page 1 of 2
    Title: [Everything is slow]
    Question 1 (optional): []
    Question 2 (optional): []
    Question 3: [ ] I have looked (required)
    Question 4: []
    Question 5 (optional): []
    Question 6 (optional): []
    Question 7 (optional): []
    Question 8: []
    [Back]
    [Next] [Cancel]
    "#);
    // The longest answers that Slack takes.
    let long = "x".repeat(3_000);
    ann.submits(&[
        ("Question 1", "one"),
        ("Question 3", "I have looked (required)"),
        ("Question 4", &long),
        ("Question 8", "eight"),
    ])
    .await;
    assert_snapshot!(questions(&window(ann)), @r#"
    Page 2 of 2
    Question 9 (optional): []
    Question 10 (optional): []
    Question 11 (optional): []
    Question 12: []
    [Back]
    [Preview] [Cancel]
    "#);
    ann.fills(&[("Question 9", "nine")]).await;
    ann.presses("Back").await;
    bot.settle().await;
    assert_snapshot!(questions(&window(ann)).replace(&long, "(3,000 times x)"), @r#"
    Page 1 of 2
    Title: [Everything is slow]
    Question 1 (optional): [one]
    Question 2 (optional): []
    Question 3: [x] I have looked (required)
    Question 4: [(3,000 times x)]
    Question 5 (optional): []
    Question 6 (optional): []
    Question 7 (optional): []
    Question 8: [eight]
    [Back]
    [Next] [Cancel]
    "#);
    ann.submits(&[("Question 1", "one more")]).await;
    assert_snapshot!(questions(&window(ann)), @r#"
    Page 2 of 2
    Question 9 (optional): [nine]
    Question 10 (optional): []
    Question 11 (optional): []
    Question 12: []
    [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[("Question 12", "twelve")]).await;
    bot.settle().await;
    ann.presses("Back").await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    let filed = plain(&bot.world.forge().issue(SUPPORT, 4).unwrap());
    assert_snapshot!(filed.replace(&long, "(3,000 times x)"), @r#"
    #4 Everything is slow [open] by firstmate-bot
      ### Question 1

      one more

      ### Question 2

      _No response_

      ### Question 3

      - [X] I have looked

      ### Question 4

      (3,000 times x)

      ### Question 5

      _No response_

      ### Question 6

      _No response_

      ### Question 7

      _No response_

      ### Question 8

      eight

      ### Question 9

      nine

      ### Question 10

      _No response_

      ### Question 11

      _No response_

      ### Question 12

      twelve
    firstmate-bot:
      Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.

      <!-- firstmate:issue:KEY:1 -->
    "#);
    assert_eq!(called(&bot, "views.open"), 1);
    bot.finish().await;
}

#[tokio::test]
async fn another_form_begins_without_what_stood_in_the_last_one() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue support").await;
    bot.settle().await;
    ann.submits(&[("What", "Something is broken")]).await;
    ann.fills(&[("Where does it happen?", "Smaug")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [[Broken]]
        (In a line, what it is about.)
        Where does it happen?: [Smaug]
        How can we see it too?: [1. I opened …
        2. I clicked …
        ]
        What it printed (optional): []
        (It is shown as code. Take tokens and passwords out first.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.presses("Back").await;
    bot.settle().await;
    ann.submits(&[("What", "Question")]).await;
    assert!(window(ann).contains("Title: [<your question>]"), "{}", window(ann));
    ann.fills(&[("Title", "Why is it slow?")]).await;
    ann.presses("Back").await;
    bot.settle().await;
    ann.submits(&[("What", "Something is broken")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [Why is it slow?]
        (In a line, what it is about.)
        Where does it happen?: []
        How can we see it too?: [1. I opened …
        2. I clicked …
        ]
        What it printed (optional): []
        (It is shown as code. Take tokens and passwords out first.)
        [Back]
    [Preview] [Cancel]
    "#);
    bot.finish().await;
}
