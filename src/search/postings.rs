//! BM25 over one set of documents, each a list of terms. Tantivy builds the index and weighs; what it found is then laid out flat, so that
//! a question is answered by walking slices: neither dictionary nor compressed lists are looked at again.

use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::postings::Postings as _;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocSet, Index, SegmentReader, TERMINATED, TantivyDocument, Term};

use crate::domain::answers::{Question, TermId, Vocabulary};

/// What tantivy's writer may hold while it builds (its least is 15 MB); given back when the segment is written.
const WRITER_MEMORY: usize = 15_000_000;

/// Documents and the terms they hold.
pub(super) struct Postings {
    /// Document and BM25 of a term in it, term by term.
    scored: Vec<(u32, f32)>,
    /// Where each term's documents end among them; they begin where those of the term before end.
    ends: Vec<usize>,
    documents: usize,
}

impl Postings {
    /// Indexes documents, each given as its terms. Document numbers are their places in the sequence.
    pub(super) fn build(
        vocabulary: &Vocabulary,
        documents: impl Iterator<Item = Vec<TermId>>,
    ) -> tantivy::Result<Postings> {
        let mut schema = Schema::builder();
        let words =
            TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs);
        let field = schema.add_text_field("terms", TextOptions::default().set_indexing_options(words));
        let directory = tantivy::directory::RamDirectory::create();
        let mut writer: SingleSegmentIndexWriter =
            Index::builder().schema(schema.build()).single_segment_index_writer(directory, WRITER_MEMORY)?;
        let mut count = 0;
        for terms in documents {
            let stems: Vec<&str> = terms.iter().map(|term| vocabulary.stem(*term)).collect();
            let mut document = TantivyDocument::default();
            document.add_text(field, stems.join(" "));
            writer.add_document(document)?;
            count += 1;
        }
        let searcher = writer.finalize()?.reader()?.searcher();
        let mut postings =
            Postings { scored: Vec::new(), ends: Vec::with_capacity(vocabulary.len()), documents: count };
        // Without documents there is no segment: a catalogue may have no answers.
        if let Some(segment) = searcher.segment_readers().first() {
            postings.lay_out(segment, field, vocabulary)?;
        }
        Ok(postings)
    }

    fn lay_out(&mut self, segment: &SegmentReader, field: Field, vocabulary: &Vocabulary) -> tantivy::Result<()> {
        let reader = segment.inverted_index(field)?;
        let norms = segment.get_fieldnorms_reader(field)?;
        #[expect(clippy::cast_precision_loss, reason = "an average needs no more digits")]
        let average_length = reader.total_num_tokens() as f32 / self.documents.max(1) as f32;
        for number in 0..u32::try_from(vocabulary.len()).unwrap_or(u32::MAX) {
            let term = Term::from_field_text(field, vocabulary.stem(TermId(number)));
            if let Some(info) = reader.get_term_info(&term)? {
                let holding = u64::from(info.doc_freq);
                let weight = Bm25Weight::for_one_term_without_explain(holding, self.documents as u64, average_length);
                let mut found = reader.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
                let mut document = found.doc();
                while document != TERMINATED {
                    self.scored.push((document, weight.score(norms.fieldnorm_id(document), found.term_freq())));
                    document = found.advance();
                }
            }
            self.ends.push(self.scored.len());
        }
        self.scored.shrink_to_fit();
        Ok(())
    }

    /// Number of documents.
    pub(super) fn documents(&self) -> usize {
        self.documents
    }

    /// Number of documents that hold a term.
    pub(super) fn holding(&self, term: TermId) -> usize {
        self.of(term).len()
    }

    /// Adds each document's score to `scores`: for each word of the question the best of its readings, times `share` of
    /// the word.
    pub(super) fn score(&self, question: &Question, share: impl Fn(usize) -> f32, scores: &mut [f32]) {
        let mut best: Vec<f32> = Vec::new();
        for (index, word) in question.words.iter().enumerate() {
            let share = share(index);
            if share <= 0.0 {
                continue;
            }
            if let [reading] = word.readings.as_slice() {
                let factor = share * reading.worth;
                for &(document, score) in self.of(reading.term) {
                    scores[document as usize] += factor * score;
                }
                continue;
            }
            // Several readings: only the best of them counts for a document, so the difference to what it has is added.
            best.clear();
            best.resize(self.documents, 0.0);
            for reading in &word.readings {
                let factor = share * reading.worth;
                for &(document, score) in self.of(reading.term) {
                    let gain = (factor * score - best[document as usize]).max(0.0);
                    best[document as usize] += gain;
                    scores[document as usize] += gain;
                }
            }
        }
    }

    /// The documents that hold a term.
    fn of(&self, term: TermId) -> &[(u32, f32)] {
        let term = term.0 as usize;
        let Some(&end) = self.ends.get(term) else {
            return &[];
        };
        let begin = term.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.scored[begin..end]
    }
}
