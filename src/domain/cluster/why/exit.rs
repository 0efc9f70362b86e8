//! What the number means with which a program ended.

/// Signals by number, as Linux has them (<https://man7.org/linux/man-pages/man7/signal.7.html>).
const SIGNALS: [(i64, &str, &str); 12] = [
    (1, "SIGHUP", "its terminal was gone"),
    (2, "SIGINT", "it was interrupted"),
    (3, "SIGQUIT", "it was told to quit"),
    (4, "SIGILL", "an instruction its processor does not know"),
    (6, "SIGABRT", "it gave up by itself, as after a failed assertion"),
    (7, "SIGBUS", "memory that is not there"),
    (8, "SIGFPE", "a calculation that cannot be"),
    (9, "SIGKILL", "it was killed from outside"),
    (11, "SIGSEGV", "memory that is not its own: a defect of the program"),
    (13, "SIGPIPE", "nobody read what it wrote"),
    (15, "SIGTERM", "it was asked to end"),
    (24, "SIGXCPU", "its time was up"),
];

/// From here on shells add the number of a signal (<https://tldp.org/LDP/abs/html/exitcodes.html>).
const SIGNALLED: i64 = 128;

/// What an exit code means, in words that go after `exit code N:`; `None` where a program means by it what it likes.
pub(super) fn meaning(code: i64) -> Option<String> {
    Some(match code {
        0 => "no error".to_owned(),
        1 => "an error that the program does not tell from others".to_owned(),
        2 => "an error of the program, or wrong arguments".to_owned(),
        126 => "its command may not be executed, or is no program".to_owned(),
        127 => "its command was not found in the image".to_owned(),
        129..=255 => {
            let number = code - SIGNALLED;
            match SIGNALS.iter().find(|(signal, ..)| *signal == number) {
                Some((_, name, means)) => format!("{name}, {means}"),
                // Beyond the last signal the number is the program's own.
                None if number <= 64 => format!("ended by signal {number}"),
                None => return None,
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, Some("no error"))]
    #[case(1, Some("an error that the program does not tell from others"))]
    #[case(2, Some("an error of the program, or wrong arguments"))]
    #[case(3, None)]
    #[case(126, Some("its command may not be executed, or is no program"))]
    #[case(127, Some("its command was not found in the image"))]
    #[case(134, Some("SIGABRT, it gave up by itself, as after a failed assertion"))]
    #[case(137, Some("SIGKILL, it was killed from outside"))]
    #[case(139, Some("SIGSEGV, memory that is not its own: a defect of the program"))]
    #[case(143, Some("SIGTERM, it was asked to end"))]
    #[case(165, Some("ended by signal 37"))]
    #[case(255, None)]
    #[case(-1, None)]
    #[case(i64::MAX, None)]
    fn a_code_has_a_meaning_or_is_the_programs_own(#[case] code: i64, #[case] means: Option<&str>) {
        assert_eq!(meaning(code).as_deref(), means);
    }
}
