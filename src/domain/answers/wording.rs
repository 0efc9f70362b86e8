//! From what a person typed to plain words: Unicode folded, control and bidi characters and Slack's markup gone, words
//! of courtesy set apart. Knows nothing of the catalogue; the same reading serves questions and entries.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a question that are read; a newcomer's longest stories stay far below, and a paste must cost no more.
pub(super) const LONGEST_TEXT: usize = 4_000;

/// What people say around a question. Courtesy carries no weight, and a bot that treats it as words finds an entry about
/// the weather in "have a nice day". Whole phrases only: each of these words may matter elsewhere.
const COURTESY: &[&str] = &[
    "hi",
    "hi all",
    "hi there",
    "hi everyone",
    "hi folks",
    "hi team",
    "hello",
    "hello all",
    "hello there",
    "hello everyone",
    "hello everybody",
    "hello folks",
    "hello team",
    "hey",
    "hey all",
    "hey there",
    "hey folks",
    "hey everyone",
    "hey team",
    "howdy",
    "greetings",
    "dear all",
    "dear team",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "morning all",
    "yo",
    "folks",
    "quick question",
    "a quick question",
    "just a quick question",
    "one quick question",
    "short question",
    "a question",
    "one question",
    "silly question",
    "stupid question",
    "dumb question",
    "noob question",
    "newbie question",
    "a silly one",
    "maybe a silly one",
    "maybe a silly question",
    "maybe a stupid question",
    "probably a silly question",
    "maybe a dumb question",
    "sorry to bother you",
    "sorry to bother",
    "sorry for bothering",
    "sorry for the noise",
    "sorry if this is obvious",
    "sorry if this was asked before",
    "excuse me",
    "pardon me",
    "apologies",
    "sorry",
    "i am new here",
    "i am new",
    "new here",
    "brand new here",
    "i just joined",
    "just joined",
    "asking for my team",
    "asking for a friend",
    "asking for a colleague",
    "we were wondering",
    "i was wondering",
    "i am wondering",
    "just wondering",
    "was wondering",
    "wondering",
    "just curious",
    "i am curious",
    "out of curiosity",
    "curious",
    "just to be sure",
    "to be sure",
    "just to make sure",
    "just checking",
    "just to confirm",
    "just to clarify",
    "for my understanding",
    "if i may ask",
    "may i ask",
    "can i ask",
    "i wanted to ask",
    "i want to ask",
    "i would like to ask",
    "i have a question",
    "can you tell me",
    "could you tell me",
    "can someone tell me",
    "could someone tell me",
    "can anyone tell me",
    "does anyone know",
    "does anybody know",
    "does someone know",
    "do you know",
    "anyone know",
    "anybody knows",
    "anyone knows",
    "any idea",
    "any ideas",
    "tell me",
    "please tell me",
    "let me know",
    "i would like to know",
    "i want to know",
    "i need to know",
    "i would love to know",
    "i am trying to find out",
    "i am asking myself",
    "thanks",
    "thank you",
    "thank you all",
    "thank you so much",
    "thank you very much",
    "thanks a lot",
    "thanks a bunch",
    "thanks a million",
    "many thanks",
    "many thanks in advance",
    "thanks in advance",
    "thank you in advance",
    "thanks all",
    "thanks for your help",
    "thanks for the help",
    "thanks everyone",
    "thx",
    "ty",
    "tia",
    "cheers",
    "much appreciated",
    "greatly appreciated",
    "appreciate it",
    "appreciated",
    "please",
    "pls",
    "plz",
    "kindly",
    "have a nice day",
    "have a good day",
    "have a great day",
    "have a nice weekend",
    "have a good one",
    "have a good weekend",
    "no hurry",
    "no rush",
    "not urgent",
    "it is urgent",
    "urgent",
    "whenever you have time",
    "when you have time",
    "when you have a moment",
    "bye",
    "bye bye",
    "goodbye",
    "see you",
    "see you soon",
    "talk soon",
    "best regards",
    "kind regards",
    "regards",
    "best wishes",
    "in advance",
    "btw",
    "by the way",
    "lol",
    "haha",
    "hmm",
    "ok",
    "okay",
    "so",
    "well",
    "um",
    "uh",
    "anyway",
];

/// The courtesy phrases by their first and by their last word, longest first.
struct ByEnds {
    first: HashMap<&'static str, Vec<Vec<&'static str>>>,
    last: HashMap<&'static str, Vec<Vec<&'static str>>>,
}

static COURTESY_BY_ENDS: LazyLock<ByEnds> = LazyLock::new(|| {
    let mut by_ends = ByEnds { first: HashMap::new(), last: HashMap::new() };
    let mut phrases: Vec<Vec<&str>> = COURTESY.iter().map(|phrase| phrase.split(' ').collect()).collect();
    phrases.sort_by_key(|words| std::cmp::Reverse(words.len()));
    for words in phrases {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            by_ends.first.entry(first).or_default().push(words.clone());
            by_ends.last.entry(last).or_default().push(words);
        }
    }
    by_ends
});

