//! Opening a pack.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::format::Commit;
use super::hidden::Hidden;
use super::layer::Layer;
use super::lexicon::{Forms, Lexicon};
use super::rows::{Document, Entry, Recording, Rows, TextBatches, Utterance};
use super::schema::{self, Kind};
use super::{Info, Report};
use crate::io::{self, Check, Claim, Damage, Table, expect_length};
use crate::progress::Progress;
use crate::{Error, Result};

/// A table of a pack with its erased rows and its ids.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) table: Table,
    pub(crate) ids: Table,
    pub(crate) hidden: Hidden,
}

impl Store {
    fn open(folder: &Path, kind: Kind, commit: &Commit, check: Check) -> Result<Self> {
        let none = super::format::TableMeta::default();
        let meta = commit.tables.get(kind.name()).unwrap_or(&none);
        let table = Table::open(folder, kind.schema(), &meta.shards, check)?;
        let ids = Table::open(folder, schema::ids(), &meta.ids, check)?;
        let hidden = Hidden::new(meta.erased.clone(), table.len());
        let hidden = hidden
            .map_err(|reason| Damage::new(0, reason).of(&folder.join(super::format::COMMIT)))?;
        Ok(Self { table, ids, hidden })
    }

    /// The first row of batch `index` and the one after its last, as a user counts them.
    pub(super) fn rows_of(&self, index: usize) -> (u64, u64) {
        let (start, end) = self.table.rows_of(index);
        (start - self.hidden.before(start), end - self.hidden.before(end))
    }
}

/// A pack, opened. Cheap to open, safe to share between threads, and never changed by others' work:
/// what was opened stays readable although the folder changes.
#[derive(Debug)]
pub struct Pack {
    folder: PathBuf,
    check: Check,
    pub(super) commit: Commit,
    /// Names this state of the pack.
    pub(super) state: String,
    stores: [Store; 4],
    forms: Option<Forms>,
    layers: BTreeMap<String, Table>,
}

