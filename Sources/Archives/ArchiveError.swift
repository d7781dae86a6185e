package import HostFiles
package import SystemPackage

/// An archive could not be written or read.
package struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A file operation failed.
        case host(HostFileError)
        /// The file is no tar archive, with or without gzip.
        case notAnArchive
        /// The archive is compressed with another program than gzip, which nothing of OTP reads.
        case otherCompression(String)
        /// A header that two readers of archives may understand in two ways.
        case unsafeHeader
        /// The archive ends too early, its checksum is wrong, or a header makes no sense.
        case damaged
        /// The archive is larger than the caller accepts.
        case overLimit(ArchiveLimits.Kind)
        /// A member to be written has a name or a link target that tar or Erlang's reader would not take.
        case unusableName
        /// Two members to be written have the same name.
        case duplicateMember
        /// A member is stored with holes, which no release needs and which makes sizes meaningless.
        case sparseMember
        /// libarchive refused to go on for a reason of its own.
        case library
        case outOfMemory
        /// The C library has no `C.UTF-8` locale, without which names outside ASCII cannot be handled.
        case noUnicodeNames
    }

    package var code: Code
    /// The archive.
    package var path: FilePath
    /// The member in question, as its bytes.
    package var member: [UInt8]?
    /// More words, such as libarchive's own; empty where the code says it all.
    package var detail: String

    package init(_ code: Code, _ path: FilePath, member: [UInt8]? = nil, detail: String = "") {
        self.code = code
        self.path = path
        self.member = member
        self.detail = detail
    }

    /// The cause as Erlang's `file` module names it; `einval` where the host was not asked.
    package var posixName: String {
        if case .host(let error) = self.code { error.reason.posixName } else { "einval" }
    }

    /// One line, as the first line of a message.
    package var description: String {
        let member = self.member.map { " at member `\(String(decoding: $0, as: UTF8.self))`" } ?? ""
        let detail = self.detail.isEmpty ? "" : " (\(self.detail))"
        let archive = "`\(self.path.string)`"
        switch self.code {
        case .host(let error): return error.description
        case .notAnArchive: return "\(archive) is not a tar archive\(detail)"
        case .otherCompression(let name): return "\(archive) is compressed with \(name), not with gzip"
        case .unsafeHeader: return "\(archive) has a header that cannot be trusted\(member)\(detail)"
        case .damaged: return "\(archive) is damaged\(member)\(detail)"
        case .overLimit(let kind): return "\(archive) is over the limit of \(kind.words)\(member)"
        case .unusableName: return "\(archive) cannot be written: unusable name\(member)\(detail)"
        case .duplicateMember: return "\(archive) cannot be written: two members have one name\(member)"
        case .sparseMember: return "\(archive) has a file with holes\(member)"
        case .library: return "libarchive failed on \(archive)\(member)\(detail)"
        case .outOfMemory: return "no memory to work on \(archive)"
        case .noUnicodeNames: return "cannot handle names outside ASCII in \(archive): there is no locale `C.UTF-8`"
        }
    }
}
