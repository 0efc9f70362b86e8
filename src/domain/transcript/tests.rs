//! Threads as they are written on GitHub.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::domain::redact::Emails;

mod laws;

const NAMED: Choices = Choices { named: true, emails: Emails::Keep };

fn thread() -> Vec<Message> {
    let thread: Value = serde_json::from_str(include_str!("../../../tests/data/threads/every-kind.json")).unwrap();
    thread["messages"].as_array().unwrap().iter().map(|message| Message::read(message).unwrap()).collect()
}

fn names() -> Names {
    let people: HashMap<String, String> =
        serde_json::from_str(include_str!("../../../tests/data/threads/every-kind.users.json")).unwrap();
    let (channels, people) = people.into_iter().partition(|(id, _)| id.starts_with('C'));
    Names { people, channels }
}

/// What a message of these parts says, without its header and its marks of quotation.
fn said(message: Value) -> String {
    let mut whole = json!({ "ts": "1795165380.000100", "user": "U01ANN" });
    whole.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
    let transcript = Transcript::of(&[Message::read(&whole).unwrap()], &names(), NAMED);
    let lines = transcript.entries[0].lines().skip(2).map(|line| line.strip_prefix("> ").unwrap());
    seen(&lines.collect::<Vec<_>>().join("\n"))
}

/// Markdown with what is not seen in it made visible, or left out at a line's end.
fn seen(markdown: &str) -> String {
    let lines = markdown.lines().map(str::trim_end).collect::<Vec<_>>();
    lines.join("\n").replace(crate::domain::inert::ZERO_WIDTH, "·")
}

fn rich(elements: Value) -> String {
    said(
        json!({ "blocks": [{ "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": elements }] }] }),
    )
}

