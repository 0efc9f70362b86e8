//! Objects as rows: what a cluster prints of them, laid out as kubectl lays it out. The cells are the cluster's own words; whoever reads
//! them from the wire has taken out what must not be shown.

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its headline, as in `Last Seen`.
    pub name: String,
    /// Whether only `-o wide` shows it: any priority but 0, since kinds that people define pick any number.
    pub wide: bool,
}

/// One object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its namespace; empty where it has none, or where the cluster was not asked for it.
    pub namespace: String,
    /// Its name; empty where the cluster was not asked for it.
    pub name: String,
    /// A cell for each column, or fewer where the last ones are missing.
    pub cells: Vec<Box<str>>,
}

/// Objects of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// In the order of the cluster.
    pub rows: Vec<Row>,
}

/// Blanks between columns, as kubectl has them.
const KUBECTL_GAP: usize = 3;
/// Least width of a column with its gap, as kubectl has it
/// (<https://github.com/kubernetes/cli-runtime/blob/master/pkg/printers/tabwriter.go>).
const KUBECTL_LEAST: usize = 6;
/// Blanks between columns in a chat, where room is scarce.
const CHAT_GAP: usize = 2;
/// Longer than this, several words are a sentence.
const LONG_WORD: usize = 24;
/// The column that is put before the others where all namespaces are looked at.
const NAMESPACE: &str = "Namespace";
/// Columns that say which object a row is about.
const LEADS: [&str; 2] = ["Name", "Object"];
/// What stands for an empty cell where there are no columns to see it by.
const NOTHING: &str = "-";
/// As much of a sentence as is shown in a chat.
const LONGEST_SENTENCE: usize = 240;

impl Table {
    /// The same with only the columns that are shown, and the namespaces as the first of them where `namespaces`.
    #[must_use]
    pub fn shown(self, wide: bool, namespaces: bool) -> Self {
        let keep: Vec<bool> = self.columns.iter().map(|column| wide || !column.wide).collect();
        let mut columns: Vec<Column> =
            self.columns.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(column, _)| column).collect();
        if namespaces {
            columns.insert(0, Column { name: NAMESPACE.to_owned(), wide: false });
        }
        let rows = self.rows.into_iter().map(|row| {
            let cells = row.cells.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(cell, _)| cell);
            let first = namespaces.then(|| row.namespace.as_str().into());
            Row { cells: first.into_iter().chain(cells).collect(), ..row }
        });
        Self { rows: rows.collect(), columns }
    }

    /// Headlines as they are printed.
    fn heads(&self) -> impl ExactSizeIterator<Item = String> {
        self.columns.iter().map(|column| column.name.to_uppercase())
    }

    /// The lines as kubectl prints them, headlines first.
    #[must_use]
    pub fn as_kubectl(&self) -> String {
        let mut widths: Vec<usize> = self.heads().map(|head| width(&head)).collect();
        for row in &self.rows {
            for (known, cell) in widths.iter_mut().zip(&row.cells) {
                *known = (*known).max(width(cell));
            }
        }
        let widths: Vec<usize> = widths.into_iter().map(|width| (width + KUBECTL_GAP).max(KUBECTL_LEAST)).collect();
        let mut text = String::new();
        line(&mut text, self.heads(), &widths);
        for row in &self.rows {
            line(&mut text, row.cells.iter(), &widths);
        }
        text
    }

    /// The headlines and the rows for a chat, where a block of lines is as narrow as a phone: in columns where those fit into `room`
    /// characters, else each object by its name on a line of its own, whole, and the rest below.
    #[must_use]
    pub fn for_chat(&self, room: usize) -> Vec<String> {
        let mut widths: Vec<usize> = self.heads().map(|head| width(&head)).collect();
        for row in &self.rows {
            for (known, cell) in widths.iter_mut().zip(&row.cells) {
                *known = (*known).max(width(cell));
            }
        }
        let in_columns = widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * CHAT_GAP <= room;
        let gaps: Vec<usize> = widths.iter().map(|width| width + CHAT_GAP).collect();
        let (lead, sentences) = (self.lead(), self.ends_in_sentences());
        let namespaces = self.columns.first().is_some_and(|column| column.name == NAMESPACE);
        let written = |cells: Vec<String>| {
            if !in_columns {
                return stacked(&cells, lead, namespaces, sentences);
            }
            let mut text = String::new();
            line(&mut text, cells.iter(), &gaps);
            text.trim_end().to_owned()
        };
        let rows = self.rows.iter().map(|row| row.cells.iter().map(ToString::to_string).collect());
        std::iter::once(self.heads().collect()).chain(rows).map(written).collect()
    }

    /// The column that says which object a row is about.
    fn lead(&self) -> usize {
        let is_lead = |column: &Column| LEADS.iter().any(|lead| column.name.eq_ignore_ascii_case(lead));
        self.columns.iter().position(is_lead).unwrap_or_default()
    }

    /// Whether the last column holds sentences rather than words.
    fn ends_in_sentences(&self) -> bool {
        let last = |row: &Row| row.cells.last().is_some_and(|cell| width(cell) > LONG_WORD && cell.contains(' '));
        self.columns.len() > 1 && self.rows.iter().any(last)
    }
}