impl Pack {
    /// Opens the pack in the folder `path`; its parts are checked when they are first touched.
    ///
    /// Reads `pack.json` and the lengths of the files, nothing else.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where there is nothing; [`Error::Corrupt`] where it is no pack, or one whose
    /// files are missing, truncated or altered.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Check::Lazy)
    }

    /// Opens the pack in the folder `path`, checking as `check` says.
    ///
    /// # Errors
    ///
    /// As [`Pack::open`]; with [`Check::Full`] also for any change in any file.
    pub fn open_with(path: impl AsRef<Path>, check: Check) -> Result<Self> {
        let folder = path.as_ref();
        loop {
            let (commit, state) = Commit::read(folder)?;
            match Self::open_commit(folder, commit, state.clone(), check) {
                // Another process replaced the files between the two looks: look again.
                Err(Error::Corrupt { .. }) if Commit::read(folder)?.1 != state => {}
                opened => return opened,
            }
        }
    }

    fn open_commit(folder: &Path, commit: Commit, state: String, check: Check) -> Result<Self> {
        let opened = |kind| Store::open(folder, kind, &commit, check);
        let stores = [
            opened(Kind::Documents)?,
            opened(Kind::Recordings)?,
            opened(Kind::Utterances)?,
            opened(Kind::Lexicon)?,
        ];
        let forms = match commit.tables.get(Kind::Lexicon.name()).and_then(|m| m.forms.as_ref()) {
            Some(meta) => {
                let path = folder.join(&meta.file);
                if !io::is_inside(&meta.file) {
                    return Err(Damage::new(0, "the file's name leads out of the pack").of(&path));
                }
                expect_length(&path, meta.bytes)?;
                Some(Forms::new(path, meta.clone()))
            }
            None => None,
        };
        let mut layers = BTreeMap::new();
        for (name, meta) in &commit.layers {
            let table = Table::open(folder, meta.info.schema(name), &meta.shards, check)?;
            layers.insert(name.clone(), table);
        }
        let pack = Self { folder: folder.to_owned(), check, commit, state, stores, forms, layers };
        pack.expect_layers_to_fit()?;
        if check == Check::Full {
            pack.verify(&())?.into_result()?;
        }
        Ok(pack)
    }

    /// That each layer has the batches of its table, one to one.
    fn expect_layers_to_fit(&self) -> Result<()> {
        for (name, meta) in &self.commit.layers {
            let wrong = |reason: String| {
                Damage::new(0, reason).of(&self.folder.join(super::format::COMMIT))
            };
            let table = &self.store_named(&meta.info.table).ok_or_else(|| {
                wrong(format!("layer {name} annotates {:?}, which is no table", meta.info.table))
            })?;
            let (layer, table) = (&self.layers[name], &table.table);
            let same = layer.batches() == table.batches()
                && (0..table.batches()).all(|at| layer.rows_of(at) == table.rows_of(at));
            if !same {
                return Err(wrong(format!("layer {name} does not follow the rows of its table")));
            }
        }
        Ok(())
    }

    /// The pack's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// How the pack is checked.
    #[must_use]
    pub fn check(&self) -> Check {
        self.check
    }

    /// What the pack says of itself.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.commit.info
    }

    /// Names this state of the pack: the checksum of `pack.json`. Any change changes it.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Bytes of all files the pack lists.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files().map(|(_, bytes, _)| bytes).sum()
    }

    /// The texts.
    #[must_use]
    pub fn documents(&self) -> Rows<'_, Document<'_>> {
        Rows::new(self.store(Kind::Documents))
    }

    /// The recordings.
    #[must_use]
    pub fn recordings(&self) -> Rows<'_, Recording<'_>> {
        Rows::new(self.store(Kind::Recordings))
    }

    /// What is said in the recordings.
    #[must_use]
    pub fn utterances(&self) -> Rows<'_, Utterance<'_>> {
        Rows::new(self.store(Kind::Utterances))
    }

    /// The samples of an utterance and their rate in Hz, where they lie in the map.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the recording is not there or shorter than the utterance.
    pub fn samples(&self, utterance: Utterance<'_>) -> Result<(&[i16], u32)> {
        let id = utterance.recording()?;
        let (start, end) = (utterance.start()?, utterance.end()?);
        let lost = |reason: String| Damage::new(0, reason).of(&self.folder);
        let row = self
            .recordings()
            .find(id)?
            .ok_or_else(|| lost(format!("an utterance's recording {id:?} is not in the pack")))?;
        let recording = self.recordings().get(row)?;
        let pcm = recording.pcm()?;
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let samples = range.and_then(|(start, end)| pcm.get(start..end)).ok_or_else(|| {
            lost(format!("an utterance takes samples {start} to {end} of {}", pcm.len()))
        })?;
        Ok((samples, recording.sample_rate()?))
    }

    /// The words and their readings.
    #[must_use]
    pub fn lexicon(&self) -> Lexicon<'_> {
        Lexicon::new(self.entries(), self.store(Kind::Lexicon), self.forms.as_ref())
    }

    pub(super) fn entries(&self) -> Rows<'_, Entry<'_>> {
        Rows::new(self.store(Kind::Lexicon))
    }

    /// The names of the layers, sorted.
    pub fn layers(&self) -> impl Iterator<Item = &str> {
        self.layers.keys().map(String::as_str)
    }

    /// The layer `name`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where there is none.
    pub fn layer(&self, name: &str) -> Result<Layer<'_>> {
        let found = self.layers.get(name).zip(self.commit.layers.get(name));
        let (table, meta) = found.ok_or_else(|| {
            let there: Vec<&str> = self.layers().collect();
            let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
            Error::argument("layer", format!("one of the pack's layers ({there})"), name)
        })?;
        let store = self.store_named(&meta.info.table).unwrap_or(self.store(Kind::Documents));
        Ok(Layer::new(&meta.info, table, store))
    }

    /// Compares every byte of every file with its checksum, and the tables with each other.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] where `progress` wants the work to end; [`Error::Argument`] where others
    /// changed the pack since it was opened. What is wrong with the pack is in the report.
    pub fn verify(&self, progress: &dyn Progress) -> Result<Report> {
        let report = super::verify::verify(self, progress)?;
        let changed = |(_, state): (Commit, String)| state != self.state;
        if !report.problems.is_empty() && Commit::read(&self.folder).is_ok_and(changed) {
            let got = "one that was changed meanwhile; open it again";
            return Err(Error::argument("pack", "as it was when it was opened", got));
        }
        Ok(report)
    }

    /// Claims the right to change the pack, and opens it anew if others changed it meanwhile.
    pub(super) fn claim(&mut self) -> Result<Claim> {
        let claim = Claim::take(&self.folder)?;
        if Commit::read(&self.folder)?.1 != self.state {
            *self = Self::open_with(&self.folder, self.check)?;
        }
        Ok(claim)
    }

    /// Puts `commit` in the place of this pack's, opens it, and removes the `old` files it no longer
    /// names. Where that is refused the `new` files are removed and the pack is as it was.
    pub(super) fn replace(
        &mut self,
        _claim: &Claim,
        commit: &Commit,
        old: Vec<String>,
        new: &[String],
    ) -> Result<()> {
        if let Err(error) = commit.write(&self.folder) {
            self.remove(new)?;
            return Err(error);
        }
        *self = Self::open_with(&self.folder, self.check)?;
        self.remove(&old)?;
        io::sync_folder(&self.folder)
    }

    pub(super) fn remove(&self, files: &[String]) -> Result<()> {
        files.iter().try_for_each(|file| io::remove_file(&io::below(&self.folder, file)))
    }

    /// The texts of the table `name` as they are stored.
    pub(crate) fn text_batches(&self, name: &str) -> Result<TextBatches<'_>> {
        let store = self.store_named(name).ok_or_else(|| {
            Error::argument("table", "one of the pack's tables", format!("{name:?}"))
        })?;
        TextBatches::new(store)
    }

    pub(crate) fn store(&self, kind: Kind) -> &Store {
        &self.stores[kind as usize]
    }

    pub(super) fn store_named(&self, name: &str) -> Option<&Store> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        Some(self.store(kind))
    }

    pub(super) fn forms(&self) -> Option<&Forms> {
        self.forms.as_ref()
    }

    pub(super) fn layer_tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.layers.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// Every file the pack lists: path below its folder, length, SHA-256.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64, &str)> {
        let tables = self.commit.tables.values();
        let shards = tables.clone().flat_map(|table| table.shards.iter().chain(&table.ids));
        let layers = self.commit.layers.values().flat_map(|layer| &layer.shards);
        let shards = shards.chain(layers);
        let forms = tables.filter_map(|table| table.forms.as_ref());
        shards
            .map(|shard| (shard.file.as_str(), shard.bytes, shard.sha256.as_str()))
            .chain(forms.map(|file| (file.file.as_str(), file.bytes, file.sha256.as_str())))
    }
}
