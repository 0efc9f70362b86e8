//! Issue forms as windows: every kind of question, templates of the older kind, and files that are none.

use firstmate::playground::{Person, Repository};
use insta::assert_snapshot;

use super::{FORMS, OPERATORS, SUPPORT, opened, plain, said, thread, window};
use crate::bot::{Bot, Parts};

const COMMUNITY: &str = "operate-first/community";

/// Opens the window of `/issue` on a repository.
async fn asked<'a>(bot: &'a Bot, repository: &str) -> Person<'a> {
    let ann = bot.as_("ann");
    ann.in_("#support").types(&format!("/issue {repository}")).await;
    bot.settle().await;
    ann
}

#[tokio::test]
async fn every_kind_of_question_is_asked_in_the_window() {
    let bot = Bot::start().await;
    let ann = asked(&bot, "support").await;
    ann.submits(&[("What", "Onboard to a cluster")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [NEW PROJECT: <name>]
        (In a line, what it is about.)
        A maintainer looks at every request. Names are made of *lower-case letters, digits and dashes*.
        Cluster: [I do not mind ▾]
        (Where should the namespace be?)
        Team name: []
        (A group of this name is made for you.)
        Namespace (optional): []
        (Leave it empty if it is to be called like your team.)
        What will run there?: []
        (Two or three sentences.)
        Services you will use (optional): [ ▾]
        Before you send this: [ ] I have read how the community works. (required)  [ ] It is all right to name me in the announcement.
        (This issue will be public.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.fills(&[("Title", "NEW PROJECT: edge"), ("Team name", "edge-lab"), ("What will run there?", "Models.")]).await;
    ann.submits(&[("Before you send this", "It is all right to name me in the announcement.")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [NEW PROJECT: edge]
        (In a line, what it is about.)
        A maintainer looks at every request. Names are made of *lower-case letters, digits and dashes*.
        Cluster: [I do not mind ▾]
        (Where should the namespace be?)
        Team name: [edge-lab]
        (A group of this name is made for you.)
        Namespace (optional): []
        (Leave it empty if it is to be called like your team.)
        What will run there?: [Models.]
        (Two or three sentences.)
        Services you will use (optional): [ ▾]
        Before you send this: [ ] I have read how the community works. (required)  [ ] It is all right to name me in the announcement.
        (This issue will be public.)
        ! “I have read how the community works.” has to be ticked
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[
        ("Cluster", "Smaug"),
        ("Services you will use", "Grafana"),
        ("Services you will use", "Argo CD"),
        ("Before you send this", "I have read how the community works. (required)"),
    ])
    .await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *NEW PROJECT: edge*
        ### Cluster

        Smaug

        ### Team name

        edge-lab

        ### Namespace

        _No response_

        ### What will run there?

        Models.

        ### Services you will use

        Argo CD, Grafana

        ### Before you send this

        - [X] I have read how the community works.
        - [ ] It is all right to name me in the announcement.
        Below it, as a comment:
        Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.
        Labels: `kind/onboarding`, `area/cluster`
        Not set by me: `script:onboard`. These labels start automation with rights of its own; a maintainer sets them after a look.
        Assigned to: `bob-maintainer`
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=2_onboarding.yaml&title=NEW+PROJECT%3A+edge&cluster=Smaug&team-name=edge-lab&purpose=Models.]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(plain(&bot.world.forge().issue(SUPPORT, 4).unwrap()), @r#"
    #4 NEW PROJECT: edge [open] by firstmate-bot
    labels: kind/onboarding, area/cluster
    assignees: bob-maintainer
      ### Cluster

      Smaug

      ### Team name

      edge-lab

      ### Namespace

      _No response_

      ### What will run there?

      Models.

      ### Services you will use

      Argo CD, Grafana

      ### Before you send this

      - [X] I have read how the community works.
      - [ ] It is all right to name me in the announcement.
    firstmate-bot:
      Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.

      <!-- firstmate:issue:KEY:1 -->
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_title_that_is_still_the_pattern_is_not_taken() {
    let bot = Bot::start().await;
    let ann = asked(&bot, "support").await;
    ann.submits(&[("What", "Question")]).await;
    let mut read = String::new();
    for title in ["<your question>", "About <your question>", " "] {
        ann.submits(&[("Title", title), ("What would you like to know?", "Why?")]).await;
        let view = window(ann);
        let line = view.lines().skip_while(|line| !line.contains("Title")).take(3).collect::<Vec<_>>().join("\n");
        read += &format!("{title:?}\n{line}\n");
    }
    assert_snapshot!(read, @r#"
    "<your question>"
        Title: [<your question>]
        (In a line, what it is about.)
        ! Put your own words in the place of what stands between < and >.
    "About <your question>"
        Title: [<your question>]
        (In a line, what it is about.)
        ! Put your own words in the place of what stands between < and >.
    " "
        Title: [<your question>]
        (In a line, what it is about.)
        ! Please complete this required field.
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_template_of_the_older_kind_stands_in_the_field() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    ann.fills(&[("Where", COMMUNITY)]).await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/community ▾]
        (The community itself)
        What: [ ▾]
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Topic for a meeting")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [Topic:]
        (In a line, what it is about.)
        What it is about (optional): [**What is it about?**

        **What should be decided?**

        **How many minutes will it take?**
        ]
        (Markdown as on GitHub. Leave out passwords and tokens; what looks like one I take out.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[("Title", "Topic: consoles"), ("What it is about", "**What is it about?** Consoles.")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(plain(&bot.world.forge().issue(COMMUNITY, 1).unwrap()), @r#"
    #1 Topic: consoles [open] by firstmate-bot
    labels: meeting
    assignees: bob-maintainer
      **What is it about?** Consoles.

      ---

      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The **console** of smaug is blank since noon, see <https://console.example>

      **a community member** · 2027-02-05 09:00 UTC

      > a community member which browser? `curl -v` says fixes #¦12 /close

      **a community member** · 2027-02-05 09:00 UTC

      > Firefox. My token is \[redacted: token\]

      <!-- firstmate:issue:KEY:0 -->
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_repository_without_forms_has_those_of_its_organisation() {
    let bot = Bot::start().await;
    bot.world.forge().remove(COMMUNITY, &format!("{FORMS}/meeting_topic.md"));
    let ann = asked(&bot, "community").await;
    ann.submits(&[("What", "Feedback")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [Feedback: <subject>]
        (In a line, what it is about.)
        How is it going?: [ ▾]
        In your own words (optional): []
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[("Title", "Feedback: the forms"), ("How is it going?", "So so")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(plain(&bot.world.forge().issue(COMMUNITY, 1).unwrap()), @r#"
    #1 Feedback: the forms [open] by firstmate-bot
      ### How is it going?

      So so

      ### In your own words

      _No response_
    firstmate-bot:
      Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.

      <!-- firstmate:issue:KEY:1 -->
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn the_chooser_of_a_repository_is_kept_to() {
    let bot = Bot::start().await;
    let chooser = "blank_issues_enabled: false\ncontact_links:\n- name: The forum\n  url: https://forum.example/\n  about: For everything else\n";
    bot.world.forge().write(COMMUNITY, &format!("{FORMS}/config.yml"), chooser);
    let ann = asked(&bot, "community").await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Where: [operate-first/community ▾]
        (The community itself)
        What: [ ▾]
        [The forum](https://forum.example/): For everything else
    [Next] [Cancel]
    "#);
    let menu = ann.view_json().unwrap()["blocks"].to_string();
    assert!(!menu.contains("Something else"), "{menu}");
    bot.finish().await;
}

#[tokio::test]
async fn forms_that_cannot_be_shown_are_offered_as_links() {
    let bot = Bot::start().await;
    let forge = bot.world.forge();
    forge.write(COMMUNITY, &format!("{FORMS}/a_torn.yml"), "name: Torn\nbody:\n  - type: [input\n");
    forge.write(
        COMMUNITY,
        &format!("{FORMS}/b_new.yml"),
        "name: New\ndescription: d\nbody:\n- type: slider\n  id: s\n  attributes:\n    label: How much?\n",
    );
    forge.write(COMMUNITY, &format!("{FORMS}/c_empty.yml"), "");
    let ann = asked(&bot, "community").await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Where: [operate-first/community ▾]
        (The community itself)
        What: [ ▾]
        I cannot show the form [a_torn.yml](http://forge/forge/operate-first/community/issues/new?template=a_torn.yml) here: line 3, column 11: this is no YAML: see that the lines are indented alike, and that texts with `: `, ` #` or quotes in them stand in quotes.
        I cannot show the form [b_new.yml](http://forge/forge/operate-first/community/issues/new?template=b_new.yml) here: line 4, column 9: an element cannot be of type `slider`: it may be `markdown`, `input`, `textarea`, `dropdown`, `checkboxes`, `upload`.
        I cannot show the form [c_empty.yml](http://forge/forge/operate-first/community/issues/new?template=c_empty.yml) here: line 1, column 1: a form must be a map of keys and values, but nothing stands here.
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Topic for a meeting")]).await;
    assert!(window(ann).contains("Title: [Topic:]"), "the others are not harmed");
    bot.finish().await;
}

#[tokio::test]
async fn what_github_leaves_out_is_read_back_and_told() {
    let mut repository = Repository::named(OPERATORS);
    repository.labels = vec!["kind/bug".to_owned()];
    let form = "name: Broken\ndescription: d\nlabels: [kind/bug, kind/unheard-of, 'task-type:x']\nassignees: [nobody-here]\nbody:\n- {type: input, id: a, attributes: {label: What}}\n";
    repository.files = vec![(format!("{FORMS}/broken.yml"), form.to_owned())];
    let bot = Parts { repositories: vec![repository], ..Parts::default() }.start().await;
    let bob = bot.as_("bob");
    bob.in_("#support").types("/issue operators The node is down").await;
    bot.settle().await;
    bob.submits(&[("What", "Broken")]).await;
    bob.submits(&[("What", "node 3")]).await;
    bot.settle().await;
    assert_snapshot!(window(bob), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/operators*, to be read by everybody, for good:
        *The node is down*
        ### What

        node 3
        Below it, as a comment:
        Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.
        Labels: `kind/bug`, `kind/unheard-of`
        Not set by me: `task-type:x`. These labels start automation with rights of its own; a maintainer sets them after a look.
        Assigned to: `nobody-here`
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/operators/issues/new?template=broken.yml&title=The+node+is+down&a=node+3]
    [File it] [Cancel]
    "#);
    bob.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(said(bob, "@firstmate"), @r#"
    firstmate: You opened operate-first/operators#1 The node is down (http://forge/forge/operate-first/operators/issues/1).
        🟢 Open
        Left out: the label kind/unheard-of, the assignee nobody-here, the label task-type:x (it starts automation). It is not known there, or I may not set it; a maintainer can.
        For ten minutes you can take it back.
        You opened [operate-first/operators#1 The node is down](http://forge/forge/operate-first/operators/issues/1).
        🟢 Open
        Left out: the label kind/unheard-of, the assignee nobody-here, the label task-type:x (it starts automation). It is not known there, or I may not set it; a maintainer can.
        [Undo]
        For ten minutes you can take it back.
    "#);
    assert_snapshot!(plain(&bot.world.forge().issue(OPERATORS, 1).unwrap()), @r#"
    #1 The node is down [open] by firstmate-bot
    labels: kind/bug
      ### What

      node 3
    firstmate-bot:
      Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.

      <!-- firstmate:issue:KEY:1 -->
    "#);
    bot.finish().await;
}
