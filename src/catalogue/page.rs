//! One TOML text of the catalogue and its places: values are taken key by key, what is wrong is noted with line and
//! column, and what nobody took is an unknown key.

use std::cell::RefCell;
use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::{Date, Time};

use super::fault::Fault;
use super::files::{Files, LARGEST_FILE};

/// A text and where in it its TOML begins.
pub(super) struct Page<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Page<'a> {
    /// The file of that path. None when there is none, or when it is no text; that is noted.
    pub(super) fn open(files: &'a Files, path: &'a str, faults: &mut Vec<Fault>) -> Option<Page<'a>> {
        let content = files.content(path)?;
        if content.len() as u64 > LARGEST_FILE {
            let message = format!("has {} bytes; at most {LARGEST_FILE} are allowed", content.len());
            faults.push(Fault::at(path, 1, 1, &message));
            return None;
        }
        match std::str::from_utf8(content) {
            Ok(text) => Some(Page { path, text }),
            Err(error) => {
                let good = String::from_utf8_lossy(&content[..error.valid_up_to()]);
                let (line, column) = place(&good, good.len());
                faults.push(Fault::at(path, line, column, "is not UTF-8"));
                None
            }
        }
    }

    /// A fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, message: impl AsRef<str>) -> Fault {
        let (line, column) = place(self.text, at);
        Fault::at(self.path, line, column, message.as_ref())
    }

    /// Reads the part `range` as TOML and hands it to `read`. Where the syntax is broken only its first fault is noted:
    /// what follows an unclosed bracket is faulty line after line, and none of that is the author's mistake.
    pub(super) fn table<T>(
        &self,
        range: Range<usize>,
        faults: &mut Vec<Fault>,
        read: impl FnOnce(Table<'_>) -> T,
    ) -> T {
        let (table, broken) = DeTable::parse_recoverable(&self.text[range.clone()]);
        let noted = RefCell::new(Vec::new());
        let at = range.start + table.span().start;
        let result = read(Table {
            page: self,
            start: range.start,
            at,
            table: table.get_ref(),
            taken: RefCell::default(),
            noted: &noted,
        });
        match broken.first() {
            Some(error) => {
                let at = error.span().map_or(range.start, |span| range.start + span.start);
                faults.push(self.fault(at, error.message().lines().collect::<Vec<_>>().join(" ")));
            }
            None => faults.append(&mut noted.into_inner()),
        }
        result
    }
}

/// Line and column of a byte, both from 1, the column in characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn date(date: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

fn time(time: Time) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(u32::from(time.hour), u32::from(time.minute), u32::from(time.second.unwrap_or_default()))
}

/// A table whose keys are taken one by one. Dropping it notes the keys that nobody took.
pub(super) struct Table<'a> {
    page: &'a Page<'a>,
    /// Where the TOML begins in the text; spans count from there.
    start: usize,
    at: usize,
    table: &'a DeTable<'a>,
    taken: RefCell<Vec<&'static str>>,
    noted: &'a RefCell<Vec<Fault>>,
}

/// A value and the byte at which it stands.
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

impl<'a> Table<'a> {
    /// Notes a fault at a byte.
    pub(super) fn note(&self, at: usize, message: impl AsRef<str>) {
        self.noted.borrow_mut().push(self.page.fault(at, message));
    }

    /// Where the table begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// A text that must be there and must not be blank.
    pub(super) fn text(&self, key: &'static str) -> Option<Placed<String>> {
        self.required(key, self.optional_text(key))
    }

    /// A text that may be missing.
    pub(super) fn optional_text(&self, key: &'static str) -> Option<Placed<String>> {
        self.take(key, "a text in quotes", |value| value.as_str().map(str::to_owned))
            .filter(|text| self.filled(key, text))
    }

