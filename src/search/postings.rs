//! BM25 over one set of documents, each a list of terms: a tantivy segment in memory, walked by term number. The
//! dictionary is consulted when the index is built, never when a question is asked.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::postings::{Postings as _, TermInfo};
use tantivy::query::Bm25Weight;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocSet, Index, InvertedIndexReader, TERMINATED, TantivyDocument, Term};

use crate::domain::answers::{Question, TermId, Vocabulary};

/// What tantivy's writer may hold while it builds (its least is 15 MB); given back when the segment is written.
const WRITER_MEMORY: usize = 15_000_000;

/// Documents and the terms they hold.
pub(super) struct Postings {
    reader: Arc<InvertedIndexReader>,
    norms: FieldNormReader,
    /// By term number; none for terms that no document here holds.
    terms: Vec<Option<(TermInfo, Bm25Weight)>>,
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
        // Without documents there is no segment: a catalogue may have no answers.
        let Some(segment) = searcher.segment_readers().first() else {
            return Ok(Postings::none(vocabulary));
        };
        let reader = segment.inverted_index(field)?;
        #[expect(clippy::cast_precision_loss, reason = "an average needs no more digits")]
        let average_length = reader.total_num_tokens() as f32 / count.max(1) as f32;
        let mut terms = Vec::with_capacity(vocabulary.len());
        for number in 0..u32::try_from(vocabulary.len()).unwrap_or(u32::MAX) {
            let term = Term::from_field_text(field, vocabulary.stem(TermId(number)));
            terms.push(reader.get_term_info(&term)?.map(|info| {
                let documents = u64::from(info.doc_freq);
                let weight = Bm25Weight::for_one_term_without_explain(documents, count as u64, average_length);
                (info, weight)
            }));
        }
        Ok(Postings { norms: segment.get_fieldnorms_reader(field)?, reader, terms, documents: count })
    }

    fn none(vocabulary: &Vocabulary) -> Postings {
        Postings {
            reader: Arc::new(InvertedIndexReader::empty(IndexRecordOption::WithFreqs)),
            norms: FieldNormReader::constant(0, 1),
            terms: vec![None; vocabulary.len()],
            documents: 0,
        }
    }

    /// Number of documents.
    pub(super) fn documents(&self) -> usize {
        self.documents
    }

    /// Number of documents that hold a term.
    pub(super) fn holding(&self, term: TermId) -> usize {
        self.terms.get(term.0 as usize).and_then(Option::as_ref).map_or(0, |(info, _)| info.doc_freq as usize)
    }

    /// Adds each document's score to `scores`: for each word of the question the best of its readings, times `share` of
    /// the word.
    pub(super) fn score(
        &self,
        question: &Question,
        share: impl Fn(usize) -> f32,
        scores: &mut [f32],
    ) -> tantivy::Result<()> {
        let mut best: Vec<f32> = Vec::new();
        for (index, word) in question.words.iter().enumerate() {
            let share = share(index);
            if share <= 0.0 {
                continue;
            }
            if let [reading] = word.readings.as_slice() {
                self.walk(reading.term, share * reading.worth, |document, score| scores[document] += score)?;
                continue;
            }
            // Several readings: only the best of them counts for a document, so the difference to what it has is added.
            best.clear();
            best.resize(self.documents, 0.0);
            for reading in &word.readings {
                self.walk(reading.term, share * reading.worth, |document, score| {
                    let gain = (score - best[document]).max(0.0);
                    best[document] += gain;
                    scores[document] += gain;
                })?;
            }
        }
        Ok(())
    }

    fn walk(&self, term: TermId, factor: f32, mut found: impl FnMut(usize, f32)) -> tantivy::Result<()> {
        let Some((info, weight)) = self.terms.get(term.0 as usize).and_then(Option::as_ref) else {
            return Ok(());
        };
        let mut postings = self.reader.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
        let mut document = postings.doc();
        while document != TERMINATED {
            let score = factor * weight.score(self.norms.fieldnorm_id(document), postings.term_freq());
            found(document as usize, score);
            document = postings.advance();
        }
        Ok(())
    }
}