/// A row as lines: which object, with its namespace; what is to be said of it in words; what in a sentence.
fn stacked(cells: &[String], lead: usize, namespaces: bool, sentences: bool) -> String {
    let namespace = cells.first().filter(|_| namespaces);
    let mut text = namespace.into_iter().chain(cells.get(lead)).map(String::as_str).collect::<Vec<_>>().join("  ");
    let last = cells.len().saturating_sub(1);
    let words = cells
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != lead && (!namespaces || *at != 0) && (!sentences || *at != last));
    let words: Vec<&str> = words.map(|(_, cell)| if cell.is_empty() { NOTHING } else { cell }).collect();
    let said = words.iter().rposition(|word| *word != NOTHING).map_or(0, |at| at + 1);
    if said > 0 {
        text.push_str(&format!("\n  {}", words[..said].join("  ")));
    }
    if let Some(sentence) = cells.last().filter(|sentence| sentences && !sentence.is_empty()) {
        text.push_str(&format!("\n  {}", cut(sentence, LONGEST_SENTENCE)));
    }
    text
}

fn cut(sentence: &str, most: usize) -> String {
    match sentence.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", sentence[..end].trim_end()),
        None => sentence.to_owned(),
    }
}

fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// Each cell but the last of the line is followed by blanks.
fn line<C: AsRef<str>>(text: &mut String, cells: impl ExactSizeIterator<Item = C>, widths: &[usize]) {
    let last = cells.len().saturating_sub(1);
    for (at, (cell, &room)) in cells.zip(widths).enumerate() {
        text.push_str(cell.as_ref());
        if at < last {
            text.extend(std::iter::repeat_n(' ', room.saturating_sub(width(cell.as_ref()))));
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let column = |name: &str, wide| Column { name: name.to_owned(), wide };
        let row = |namespace: &str, name: &str, cells: [&str; 3]| Row {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            cells: cells.map(Into::into).to_vec(),
        };
        Table {
            columns: vec![column("Name", false), column("Ready", false), column("Node", true)],
            rows: vec![
                row("a", "web", ["web", "1/1", "n1"]),
                row("bcd", "db", ["a-database-of-some-length", "0/1", "n2"]),
            ],
        }
    }

    #[test]
    fn columns_are_as_wide_as_with_kubectl() {
        insta::assert_snapshot!(table().shown(false, false).as_kubectl(), @"
        NAME                        READY
        web                         1/1
        a-database-of-some-length   0/1
        ");
        insta::assert_snapshot!(table().shown(true, true).as_kubectl(), @"
        NAMESPACE   NAME                        READY   NODE
        a           web                         1/1     n1
        bcd         a-database-of-some-length   0/1     n2
        ");
    }

    #[test]
    fn what_fits_a_phone_stands_in_columns_and_all_else_below_its_name() {
        insta::assert_snapshot!(table().shown(false, true).for_chat(46).join("\n"), @"
        NAMESPACE  NAME                       READY
        a          web                        1/1
        bcd        a-database-of-some-length  0/1
        ");
        insta::assert_snapshot!(table().shown(true, true).for_chat(32).join("\n"), @"
        NAMESPACE  NAME
          READY  NODE
        a  web
          1/1  n1
        bcd  a-database-of-some-length
          0/1  n2
        ");
    }

    #[test]
    fn sentences_stand_below_their_row_and_what_is_empty_keeps_its_place() {
        let mut table = table();
        table.columns.push(Column { name: "Message".to_owned(), wide: false });
        table.rows[0].cells.push("Readiness probe failed: the server said 503".into());
        table.rows[1].cells.push("".into());
        table.rows[0].cells[1] = "".into();
        insta::assert_snapshot!(table.shown(true, false).for_chat(40).join("\n"), @"
        NAME
          READY  NODE
          MESSAGE
        web
          -  n1
          Readiness probe failed: the server said 503
        a-database-of-some-length
          0/1  n2
        ");
    }
}
