//! The language of what people read about error codes. A value of its own, so that the catalogue and the output need
//! not know the environment, from which `context` decides it. Words that programs read are English in every language.

/// A language that the catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// For all other languages, too.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The language of a locale: `zh_CN.UTF-8`, `zh`, `de_DE@euro`, `C`. Without a charset it is UTF-8; text in any
    /// other charset is English, since ASCII can be read in each.
    pub(crate) fn of_locale(locale: &str) -> Self {
        let locale = locale.split('@').next().unwrap_or_default();
        let (name, charset) = locale.split_once('.').unwrap_or((locale, "UTF-8"));
        let is_utf8 = ["UTF-8", "UTF8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8));
        // Taiwan, Hong Kong and Macau read traditional characters.
        let is_simplified = ["zh", "zh_CN", "zh_SG"].iter().any(|known| name.eq_ignore_ascii_case(known));
        if is_utf8 && is_simplified { Self::Chinese } else { Self::English }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, Chinese, English};

    #[test]
    fn locales() {
        for (locale, language) in [
            ("zh", Chinese),
            ("zh_CN", Chinese),
            ("zh_SG", Chinese),
            ("zh_CN.UTF-8", Chinese),
            ("zh_CN.utf8", Chinese),
            ("zh_SG.utf8", Chinese),
            ("zh.UTF-8", Chinese),
            ("ZH_cn.Utf-8", Chinese),
            ("zh_CN.UTF-8@pinyin", Chinese),
            ("zh_CN@stroke", Chinese),
            ("zh_TW", English),
            ("zh_TW.UTF-8", English),
            ("zh_HK.UTF-8", English),
            ("zh_CN.GBK", English),
            ("zh_CN.GB18030", English),
            ("zh_CN.", English),
            ("zh_CNX", English),
            ("zha", English),
            ("en", English),
            ("en_US.UTF-8", English),
            ("C", English),
            ("C.UTF-8", English),
            ("POSIX", English),
            ("", English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
