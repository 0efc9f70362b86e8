//! Amounts as Kubernetes writes them: `500m`, `4Gi`, `1e3`. Exact to the billionth. Knows no resource by name.
//!
//! The grammar, and what happens to amounts that are too large or too fine, is
//! <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity>.

use std::str::FromStr;

/// Billionths in one.
const ONE: u128 = 1_000_000_000;

/// No quantity may be larger: what is written larger is this.
const LARGEST: u128 = (1 << 63) - 1;

/// Digits of an exponent; more would be a jest.
const EXPONENT_DIGITS: usize = 4;

/// An amount of something, in billionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i128);

/// What is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no quantity as Kubernetes writes it")]
pub struct Nonsense;

impl Quantity {
    /// As it is written by a cluster; `None` for what no cluster takes.
    #[must_use]
    pub fn read(written: &str) -> Option<Self> {
        written.parse().ok()
    }

    /// Whether it is nothing, or less.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 <= 0
    }

    /// How many hundredths of `whole` it is, rounded down, so that 100 means all of it; `None` where there is no whole.
    #[must_use]
    pub fn percent_of(self, whole: Self) -> Option<u64> {
        if whole.is_none() {
            return None;
        }
        Some(u64::try_from(self.0.max(0) * 100 / whole.0).unwrap_or(u64::MAX))
    }

    /// Whether it is more than so many hundredths of `whole`.
    #[must_use]
    pub const fn is_over(self, percent: u8, whole: Self) -> bool {
        self.0 * 100 > whole.0 * percent as i128
    }
}

impl FromStr for Quantity {
    type Err = Nonsense;

    fn from_str(written: &str) -> Result<Self, Nonsense> {
        let (negative, rest) = match written.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, written.strip_prefix('+').unwrap_or(written)),
        };
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(Nonsense);
        }
        let unit = Unit::read(suffix).ok_or(Nonsense)?;
        let billionths = billionths(whole, fraction.trim_end_matches('0'), unit);
        let billionths = i128::try_from(billionths).map_err(|_| Nonsense)?;
        Ok(Self(if negative { -billionths } else { billionths }))
    }
}

/// By what a number is multiplied.
#[derive(Clone, Copy)]
enum Unit {
    Tens(i32),
    Twos(u32),
}

impl Unit {
    fn read(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "n" => Self::Tens(-9),
            "u" => Self::Tens(-6),
            "m" => Self::Tens(-3),
            "" => Self::Tens(0),
            "k" => Self::Tens(3),
            "M" => Self::Tens(6),
            "G" => Self::Tens(9),
            "T" => Self::Tens(12),
            "P" => Self::Tens(15),
            "E" => Self::Tens(18),
            "Ki" => Self::Twos(10),
            "Mi" => Self::Twos(20),
            "Gi" => Self::Twos(30),
            "Ti" => Self::Twos(40),
            "Pi" => Self::Twos(50),
            "Ei" => Self::Twos(60),
            other => {
                let exponent = other.strip_prefix(['e', 'E'])?;
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                let known = (1..=EXPONENT_DIGITS).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
                Self::Tens(exponent.parse().ok().filter(|_| known)?)
            }
        })
    }

    /// So many of it, of which the last `fine` digits stand behind the point; what is finer than a billionth is rounded up. `None` where
    /// the way there does not fit.
    fn times(self, digits: u128, fine: usize) -> Option<u128> {
        let fine = i32::try_from(fine).ok()?;
        let (digits, tens) = match self {
            Self::Tens(tens) => (digits, tens + 9 - fine),
            Self::Twos(twos) => (digits.checked_mul(1 << twos)?, 9 - fine),
        };
        match u32::try_from(tens) {
            Ok(tens) => digits.checked_mul(10_u128.checked_pow(tens)?),
            // A divisor that does not fit is larger than any number that does.
            Err(_) => Some(10_u128.checked_pow(tens.unsigned_abs()).map_or(1, |divisor| digits.div_ceil(divisor))),
        }
    }
}

