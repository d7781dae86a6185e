package import Diagnostics
package import HostFiles
package import SystemPackage

/// Where the list of keys is that a host trusts.
///
/// A file that somebody named is taken as it is. One that is found is taken only where nobody but root and the user of this
/// process can have written it, or any folder on the way to it: what the user of the node can write is no root of trust.
package struct KeyPlaces: Sendable {
    /// The file that somebody named.
    package let named: FilePath?
    /// The root of the release, an absolute path.
    package let root: FilePath?
    /// The effective user of this process.
    package let userID: UInt32
    /// The file for all releases of the host.
    package var hostWide = FilePath("/etc/relift/allowed_signers")

    /// Where the list of a root is, relative to it. No tarball brings anything into this folder.
    package static let folder = FilePath("etc/relift")
    private static let name: FilePath.Component = "allowed_signers"

    package init(named: FilePath?, root: FilePath?, userID: UInt32) {
        self.named = named
        self.root = root
        self.userID = userID
    }

    package enum Found: Sendable {
        /// No keys are configured.
        case none
        case keys(AllowedSigners)
        /// There is a list, and it cannot be used: a finding says why.
        case refused
    }

    /// The file that was named, else that of the root, else that of the host.
    package func find(_ time: SignatureTime, _ files: HostFileSystem, _ findings: inout [Diagnostic]) -> Found {
        do throws(HostFileError) {
            guard let path = try self.path(files) else { return .none }
            if path != self.named, let weak = try self.weakPart(of: path, files) {
                findings.append(self.writable(path, weak))
                return .refused
            }
            let bytes = try files.readFile(path, limit: AllowedSigners.sizeLimit)
            let keys = AllowedSigners(parsing: SourceFile(path: path.string, bytes: bytes), time, &findings)
            guard keys.entries.isEmpty else { return .keys(keys) }
            findings.append(
                Diagnostic(
                    .signatureNoKeys, .error, "`\(path)` has no key that could be used", at: .file(path.string),
                    explanation: "Without a key no signature can be accepted.",
                    help: ["add the line of a file `KEY.pub` that `relift keygen` made, with a name in front"]))
        } catch {
            findings.append(error.diagnostic)
        }
        return .refused
    }

    private func path(_ files: HostFileSystem) throws(HostFileError) -> FilePath? {
        if let named = self.named { return named }
        let own = self.root.map { $0.pushing(Self.folder).appending(Self.name) }
        for path in [own, self.hostWide] {
            guard let path, try files.factsIfPresent(of: path, followLinks: false) != nil else { continue }
            return path
        }
        return nil
    }

    private func writable(_ path: FilePath, _ weak: FilePath) -> Diagnostic {
        Diagnostic(
            .signatureKeysWritable, .error, "others could have written the list of trusted keys `\(path)`",
            at: .file(path.string),
            explanation: "Who can write it, or a folder on the way to it, decides what is installed here.",
            notes: [.init("`\(weak)` belongs to, or may be written by, somebody else", at: .file(weak.string))],
            help: [
                "keep it in `\(self.hostWide)`, owned by root and writable by nobody else",
                "or give the path to root alone (`namei -l \(path)` shows owners and modes)",
            ])
    }

    // MARK: - Who could have written it

    /// Links that are followed on the way, at most.
    private static let linkLimit = 40

    /// The first part of a path that another user could replace or change; nil when there is none.
    func weakPart(of path: FilePath, _ files: HostFileSystem) throws(HostFileError) -> FilePath? {
        var current = FilePath("/")
        var rest = Array(path.components.reversed())
        var links = 0
        while true {
            let facts = try files.facts(of: current, followLinks: false)
            if facts.kind == .symbolicLink {
                guard self.isOwn(facts) else { return current }
                links += 1
                guard links <= Self.linkLimit else { throw HostFileError(.read, path, .linkLoop) }
                let target = try files.linkTarget(of: current)
                rest += target.components.reversed()
                current = target.isAbsolute ? "/" : current.removingLastComponent()
                continue
            }
            // In a folder such as `/tmp` only the owner of an entry can replace it.
            let isSticky = facts.kind == .folder && facts.mode & 0o1000 != 0
            guard self.isOwn(facts), facts.mode & 0o022 == 0 || isSticky else { return current }
            guard let next = rest.popLast() else { return nil }
            switch next.kind {
            case .currentDirectory: continue
            case .parentDirectory: current = current.removingLastComponent()
            case .regular: current = current.appending(next)
            }
        }
    }

    private func isOwn(_ facts: HostFileFacts) -> Bool { facts.userID == 0 || facts.userID == self.userID }
}
