package import Diagnostics
import HostFiles
import SystemPackage

extension Diagnostic.ID {
    package static let archiveNotAnArchive = Self("archive/not-an-archive")
    package static let archiveOtherCompression = Self("archive/other-compression")
    package static let archiveUnsafeHeader = Self("archive/unsafe-header")
    package static let archiveOddName = Self("archive/odd-name")
    package static let archiveLinkLoop = Self("archive/link-loop")
    package static let archiveDamaged = Self("archive/damaged")
    package static let archiveOverLimit = Self("archive/over-limit")
    package static let archiveSparse = Self("archive/sparse-member")
    package static let archiveReaderWarning = Self("archive/reader-warning")
    package static let archiveDataAfterEnd = Self("archive/data-after-end")
    package static let archiveNotWritten = Self("archive/not-written")
    package static let archiveUnusableName = Self("archive/unusable-name")
    package static let archiveEmptyName = Self("archive/empty-name")
    package static let archiveNameNotUTF8 = Self("archive/name-not-utf8")
    package static let archiveControlCharacter = Self("archive/control-character")
    package static let archiveAbsoluteName = Self("archive/absolute-name")
    package static let archiveParentReference = Self("archive/parent-reference")
    package static let archiveTooDeep = Self("archive/too-deep")
    package static let archiveNameTooLong = Self("archive/name-too-long")
    package static let archiveDuplicateMember = Self("archive/duplicate-member")
    package static let archiveConflictingMembers = Self("archive/conflicting-members")
    package static let archiveCaseTwin = Self("archive/case-twin")
    package static let archiveLinkLeavesRoot = Self("archive/link-leaves-root")
    package static let archiveMemberBehindLink = Self("archive/member-behind-link")
    package static let archiveHardLink = Self("archive/hard-link")
    package static let archiveDevice = Self("archive/device")
    package static let archiveFifo = Self("archive/fifo")
    package static let archiveUnknownKind = Self("archive/unknown-kind")
    package static let archiveSetuid = Self("archive/setuid")
}

extension ArchiveError {
    /// The error as a finding about the archive, with the way out.
    package var diagnostic: Diagnostic {
        let (id, help): (Diagnostic.ID, [String])
        switch self.code {
        case .host(let error):
            return error.diagnostic
        case .notAnArchive:
            (id, help) = (.archiveNotAnArchive, ["give a `.tar.gz` or `.tar` file"])
        case .otherCompression:
            (id, help) = (.archiveOtherCompression, ["make the archive with gzip: `relift tar`, or `tar -czf`"])
        case .unsafeHeader:
            (id, help) = (.archiveUnsafeHeader, ["make the archive again with `relift build` or `relift tar`"])
        case .damaged:
            (id, help) = (.archiveDamaged, ["copy or download it again, and compare its checksum with the original's"])
        case .overLimit:
            (id, help) = (.archiveOverLimit, ["do not unpack it unless you know why it is so large"])
        case .sparseMember:
            (id, help) = (.archiveSparse, ["make the archive again without `--sparse`"])
        case .unusableName:
            (id, help) = (.archiveUnusableName, ["rename the file"])
        case .duplicateMember:
            (id, help) = (.archiveDuplicateMember, ["leave one of the two out"])
        case .library, .outOfMemory:
            (id, help) = (.archiveNotWritten, [])
        case .noUnicodeNames:
            (id, help) = (.archiveNotWritten, ["install the locale `C.UTF-8`; glibc since 2.35 comes with it"])
        }
        return Diagnostic(id, .error, self.description, at: self.place, help: help)
    }

    private var place: Diagnostic.Place {
        guard let member = self.member else { return .file(self.path.string) }
        return .file("\(self.path):\(String(decoding: member, as: UTF8.self))")
    }
}