    /// A list of texts; empty when missing.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        let Some(list) = self.spanned(key) else {
            return Vec::new();
        };
        let Some(items) = list.get_ref().as_array() else {
            self.note(self.place(list.span()), format!("`{key}` must be a list of texts in quotes"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            let at = self.place(item.span());
            match item.get_ref().as_str() {
                Some(text) => {
                    let text = Placed { value: text.to_owned(), at };
                    if self.filled(key, &text) {
                        texts.push(text);
                    }
                }
                None => self.note(at, format!("`{key}` must be a list of texts in quotes")),
            }
        }
        texts
    }

    /// The word `"all"`, which is none here, or a list of texts. Where it must be there, nothing is the same as an empty list.
    pub(super) fn all_or_some(&self, key: &'static str, required: bool) -> Option<Vec<Placed<String>>> {
        match self.table.get(key).map(|value| value.get_ref().as_str()) {
            Some(Some("all")) => {
                self.spanned(key);
                None
            }
            Some(Some(_)) => {
                self.take(key, "\"all\" or a list of texts in quotes", |_| None::<()>);
                Some(Vec::new())
            }
            Some(None) => Some(self.texts(key)),
            None if required => {
                self.required(key, None::<()>);
                Some(Vec::new())
            }
            None => None,
        }
    }

    /// A day, as in `2026-11-20`, that must be there.
    pub(super) fn day(&self, key: &'static str) -> Option<Placed<NaiveDate>> {
        self.required(key, self.optional_day(key))
    }

    /// A day that may be missing.
    pub(super) fn optional_day(&self, key: &'static str) -> Option<Placed<NaiveDate>> {
        self.take(key, "a date like 2026-11-20", |value| {
            let value = value.as_datetime()?;
            date(value.date.filter(|_| value.time.is_none())?)
        })
    }

    /// A time of day, as in `08:30:00`, that must be there.
    pub(super) fn time(&self, key: &'static str) -> Option<Placed<NaiveTime>> {
        let read = self.take(key, "a time of day like 08:30:00", |value| {
            let value = value.as_datetime()?;
            time(value.time.filter(|_| value.date.is_none())?)
        });
        self.required(key, read)
    }

    /// A day and a time by nobody's clock in particular; may be missing.
    pub(super) fn optional_moment(&self, key: &'static str) -> Option<Placed<NaiveDateTime>> {
        let kind = "a day and a time like 2027-01-07T08:30:00, without an offset";
        self.take(key, kind, |value| {
            let value = value.as_datetime()?;
            let day = date(value.date.filter(|_| value.offset.is_none())?)?;
            Some(day.and_time(time(value.time?)?))
        })
    }

    /// A whole number that may be missing.
    pub(super) fn optional_number(&self, key: &'static str) -> Option<Placed<i64>> {
        self.take(key, "a whole number", |value| {
            let number = value.as_integer()?;
            i64::from_str_radix(number.as_str(), number.radix()).ok()
        })
    }

    /// Whether the key is there, whatever it holds.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The table under `[key]`, which must be there.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.required(key, self.spanned(key))?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            let at = self.place(value.span());
            self.note(at, format!("`{key}` must be written as a `[{key}]` table"));
        }
        Some(self.inner(table?, value.span()))
    }

    /// True or false; false when missing.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.take(key, "true or false", DeValue::as_bool).is_some_and(|flag| flag.value)
    }

    /// Tables under `[[key]]`; none when missing.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let Some(list) = self.spanned(key) else {
            return Vec::new();
        };
        let tables: Option<Vec<Table<'a>>> = list.get_ref().as_array().and_then(|items| {
            items.iter().map(|item| Some(self.inner(item.get_ref().as_table()?, item.span()))).collect()
        });
        tables.unwrap_or_else(|| {
            self.note(self.place(list.span()), format!("`{key}` must be written as `[[{key}]]` tables"));
            Vec::new()
        })
    }

    /// Tables under `[key.NAME]`, with their names; none when missing.
    pub(super) fn named_tables(&self, key: &'static str) -> Vec<(Placed<String>, Table<'a>)> {
        let Some(outer) = self.spanned(key) else {
            return Vec::new();
        };
        let Some(outer_table) = outer.get_ref().as_table() else {
            self.note(self.place(outer.span()), format!("`{key}` must be written as `[{key}.NAME]` tables"));
            return Vec::new();
        };
        let mut named = Vec::new();
        for (name, value) in outer_table {
            let at = self.place(name.span());
            match value.get_ref().as_table() {
                Some(table) => {
                    let name = Placed { value: name.get_ref().to_string(), at };
                    named.push((name, self.inner(table, value.span())));
                }
                None => self.note(at, format!("`{key}` must be written as `[{key}.NAME]` tables")),
            }
        }
        named
    }

    fn inner(&self, table: &'a DeTable<'a>, span: Range<usize>) -> Table<'a> {
        let at = self.place(span);
        Table { page: self.page, start: self.start, at, table, taken: RefCell::default(), noted: self.noted }
    }

    fn take<T>(
        &self,
        key: &'static str,
        kind: &str,
        read: impl FnOnce(&DeValue<'a>) -> Option<T>,
    ) -> Option<Placed<T>> {
        let value = self.spanned(key)?;
        let at = self.place(value.span());
        let read = read(value.get_ref());
        if read.is_none() {
            self.note(at, format!("`{key}` must be {kind}"));
        }
        read.map(|value| Placed { value, at })
    }

    fn spanned(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.taken.borrow_mut().push(key);
        self.table.get(key)
    }

    fn required<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if !self.table.contains_key(key) {
            self.note(self.at, format!("`{key}` is missing"));
        }
        value
    }

    fn filled(&self, key: &str, text: &Placed<String>) -> bool {
        let filled = !text.value.trim().is_empty();
        if !filled {
            self.note(text.at, format!("`{key}` is empty"));
        }
        filled
    }

    fn place(&self, span: Range<usize>) -> usize {
        self.start + span.start
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        for key in self.table.keys().filter(|key| !self.taken.borrow().iter().any(|taken| key.get_ref() == taken)) {
            self.note(self.place(key.span()), format!("unknown key `{}`", key.get_ref()));
        }
    }
}
