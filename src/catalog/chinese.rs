//! The catalogue's meanings and advice in simplified Chinese, in the terms of Huawei Cloud's own Chinese console (云手机,
//! 服务器, 任务, 令牌). Tables of their own, so that the English ones stay what the service documents. It must not know
//! when Chinese is wanted.

const CPS: &str = include_str!("zh/cps.tsv");
const APIGW: &str = include_str!("zh/apigw.tsv");
const IAM: &str = include_str!("zh/iam.tsv");

/// A row: a code, its HTTP status only where the code has several rows, and two texts.
struct ChineseEntry {
    code: &'static str,
    http_status: Option<u16>,
    meaning: &'static str,
    action: &'static str,
}

/// Meaning, a phrase without a final period, and advice, a sentence, of a code in its canonical form.
pub(super) fn texts(code: &str, http_status: Option<u16>) -> Option<(&'static str, &'static str)> {
    let table = match code.split_once('.')? {
        ("CPS", _) => CPS,
        ("APIGW", _) => APIGW,
        ("IAM", _) => IAM,
        _ => return None,
    };
    let is_meant =
        |row: &ChineseEntry| row.code == code && (row.http_status.is_none() || row.http_status == http_status);
    let entry = table.lines().skip(1).filter_map(parse).find(is_meant)?;
    Some((entry.meaning, entry.action))
}

fn parse(line: &'static str) -> Option<ChineseEntry> {
    let mut cells = line.split('\t');
    let entry = ChineseEntry {
        code: cells.next()?,
        http_status: match cells.next()? {
            "" => None,
            status => Some(status.parse().ok()?),
        },
        meaning: cells.next()?,
        action: cells.next()?,
    };
    cells.next().is_none().then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// The Chinese table, and the English one of the same codes.
    const TABLES: [(&str, &str); 3] = [(CPS, catalog::CPS), (APIGW, catalog::APIGW), (IAM, catalog::IAM)];

    fn rows(table: &'static str) -> Vec<ChineseEntry> {
        table.lines().skip(1).map(|line| parse(line).unwrap_or_else(|| panic!("does not parse: {line}"))).collect()
    }

    #[test]
    fn each_row_of_the_catalogue_has_one_in_the_same_order_and_none_is_unknown() {
        for (chinese, english) in TABLES {
            assert_eq!(chinese.lines().next(), Some("code\thttp_status\tmeaning\taction"));
            assert!(chinese.ends_with('\n') && !chinese.ends_with("\n\n"));
            let english: Vec<_> = catalog::lines(english).map(|line| catalog::parse(line).unwrap()).collect();
            let alone = |code: &str| english.iter().filter(|row| row.code == code).count() == 1;
            let expected: Vec<_> =
                english.iter().map(|row| (row.code, row.http_status.filter(|_| !alone(row.code)))).collect();
            let found: Vec<_> = rows(chinese).iter().map(|row| (row.code, row.http_status)).collect();
            assert_eq!(found, expected);
            for row in &english {
                assert!(texts(row.code, row.http_status).is_some(), "{}", row.code);
            }
        }
    }

    fn is_chinese(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    /// What is wrong with a text; a dot or a colon inside a name (`cph:jobs:get`, `.apk`) is right.
    fn fault(text: &str) -> Option<&'static str> {
        let chars: Vec<char> = text.chars().collect();
        let mut words_in_a_row = 0;
        for word in text.split(' ') {
            let is_english = word.chars().all(|c| c.is_ascii_alphabetic()) && !word.is_empty();
            words_in_a_row = if is_english { words_in_a_row + 1 } else { 0 };
            if words_in_a_row > 2 {
                return Some("an English sentence");
            }
        }
        for pair in chars.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if (is_chinese(a) && b.is_ascii_alphanumeric()) || (a.is_ascii_alphanumeric() && is_chinese(b)) {
                return Some("no space between Chinese and a name or number");
            }
            if "。，、；：（）".contains(a) && b == ' ' || a == ' ' && "。，、；：（） ".contains(b) {
                return Some("a space too much");
            }
        }
        for (at, c) in chars.iter().enumerate() {
            let inside = matches!(c, '.' | ':' | '/') && chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric);
            if c.is_ascii_punctuation() && *c != '_' && !inside {
                return Some("ASCII punctuation");
            }
            if !(c.is_ascii() || is_chinese(*c) || "。，、；：（）".contains(*c)) {
                return Some("another character");
            }
        }
        if !chars.iter().copied().any(is_chinese) {
            return Some("no Chinese");
        }
        None
    }

    #[test]
    fn wording_follows_one_form() {
        for row in TABLES.into_iter().flat_map(|(table, _)| rows(table)) {
            let ChineseEntry { code, meaning, action, .. } = row;
            for text in [meaning, action] {
                assert_eq!(fault(text), None, "{code}: {text}");
                assert!(!text.is_empty() && text.trim() == text, "{code}: {text}");
            }
            assert!(!meaning.ends_with("。") && !meaning.contains("。"), "{code}: {meaning}");
            assert!(action.ends_with("。") && !action.ends_with("。。"), "{code}: {action}");
            assert!(meaning.chars().count() <= 36 && action.chars().count() <= 90, "{code}: long");
        }
    }

    #[test]
    fn faults_of_wording_are_found() {
        for (text, wrong) in [
            ("参数 image_id 无效", None),
            ("需要 cph:jobs:get（SK）和 .apk", None),
            ("参数image_id 无效", Some("no space between Chinese and a name or number")),
            ("请检查, 然后重试。", Some("ASCII punctuation")),
            ("请检查.", Some("ASCII punctuation")),
            ("密钥(AK)", Some("ASCII punctuation")),
            ("请检查， 然后", Some("a space too much")),
            ("Check the phone id。", Some("an English sentence")),
            ("Retry", Some("no Chinese")),
            ("端口名称！", Some("another character")),
        ] {
            assert_eq!(fault(text), wrong, "{text}");
        }
    }

    /// Names of parameters and numbers are what a reader looks for: the translation must have those of the original.
    #[test]
    fn names_and_numbers_are_those_of_the_english_text() {
        let names = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_:.".contains(c)));
            let mut names: Vec<_> = words
                .map(|word| word.trim_end_matches(['.', ':']).to_owned())
                .filter(|word| word.contains('_') || word.contains(|c: char| c.is_ascii_digit()))
                .collect();
            names.sort();
            names
        };
        for (chinese, english) in TABLES {
            for (row, line) in rows(chinese).iter().zip(catalog::lines(english)) {
                let original = catalog::parse(line).unwrap();
                assert_eq!(names(row.meaning), names(original.meaning), "{}: {}", row.code, row.meaning);
                assert_eq!(names(row.action), names(original.action), "{}: {}", row.code, row.action);
            }
        }
    }

    #[test]
    fn the_status_picks_among_several_rows_only() {
        assert_eq!(texts("CPS.0005", Some(400)), Some(("云手机不存在", "请检查云手机 ID。")));
        assert_eq!(texts("APIGW.0201", Some(502)).map(|(meaning, _)| meaning), Some("API 网关的后端服务不可用"));
        assert_eq!(texts("APIGW.0201", None), None);
        for unknown in ["CPS.9999", "VPC.0101", "nonsense", ""] {
            assert_eq!(texts(unknown, None), None);
        }
    }
}
