//! Which service answers: hints name it, and the setting with its endpoint.

/// One of Huawei Cloud's services.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Peer {
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

    /// What decides where it is.
    pub(super) fn place(self) -> String {
        match self {
            Self::Cph | Self::Iam => format!("{} and the region", self.setting()),
            Self::Metadata => format!("that this machine is an ECS, and {}", self.setting()),
        }
    }
}
