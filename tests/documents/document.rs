//! The parts of Markdown that the checks look at. Only what these documents use is understood.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct Document {
    /// From the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// README.md, its translation where there is one, and all pages.
pub(crate) fn all() -> Vec<Document> {
    let mut paths = vec!["README.md".to_owned(), "README.zh-CN.md".to_owned()];
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pages: Vec<_> = pages.map(|name| format!("docs/{}", name.to_string_lossy())).collect();
    pages.retain(|path| Path::new(path).extension().is_some_and(|extension| extension == "md"));
    pages.sort_unstable();
    paths.extend(pages);
    paths.into_iter().filter_map(|path| read(&path)).collect()
}

pub(crate) fn read(path: &str) -> Option<Document> {
    fs::read_to_string(root().join(path)).ok().map(|text| Document { path: path.to_owned(), text })
}

/// The blocks of this language in all documents, equal ones once: a translation has the same.
#[cfg(unix)]
pub(crate) fn blocks(language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for block in all().iter().flat_map(Document::blocks).filter(|block| block.language == language) {
        if !blocks.contains(&block.text) {
            blocks.push(block.text);
        }
    }
    assert!(!blocks.is_empty(), "{language}");
    blocks
}

impl Document {
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(language) = line.strip_prefix("```") {
                let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
                blocks.push(Block { language: language.to_owned(), text });
            }
        }
        blocks
    }

    /// The lines outside of fenced blocks.
    pub(crate) fn prose(&self) -> Vec<&str> {
        let mut fenced = false;
        let outside = |line: &&str| {
            let fence = line.starts_with("```");
            fenced ^= fence;
            !fence && !fenced
        };
        self.text.lines().filter(outside).collect()
    }

    /// The level and the text of each heading.
    pub(crate) fn headings(&self) -> Vec<(usize, String)> {
        let heading = |line: &&str| {
            let level = line.chars().take_while(|c| *c == '#').count();
            line[level..].strip_prefix(' ').filter(|_| level > 0).map(|text| (level, text.to_owned()))
        };
        self.prose().iter().filter_map(heading).collect()
    }

    /// What GitHub makes of headings; none of these documents has the same heading twice.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let slug = |text: &str| -> String {
            let kept = text.to_lowercase().replace(' ', "-");
            kept.chars().filter(|c| c.is_alphanumeric() || ['-', '_'].contains(c)).collect()
        };
        self.headings().iter().map(|(_, text)| slug(text)).collect()
    }

    /// Rows of all tables, cells trimmed.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let cells = |line: &&str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        self.prose().iter().filter(|line| line.starts_with('|')).map(cells).collect()
    }

    /// Targets of links and pictures.
    pub(crate) fn targets(&self) -> Vec<String> {
        let prose = without_code(&self.prose().join("\n"));
        let mut targets = Vec::new();
        for (before, after) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
            targets.extend(prose.split(before).skip(1).filter_map(|rest| rest.split(after).next()).map(str::to_owned));
        }
        targets
    }
}

/// Code in a line may look like a link.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("code")
}