/// The text as lower-case words of letters and digits with one space between them. Contractions are opened ("don't"
/// → "do not"), accents and possessives dropped, Slack's `<…>` markup replaced by what a reader sees of it.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len().min(LONGEST_TEXT));
    let mut push = |folded: char| match folded {
        '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\'' => plain.push('\''),
        c if c.is_ascii_alphanumeric() => plain.push(c.to_ascii_lowercase()),
        c if c.is_alphanumeric() => plain.extend(c.to_lowercase()),
        c if is_combining_mark(c) || is_invisible(c) => {}
        _ if plain.is_empty() || plain.ends_with(' ') => {}
        _ => plain.push(' '),
    };
    let mut rest = text;
    let mut read = 0;
    while let Some(c) = rest.chars().next().filter(|_| read < LONGEST_TEXT) {
        if matches!(c, '<' | '&' | ':')
            && let Some((seen, after)) = slack_markup(rest)
        {
            push(' ');
            seen.nfkd().take(LONGEST_TEXT).for_each(&mut push);
            push(' ');
            read += rest.len() - after.len();
            rest = after;
            continue;
        }
        if c.is_ascii() {
            push(c);
        } else {
            std::iter::once(c).nfkd().for_each(&mut push);
        }
        read += 1;
        rest = &rest[c.len_utf8()..];
    }
    if plain.contains('\'') {
        return open_contractions(&plain);
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// What a reader sees of Slack's markup at the start of `text`, and what follows it: nothing of a mention or a ping,
/// the label of a link or its address, the name of a channel, the character of an entity.
fn slack_markup(text: &str) -> Option<(&str, &str)> {
    for entity in ["&lt;", "&gt;", "&amp;"] {
        if let Some(after) = text.strip_prefix(entity) {
            return Some(("", after));
        }
    }
    if let Some(inner) = text.strip_prefix(':') {
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c)))?;
        let named =
            end > 1 && inner[end..].starts_with(':') && inner[..end].contains(|c: char| c.is_ascii_alphabetic());
        return named.then(|| ("", &inner[end + 1..]));
    }
    let inner = text.strip_prefix('<')?;
    let sigil = inner.chars().next()?;
    let end = inner.find(['<', '>', '\n'])?;
    let after = inner[end..].strip_prefix('>')?;
    let (target, label) = inner[..end].split_once('|').map_or((&inner[..end], None), |(t, l)| (t, Some(l)));
    let seen = match sigil {
        '@' | '!' => "",
        '#' => label.unwrap_or(""),
        _ if target.contains(':') => label.unwrap_or(target),
        _ => return None,
    };
    Some((seen, after))
}

/// Zero-width, bidi and other characters that nobody sees and that must not split a word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

fn open_contractions(plain: &str) -> String {
    let mut opened = String::with_capacity(plain.len());
    let mut push = |word: &str| {
        if !word.is_empty() {
            if !opened.is_empty() {
                opened.push(' ');
            }
            opened.push_str(word);
        }
    };
    for word in plain.split(' ') {
        match word.split_once('\'') {
            None => push(word),
            Some(("can", "t")) => ["can", "not"].into_iter().for_each(&mut push),
            Some(("won", "t")) => ["will", "not"].into_iter().for_each(&mut push),
            Some((verb, "t")) => [verb.strip_suffix('n').unwrap_or(verb), "not"].into_iter().for_each(&mut push),
            Some(("i", "m")) => ["i", "am"].into_iter().for_each(&mut push),
            Some((word, "s" | "re" | "ll" | "d" | "ve" | "m" | "")) => push(word),
            Some(_) => word.split('\'').for_each(&mut push),
        }
    }
    opened
}

/// The words that carry the question: those between the courtesy at its beginning and at its end. A greeting in the
/// middle may be what the question is about ("how do I say hello to the list"). Empty when there was only courtesy.
#[must_use]
pub fn without_courtesy<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    let mut kept = words;
    while let Some(length) = kept.first().and_then(|first| {
        COURTESY_BY_ENDS.first.get(first)?.iter().find(|phrase| kept.starts_with(phrase)).map(Vec::len)
    }) {
        kept = &kept[length..];
    }
    while let Some(length) = kept
        .last()
        .and_then(|last| COURTESY_BY_ENDS.last.get(last)?.iter().find(|phrase| kept.ends_with(phrase)).map(Vec::len))
    {
        kept = &kept[..kept.len() - length];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("What's the *MOC*?", "what the moc")]
    #[case("I can’t log in, don't ask", "i can not log in do not ask")]
    #[case("<!channel> see <https://example.org/a|the page> in <#C01|support> <@U123>", "see the page in support")]
    #[case("a &lt; b &amp;&amp; :wave: 8:30:15", "a b 8 30 15")]
    #[case("caf\u{e9} \u{202e}evil\u{200b}word\u{0}x", "cafe evilword x")]
    #[case("operate-first-users", "operate first users")]
    #[case("1 < 2 > 1", "1 2 1")]
    #[case("", "")]
    fn words_are_what_a_reader_sees(#[case] typed: &str, #[case] words: &str) {
        assert_eq!(plain(typed).trim(), words);
    }

    #[rstest::rstest]
    #[case("hello everyone, quick question, is there an SLA, thanks a lot, have a nice day", "is there an sla")]
    #[case("good morning, I am new here, chat?, cheers, no hurry", "chat")]
    #[case("hi", "")]
    #[case("how do I say hello to the list?", "how do i say hello to the list")]
    fn courtesy_carries_no_weight(#[case] typed: &str, #[case] kept: &str) {
        let plain = plain(typed);
        let words: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!(without_courtesy(&words).join(" "), kept);
    }

    proptest::proptest! {
        #[test]
        fn any_text_becomes_plain_words(text in "\\PC{0,300}") {
            let plain = plain(&text);
            proptest::prop_assert!(plain.chars().all(|c| c == ' ' || c.is_alphanumeric()), "{plain:?}");
        }
    }
}
