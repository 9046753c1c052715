//! The columns of each table, and their numbers.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// A table of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Documents,
    Recordings,
    Utterances,
    Lexicon,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] =
        [Self::Documents, Self::Recordings, Self::Utterances, Self::Lexicon];

    /// The table's name in `pack.json` and in file names.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Recordings => "recordings",
            Self::Utterances => "utterances",
            Self::Lexicon => "lexicon",
        }
    }

    pub(crate) fn schema(self) -> SchemaRef {
        static SCHEMAS: LazyLock<[SchemaRef; 4]> =
            LazyLock::new(|| Kind::ALL.map(|kind| Arc::new(kind.columns())));
        Arc::clone(&SCHEMAS[self as usize])
    }

    fn columns(self) -> Schema {
        let samples = DataType::LargeList(Arc::new(Field::new("item", DataType::Int16, false)));
        let text = |name| Field::new(name, DataType::LargeUtf8, false);
        let maybe = |name| Field::new(name, DataType::LargeUtf8, true);
        let count = |name, nullable| Field::new(name, DataType::Int64, nullable);
        let fields = match self {
            Self::Documents => vec![
                text("id"),
                text("text"),
                maybe("source"),
                maybe("added"),
                maybe("created"),
                count("token_count", true),
                maybe("license"),
                maybe("lang"),
                maybe("meta"),
            ],
            Self::Recordings => vec![
                text("id"),
                Field::new("pcm", samples, false),
                Field::new("sample_rate", DataType::Int32, false),
                count("frames", false),
                maybe("speaker"),
                maybe("source"),
                maybe("license"),
                maybe("lang"),
                maybe("meta"),
            ],
            Self::Utterances => vec![
                text("id"),
                text("recording"),
                count("start", false),
                count("end", false),
                text("text"),
                maybe("speaker"),
                maybe("split"),
                maybe("license"),
                maybe("lang"),
                maybe("meta"),
            ],
            Self::Lexicon => vec![
                text("id"),
                text("form"),
                maybe("lemma"),
                maybe("upos"),
                maybe("feats"),
                count("frequency", true),
                maybe("source"),
                maybe("meta"),
            ],
        };
        let metadata = [("sprogkit.format", super::format::FORMAT.to_string())]
            .into_iter()
            .chain([("sprogkit.table", self.name().to_owned())])
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        Schema::new_with_metadata(fields, metadata)
    }
}

/// The columns of a schema as lines for human readers: `text: LargeUtf8`, `lang: LargeUtf8?`.
pub(crate) fn describe(schema: &Schema) -> Vec<String> {
    let columns = schema.fields().iter();
    columns
        .map(|field| {
            let null = if field.is_nullable() { "?" } else { "" };
            format!("{}: {}{null}", field.name(), field.data_type())
        })
        .collect()
}

/// The table of ids: hash and row.
pub(crate) fn ids() -> SchemaRef {
    let number = |name| Field::new(name, DataType::UInt64, false);
    Arc::new(Schema::new(vec![number("hash"), number("row")]))
}
