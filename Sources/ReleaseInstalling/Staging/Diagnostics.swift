package import Diagnostics

extension Diagnostic.ID {
    package static let stageDigestMismatch = Self("stage/digest-mismatch")
    package static let stageNoDigest = Self("stage/no-digest")
    package static let stageSeveralReleases = Self("stage/several-releases")
    package static let stageReservedName = Self("stage/reserved-name")
    package static let stageLiveFile = Self("stage/live-file")
    package static let stageOtherVersion = Self("stage/other-version")
    package static let stageKeptFile = Self("stage/kept-file")
    package static let stageBehindHostLink = Self("stage/behind-host-link")
    package static let stageOtherContent = Self("stage/same-version-other-content")
    package static let stageOtherBuild = Self("stage/same-code-other-build")
    package static let stageHalfUnpacked = Self("stage/half-unpacked")
    package static let stageNoSpace = Self("stage/no-space")
    package static let stageOtherFileSystem = Self("stage/other-file-system")
    package static let stageUnreadable = Self("stage/unreadable")
}
