//! Which service answers: hints name it, and the setting with its endpoint.

/// One of Huawei Cloud's services. A response is CPH's unless it is said to be another's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Peer {
    #[default]
    Cph,
    Iam,
    /// Of an ECS.
    Metadata,
}

impl Peer {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cph => "CPH",
            Self::Iam => "IAM",
            Self::Metadata => "the metadata service of an ECS",
        }
    }

    /// The variable with its endpoint.
    pub(super) fn setting(self) -> &'static str {
        match self {
            Self::Cph => "CPH_ENDPOINT",
            Self::Iam => "CPH_IAM_ENDPOINT",
            Self::Metadata => "CPH_METADATA_ENDPOINT",
        }
    }
}