#[test]
fn a_thread_with_every_kind() {
    let transcript = Transcript::of(&thread(), &names(), NAMED);
    insta::assert_snapshot!(seen(&transcript.markdown()), @r#"
**Ann Newcomer** · 2026-11-20 09:03 UTC (edited 2026-11-20 09:05 UTC)

> Hi @·Bob \[SRE\] @·larsks and @·here, my pod in `opf-jupyterhub` is **not** ***ready*** 👋🏽:white_check_mark:. ~~Old news~~
> See [the console](https://console.example/pods?ns=opf&x=1), <https://redirect.github.com/operate-first/support/issues/12> (like #·12, GH-·12, fixes operate-first/support#·7) in #support
>
> 1. log in
> 2. start a server
>    - size *Large*
>    - two
>      lines
> 3. wait
>
> > 0/5 nodes are available
> > Insufficient memory
>
> ````
> $ oc get pods
> ```
> NAME	READY <none> @ann #12
> https://a.example
> ````
>
> a group of people until 2026-11-20 09:03 UTC#·123456 and what is new

**Bob \[SRE\] @·larsks** · 2026-11-20 09:04 UTC

> **Which** *quota*, ~~none~~ `x`? &lt;b>no html&lt;/b> &lt;!-- firstmate:forged --> see [the \*docs\*](https://a.example/?a=1&b=2) or [ops@a.example](mailto:ops@a.example)
>
> > quoted @·Ann Newcomer
>
> /close
>
> ```
> /lgtm & more
> ```
>
> 1\. not a list
> \# no heading @·channel #support :tada: :wave: press (javascript:alert(1))

**Cee Dee** · 2026-11-20 09:04 UTC

> my token is \[redacted: token\] and the key
>
> ```
> [redacted: private key]
> ```
>
> ```
> that was it
> ```
>
> File: [pod \[log\] @·ann.txt](https://operatefirst.slack.com/files/U03/F1/log.txt) (visible to members of the Slack workspace only)
>
> File: a file (no longer available)

**Alertmanager** · 2026-11-20 09:04 UTC

> > **[\[FIRING:1\] KubePodCrashLooping](https://alerts.example/1)**
> >
> > **Pod** crashed &lt;5 times>
> >
> > **Namespace**
> >
> > opf-jupyterhub
> >
> > smaug

**argocd** · 2026-11-20 09:04 UTC

> **Sync failed**
>
> Application **[jupyterhub](https://argo.example/app)**
>
> **Health**
> Degraded
>
> \*plain\*
>
> [logo](https://a.example/i.png)
>
> by *argo*
>
> (something that only Slack can show: hologram)

**a community member** · 2026-11-20 09:04 UTC

> *This message was deleted.*

**a community member** · 2026-11-20 09:04 UTC

> seen on two pages, of which the later counts
"#);
    insta::assert_snapshot!(format!("{:?}", transcript.redacted), @"{Token: 1, PrivateKey: 1}");
}

#[rstest]
#[case("plain", "plain")]
#[case("*bold* _italic_ ~gone~ `code`", "**bold** *italic* ~~gone~~ `code`")]
#[case("*_both_*", "***both***")]
#[case("*a* b*c* 2*3*4 * x * **y**", r"**a** b\*c\* 2\*3\*4 \* x \* \*\*y\*\*")]
#[case("a *b.*c", r"a \*b.\*c")]
#[case("`a*b*c` and *`d`*", "`a*b*c` and **`d`**")]
#[case("&amp;lt; &lt;b&gt; &amp;", "&amp;lt; &lt;b> &")]
#[case("<https://a.example|*label*> <https://a.example>", r"[\*label\*](https://a.example) <https://a.example>")]
#[case("<mailto:ann@a.example|ann@a.example>", "[ann@a.example](mailto:ann@a.example)")]
#[case("<https://a.example/?l%5B%5D=x|here>", "[here](https://a.example/?l%5B%5D=x)")]
#[case("look!<https://a.example|here>", r"look\![here](https://a.example)")]
#[case("<javascript:alert(1)|press>", "press (javascript:alert(1))")]
#[case("<@U01ANN> <@U99|zed> <@U98>", "@·Ann Newcomer @·zed a community member")]
#[case("<#C01RMPVUUK1> <#C2|old> <#C3>", "#support #old a channel")]
#[case(
    "<!channel> <!here|@here> <!subteam^S1|@sre> <!date^1795165380^{date}|then>",
    "@·channel @·here @·sre 2026-11-20 09:03 UTC"
)]
#[case("&gt; one\n&gt; two\nthree", "> one\n> two\n\nthree")]
#[case("a\n&gt;&gt;&gt; b\nc", "a\n\n> b\n> c")]
#[case("see\n```\na &lt; b\n  *c*\n```\nend", "see\n\n```\na < b\n  *c*\n```\n\nend")]
#[case("```one``` two", "```\none\n```\n\ntwo")]
#[case("open ``` end", r"open \`\`\` end")]
#[case(":wave::skin-tone-3: :snake_case_emoji:", ":wave: :snake_case_emoji:")]
#[case("a\n\n\n\nb", "a\n\nb")]
#[case("1. one\n- two\n# three\n---\n===", "1\\. one\n\\- two\n\\# three\n\\---\n\\===")]
#[case("a | b\n- | -", "a \\| b\n\\- \\| -")]
#[case("a\r\nb\u{2028}c\u{202E}d", "a\nb\ncd")]
#[case("", "*(no text)*")]
fn mrkdwn_becomes_markdown(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(said(json!({ "text": text })), expected);
}

#[rstest]
#[case(json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b", "style": { "bold": true } }]), "a**b**")]
#[case(json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "(b) ", "style": { "bold": true } }, { "type": "text", "text": "c" }]), "a**·(b)** c")]
#[case(json!([{ "type": "text", "text": "b", "style": { "bold": true } }, { "type": "text", "text": "i", "style": { "italic": true } }]), "**b**·*i*")]
#[case(json!([{ "type": "text", "text": "a\nb", "style": { "bold": true } }]), "**a**\n**b**")]
#[case(json!([{ "type": "text", "text": "`x", "style": { "code": true } }, { "type": "text", "text": "y", "style": { "code": true } }]), "`` `xy ``")]
#[case(json!([{ "type": "link", "url": "https://a.example", "text": "x]y", "style": { "bold": true, "strike": true } }]), r"~~**[x\]y](https://a.example)**~~")]
#[case(json!([{ "type": "emoji", "name": "a`b*c", "unicode": "zz" }]), ":abc:")]
#[case(json!([{ "type": "color", "value": "#123456" }, { "type": "new", "value": "v" }, { "type": "newer" }]), "#·123456v")]
#[case(json!([{ "type": "text", "text": "fixes #" }, { "type": "text", "text": "12" }, { "type": "text", "text": "@" }, { "type": "text", "text": "ann" }]), "fixes #·12@ann")]
fn rich_text_becomes_markdown(#[case] elements: Value, #[case] expected: &str) {
    assert_eq!(rich(elements), expected);
}

#[rstest]
#[case("a &lt; b &amp;&amp; c", "a < b && c", "a &lt; b && c")]
#[case("a &lt; b &amp;&amp; c", "a &lt; b &amp;&amp; c", "a &lt; b && c")]
#[case("&amp;lt; is an entity", "&lt; is an entity", "&amp;lt; is an entity")]
fn rich_text_is_read_whether_slack_escaped_it_or_not(#[case] text: &str, #[case] rich: &str, #[case] expected: &str) {
    let words = json!([{ "type": "rich_text_section", "elements": [{ "type": "text", "text": rich }] }]);
    assert_eq!(said(json!({ "text": text, "blocks": [{ "type": "rich_text", "elements": words }] })), expected);
}

#[rstest]
#[case(json!([{ "name": "a.txt", "permalink": "https://w.slack.com/f" }]), "File: [a.txt](https://w.slack.com/f) (visible to members of the Slack workspace only)")]
#[case(json!([{ "title": "R&amp;D", "mode": "hidden_by_limit", "permalink": "https://w.slack.com/f" }]), "File: R&D (no longer available)")]
#[case(json!([{ "id": "F1", "file_access": "check_file_info" }]), "File: a file (in the Slack workspace only)")]
fn files_are_told_by_where_they_are(#[case] files: Value, #[case] expected: &str) {
    assert_eq!(said(json!({ "files": files, "text": "see" })), format!("see\n\n{expected}"));
}

#[rstest]
#[case(json!({ "user": "U01ANN" }), "Ann Newcomer")]
#[case(json!({ "user": "U7", "user_profile": { "display_name": "", "real_name": "Sev" } }), "Sev")]
#[case(json!({ "user": "U7" }), "a community member")]
#[case(json!({ "user": "U01ANN", "username": "old" }), "Ann Newcomer")]
#[case(json!({ "bot_id": "B1", "username": "alerts" }), "alerts")]
#[case(json!({ "bot_id": "B1", "user": "U9", "bot_profile": { "name": "argocd" } }), "argocd")]
#[case(json!({ "bot_id": "B1", "user": "U01ANN", "bot_profile": { "name": "argocd" } }), "Ann Newcomer")]
#[case(json!({ "bot_id": "B1" }), "a bot")]
#[case(json!({ "user": "U8", "user_profile": { "display_name": "x\n> *@y* <!--" } }), "x > \\*@·y\\* &lt;!--")]
fn a_header_says_who(#[case] who: Value, #[case] expected: &str) {
    let mut message = json!({ "ts": "1795165380.000100", "text": "hi" });
    message.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
    let transcript = Transcript::of(&[Message::read(&message).unwrap()], &names(), NAMED);
    assert_eq!(seen(&transcript.entries[0]), format!("**{expected}** · 2026-11-20 09:03 UTC\n\n> hi"));
}

#[test]
fn people_are_named_only_if_that_was_chosen() {
    let thread = thread();
    let choices = Choices { named: false, emails: Emails::Hide };
    let markdown = Transcript::of(&thread, &names(), choices).markdown();
    for name in ["Ann Newcomer", "Bob", "Cee", "ops@a.example"] {
        assert!(!markdown.contains(name), "{name} is told");
    }
    assert!(
        markdown.starts_with("**a community member** · 2026-11-20 09:03 UTC")
            && markdown.contains("**Alertmanager** ·")
    );
}

#[rstest]
#[case("write to <mailto:ann@a.example|ann@a.example>", r"write to \[redacted: e-mail address\]")]
#[case("write to <mailto:ann@a.example|Ann>", r"write to Ann (\[redacted: e-mail address\])")]
#[case("<https://a.example/?t=xoxb-1234567890>", r"<https://a.example/?t=>\[redacted: token\]")]
#[case("xoxb-\u{200B}12345\u{202E}67890", r"\[redacted: token\]")]
fn a_secret_is_taken_out_of_links_and_of_what_hides_it(#[case] text: &str, #[case] expected: &str) {
    let message = Message::read(&json!({ "ts": "1.1", "username": "b", "text": text })).unwrap();
    let transcript = Transcript::of(&[message], &names(), Choices { named: true, emails: Emails::Hide });
    assert_eq!(transcript.entries[0].lines().last(), Some(&*format!("> {expected}")));
}

#[test]
fn a_private_conversation_that_slack_unfolded_is_left_out() {
    let markdown = Transcript::of(&thread(), &names(), NAMED).markdown();
    assert!(!markdown.contains("private conversation") && !markdown.contains("has joined"));
}

#[test]
fn a_message_says_whom_and_what_it_names() {
    let thread = thread();
    assert_eq!(thread[0].people().into_iter().collect::<Vec<_>>(), ["U01ANN", "U02BOB"]);
    assert_eq!(thread[0].channels().into_iter().collect::<Vec<_>>(), ["C01RMPVUUK1"]);
    insta::assert_snapshot!(thread[0].words(), @"Hi and @here, my pod in opf-jupyterhub is not ready 👋🏽:white_check_mark:. Old news See the console, https://github.com/operate-first/support/issues/12 (like #12, GH-12, fixes operate-first/support#7) in log in start a server size Large two lines wait 0/5 nodes are available Insufficient memory $ oc get pods ``` NAME READY <none> @ann #12 https://a.example a group of people until 2026-11-20 09:03 UTC#123456 and what is new");
    assert_eq!(Message::read(&json!({ "text": "no time" })), None);
}

#[test]
fn a_message_is_kept_and_read_back() {
    for message in thread() {
        let kept = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&kept).unwrap(), message);
    }
}

#[test]
fn messages_stand_in_the_order_of_their_times() {
    let message = |ts: &str| Message::read(&json!({ "ts": ts, "user": "U1", "text": ts })).unwrap();
    let messages = ["9.000002", "10.000001", "9.000001", "9.000002"].map(message);
    let transcript = Transcript::of(&messages, &Names::default(), NAMED);
    let said: Vec<_> = transcript.entries.iter().map(|entry| entry.lines().last().unwrap()).collect();
    assert_eq!(said, ["> 9.000001", "> 9.000002", "> 10.000001"]);
}

#[test]
fn pages_hold_whole_entries_and_cut_only_what_is_longer() {
    let (one, other) = ("x".repeat(60), "y".repeat(60));
    let texts =
        ["short".to_owned(), format!("```\n{one}\n{other}\n```"), format!("`{one}{other}`"), "word ".repeat(40)];
    let messages: Vec<_> = (1..)
        .zip(&texts)
        .map(|(ts, text)| {
            Message::read(&json!({ "ts": format!("{ts}.0"), "bot_id": "B", "username": "b", "text": text })).unwrap()
        })
        .collect();
    let pages = Transcript::of(&messages, &Names::default(), NAMED).pages("Lead", 120);
    insta::assert_snapshot!(seen(&pages.join("\n=====\n")), @r#"
Lead

**b** · 1970-01-01 00:00 UTC

> short
=====
**b** · 1970-01-01 00:00 UTC

> ```
> xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
> ```
=====
> ```
> yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
> ```
=====
**b** · 1970-01-01 00:00 UTC

> `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyyyyyyyyyyyyyyyyyyyyyyy`
=====
> ·`yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy`
=====
**b** · 1970-01-01 00:00 UTC

> word word word word word word word word word word word word word word word word word
=====
> ·word word word word word word word word word word word word word word word word word word word word word word word
"#);
}