fn billionths(whole: &str, fraction: &str, unit: Unit) -> u128 {
    let mut digits = whole.trim_start_matches('0').to_owned() + fraction;
    let mut fine = fraction.len();
    if digits.bytes().all(|digit| digit == b'0') {
        return 0;
    }
    let mut cut = false;
    loop {
        // A digit that was cut off counts as a little more.
        let number = digits.parse::<u128>().ok().and_then(|number| number.checked_add(u128::from(cut)));
        let amount = number.and_then(|number| unit.times(number, fine));
        if amount.is_some() || fine == 0 || digits.is_empty() {
            return amount.unwrap_or(LARGEST * ONE).min(LARGEST * ONE);
        }
        cut |= digits.pop() != Some('0');
        fine -= 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("500m", "0.5")]
    #[case("4Gi", "4294967296")]
    #[case("0.5Gi", "512Mi")]
    #[case("1e3", "1k")]
    #[case("1E3", "1000")]
    #[case("1.5", "1500m")]
    #[case("128974848", "123Mi")]
    #[case("129e6", "129M")]
    #[case("1E", "1000P")]
    #[case("1Ei", "1024Pi")]
    #[case("+1Ti", "1024Gi")]
    #[case("1000000n", "1m")]
    #[case("1000u", "1m")]
    #[case(".5", "0.50")]
    #[case("5.", "5")]
    #[case("-1", "-1000m")]
    #[case("0", "000.000Ki")]
    // Finer than a billionth is rounded up, larger than the largest is the largest.
    #[case("0.1n", "1n")]
    #[case("1e-40", "1n")]
    #[case("1e40", "9223372036854775807")]
    #[case("99999999999999999999999999999999999999999999", "9223372036854775807")]
    #[case("0.00000000000000000000000000000000000000000000000000000001Ki", "1n")]
    fn one_amount_has_many_ways_to_be_written(#[case] written: &str, #[case] also: &str) {
        assert!(Quantity::read(written).is_some(), "{written}");
        assert_eq!(Quantity::read(written), Quantity::read(also));
    }

    #[rstest]
    #[case("")]
    #[case(".")]
    #[case("-")]
    #[case("1.2.3")]
    #[case("1K")]
    #[case("1ki")]
    #[case("1 Gi")]
    #[case("1e")]
    #[case("1e99999")]
    #[case("1e1.5")]
    #[case("1GiB")]
    #[case("--1")]
    #[case("٣")]
    #[case("NaN")]
    fn nonsense_is_none(#[case] written: &str) {
        assert_eq!(Quantity::read(written), None);
    }

    #[rstest]
    #[case("8900m", "16", Some(55))]
    #[case("15999m", "16", Some(99))]
    #[case("17", "16", Some(106))]
    #[case("-1", "16", Some(0))]
    #[case("1", "0", None)]
    #[case("9223372036854775807", "1n", Some(u64::MAX))]
    fn a_share_is_rounded_down(#[case] used: &str, #[case] hard: &str, #[case] percent: Option<u64>) {
        assert_eq!(Quantity::read(used).unwrap().percent_of(Quantity::read(hard).unwrap()), percent);
    }

    #[test]
    fn over_is_exact() {
        let read = |written| Quantity::read(written).unwrap();
        assert!(!read("12800m").is_over(80, read("16")));
        assert!(read("12801m").is_over(80, read("16")));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall(written in "\\PC{0,30}", number in "[+-]?[0-9.]{0,40}(e-?[0-9]{0,5}|[numkKMGTPEi]{0,3})") {
            let _ = (Quantity::read(&written), Quantity::read(&number));
        }

        #[test]
        fn millis_keep_their_order(left in 0_u64..1 << 53, right in 0_u64..1 << 53) {
            let read = |millis: u64| Quantity::read(&format!("{millis}m")).unwrap();
            prop_assert_eq!(read(left).cmp(&read(right)), left.cmp(&right));
            let written = format!("{}.{:03}", left / 1000, left % 1000);
            prop_assert_eq!(Quantity::read(&written), Some(read(left)));
        }

        #[test]
        fn two_to_the_tenth_is_one_of_the_next(amount in 0_u64..1 << 40, unit in 0_usize..5) {
            let units = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
            let fine = Quantity::read(&format!("{}{}", u128::from(amount) * 1024, units[unit]));
            prop_assert_eq!(fine, Quantity::read(&format!("{amount}{}", units[unit + 1])));
        }
    }
}
