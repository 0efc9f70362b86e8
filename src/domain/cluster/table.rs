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
    /// A cell for each column.
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
            columns.insert(0, Column { name: "Namespace".to_owned(), wide: false });
        }
        let rows = self.rows.into_iter().map(|row| {
            let cells = row.cells.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(cell, _)| cell);
            let first = namespaces.then(|| row.namespace.as_str().into());
            Row { cells: first.into_iter().chain(cells).collect(), ..row }
        });
        Self { rows: rows.collect(), columns }
    }

    /// Headlines as they are printed.
    fn heads(&self) -> impl Iterator<Item = String> {
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

    /// The headlines and the rows for a chat, at most `room` characters wide. Sentences in a last column that has no room stand below their
    /// row; other long cells are cut in the middle, since both ends of a name tell things apart.
    #[must_use]
    pub fn for_chat(&self, room: usize) -> Vec<String> {
        let mut widths: Vec<usize> = self.heads().map(|head| width(&head)).collect();
        for row in &self.rows {
            for (known, cell) in widths.iter_mut().zip(&row.cells) {
                *known = (*known).max(width(cell));
            }
        }
        let below = !fits(&widths, room) && self.ends_in_sentences();
        if below {
            widths.pop();
        }
        narrow(&mut widths, room);
        let gaps: Vec<usize> = widths.iter().map(|width| width + CHAT_GAP).collect();
        let written = |cells: Vec<String>| {
            let mut text = String::new();
            let shown = cells.iter().zip(&widths).map(|(cell, &width)| shortened(cell, width));
            line(&mut text, shown, &gaps);
            let mut text = text.trim_end().to_owned();
            if let Some(sentence) = cells.get(widths.len()).filter(|sentence| below && !sentence.is_empty()) {
                text.push_str(&format!("\n  {}", cut(sentence, LONGEST_SENTENCE)));
            }
            text
        };
        let rows = self.rows.iter().map(|row| row.cells.iter().map(ToString::to_string).collect());
        std::iter::once(self.heads().collect()).chain(rows).map(written).collect()
    }

    /// Whether the last column holds sentences rather than words.
    fn ends_in_sentences(&self) -> bool {
        let last = |row: &Row| row.cells.last().is_some_and(|cell| width(cell) > LONG_WORD && cell.contains(' '));
        self.columns.len() > 1 && self.rows.iter().any(last)
    }
}

fn fits(widths: &[usize], room: usize) -> bool {
    widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * CHAT_GAP <= room
}

/// Takes from the widest columns until all fit.
fn narrow(widths: &mut [usize], room: usize) {
    /// Narrower than this, no cell says anything.
    const LEAST: usize = 8;
    while !fits(widths, room) {
        let Some(widest) = widths.iter_mut().filter(|width| **width > LEAST).max() else { return };
        *widest -= 1;
    }
}

fn shortened(cell: &str, width: usize) -> String {
    let length = self::width(cell);
    if length <= width {
        return cell.to_owned();
    }
    let head = width / 2;
    let tail = width.saturating_sub(head + 1);
    let head: String = cell.chars().take(head).collect();
    let tail: String = cell.chars().skip(length - tail.min(length)).collect();
    format!("{head}…{tail}")
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

fn line(text: &mut String, cells: impl Iterator<Item = impl AsRef<str>>, widths: &[usize]) {
    let last = widths.len().saturating_sub(1);
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
    fn in_a_chat_the_widest_cells_give_way() {
        insta::assert_snapshot!(table().shown(false, true).for_chat(32).join("\n"), @"
        NAMESPACE  NAME            READY
        a          web             1/1
        bcd        a-datab…length  0/1
        ");
    }

    #[test]
    fn sentences_stand_below_their_row() {
        let mut table = table();
        table.columns.push(Column { name: "Message".to_owned(), wide: false });
        table.rows[0].cells.push("Readiness probe failed: the server said 503".into());
        table.rows[1].cells.push("".into());
        insta::assert_snapshot!(table.shown(false, false).for_chat(48).join("\n"), @"
        NAME                       READY
          MESSAGE
        web                        1/1
          Readiness probe failed: the server said 503
        a-database-of-some-length  0/1
        ");
    }

    #[test]
    fn a_cell_keeps_both_ends() {
        assert_eq!(shortened("jupyterhub-nb-dmitri-5fml", 12), "jupyte…-5fml");
        assert_eq!(shortened("jupyterhub-nb-dmitri-5fml", 13), "jupyte…i-5fml");
        assert_eq!(shortened("short", 12), "short");
    }
}
