package import Diagnostics
package import SystemPackage

/// What the names and kinds of an archive's members must be so that unpacking it stays inside one folder and gives on
/// every host the same files.
///
/// This looks at headers only, before anything is unpacked. It knows nothing of releases.
package enum ArchiveMemberRules {
    /// Checks the members of an archive, in their order.
    package static func check(
        _ entries: [ArchiveEntry], in archive: FilePath, limits: ArchiveLimits = .default
    ) -> [Diagnostic] {
        var check = Check(archive: archive, limits: limits)
        for entry in entries { check.lookAtAlone(entry) }
        check.lookAtTogether(entries)
        return check.findings
    }

    fileprivate struct Check {
        let archive: FilePath
        let limits: ArchiveLimits
        var findings: [Diagnostic] = []

        mutating func add(
            _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ entry: ArchiveEntry, _ words: String,
            explanation: String = "", help: [String] = []
        ) {
            let name = entry.nameText
            self.findings.append(
                Diagnostic(
                    id, severity, "member `\(name)` \(words)",
                    at: .binary(.init(path: self.archive.string, chunk: name)), explanation: explanation, help: help))
        }
    }
}

// MARK: - One member at a time

extension ArchiveMemberRules.Check {
    fileprivate mutating func lookAtAlone(_ entry: ArchiveEntry) {
        self.lookAtName(entry)
        self.lookAtKind(entry)
        if entry.mode & 0o6000 != 0 {
            self.add(
                .archiveSetuid, .warning, entry, "would run as another user or group (setuid or setgid)",
                explanation: "No release needs this, and it is taken away when it is unpacked.",
                help: ["make the archive from a file without these bits (`chmod ug-s`)"])
        }
    }

    private mutating func lookAtName(_ entry: ArchiveEntry) {
        let components = entry.components
        if components.isEmpty && entry.kind != .folder {
            self.add(.archiveEmptyName, .error, entry, "has no name")
        }
        if entry.name.first == UInt8(ascii: "/") {
            self.add(
                .archiveAbsoluteName, .error, entry, "has an absolute name",
                explanation: "Unpacking would write outside the folder that it is unpacked to.",
                help: ["make the archive with names relative to the release's root"])
        }
        if components.contains(where: { $0.elementsEqual("..".utf8) }) {
            self.add(
                .archiveParentReference, .error, entry, "has `..` in its name",
                explanation: "Unpacking could write outside the folder that it is unpacked to.",
                help: ["make the archive with plain names"])
        }
        if String(validating: entry.name, as: UTF8.self) == nil {
            self.add(
                .archiveNameNotUTF8, .error, entry, "has a name that is not UTF-8",
                explanation: "Erlang's reader of archives refuses the whole archive because of it.",
                help: ["rename the file"])
        }
        if entry.name.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            self.add(
                .archiveControlCharacter, .error, entry, "has a control character in its name",
                explanation: "Such a name can change what a terminal shows.", help: ["rename the file"])
        }
        if components.count > self.limits.depth {
            self.add(.archiveTooDeep, .error, entry, "lies deeper than \(self.limits.depth) folders")
        }
        if entry.name.count > self.limits.nameBytes || components.contains(where: { $0.count > 255 }) {
            self.add(.archiveNameTooLong, .error, entry, "has a name longer than file systems take")
        }
    }

    private mutating func lookAtKind(_ entry: ArchiveEntry) {
        switch entry.kind {
        case .file, .folder:
            break
        case .symbolicLink:
            if Self.leavesRoot(entry) {
                self.add(
                    .archiveLinkLeavesRoot, .error, entry,
                    "is a symbolic link to `\(String(decoding: entry.linkTarget, as: UTF8.self))`, outside the archive",
                    explanation: "Whatever is written or read through it is not part of the release.",
                    help: ["replace the link by a copy of what it leads to"])
            }
        case .hardLink:
            self.add(
                .archiveHardLink, .error, entry, "is a hard link",
                explanation: "Erlang's reader of archives leaves hard links out, so the file would be missing.",
                help: ["make the archive with copies (`tar --hard-dereference`)"])
        case .characterDevice, .blockDevice:
            self.add(.archiveDevice, .error, entry, "is a device", help: ["leave it out of the archive"])
        case .fifo:
            self.add(.archiveFifo, .error, entry, "is a named pipe", help: ["leave it out of the archive"])
        case .other:
            self.add(.archiveUnknownKind, .error, entry, "is of an unknown kind", help: ["leave it out of the archive"])
        }
    }

    /// Whether a symbolic link leads out of the archive's root, taken by its text: other links are not followed, since a
    /// member behind a link is a finding of its own.
    private static func leavesRoot(_ entry: ArchiveEntry) -> Bool {
        guard let first = entry.linkTarget.first, first != UInt8(ascii: "/") else { return true }
        var depth = entry.components.count - 1
        for component in ArchiveEntry.components(of: entry.linkTarget) {
            depth += component.elementsEqual("..".utf8) ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}

// MARK: - All members together

extension ArchiveMemberRules.Check {
    fileprivate mutating func lookAtTogether(_ entries: [ArchiveEntry]) {
        var first: [[UInt8]: ArchiveEntry] = [:]
        /// Names by what they become on a file system that does not tell case or composition apart.
        var folded: [String: [UInt8]] = [:]
        for entry in entries {
            let name = entry.plainName
            guard !name.isEmpty else { continue }
            if let other = first[name] {
                self.lookAtSameName(entry, other)
                continue
            }
            first[name] = entry
            // Canonically equal strings are equal in Swift, so both kinds of twins meet here.
            let key = String(decoding: name, as: UTF8.self).lowercased()
            if let twin = folded[key] {
                self.add(
                    .archiveCaseTwin, .warning, entry,
                    "differs from `\(String(decoding: twin, as: UTF8.self))` only in case or in how letters are composed",
                    explanation: "Some file systems keep only one of the two.", help: ["rename one of them"])
            } else {
                folded[key] = name
            }
        }
        for entry in entries { self.lookAtFoldersAround(entry, first) }
    }

    private mutating func lookAtSameName(_ entry: ArchiveEntry, _ other: ArchiveEntry) {
        if entry.kind == .folder && other.kind == .folder { return }
        if entry.kind == other.kind && entry.linkTarget == other.linkTarget {
            self.add(
                .archiveDuplicateMember, .warning, entry, "is in the archive more than once",
                explanation: "The last one wins when it is unpacked. "
                    + "`systools:make_tar` does this when `dirs` names `priv`, which is always there.",
                help: ["leave one of them out"])
        } else {
            self.add(
                .archiveConflictingMembers, .error, entry, "is in the archive twice, as different things",
                explanation: "What is unpacked depends on who unpacks it.", help: ["leave one of them out"])
        }
    }

    private mutating func lookAtFoldersAround(_ entry: ArchiveEntry, _ members: [[UInt8]: ArchiveEntry]) {
        var folder: [UInt8] = []
        for component in entry.components.dropLast() {
            if !folder.isEmpty { folder.append(UInt8(ascii: "/")) }
            folder += component
            switch members[folder]?.kind {
            case nil, .folder:
                continue
            case .symbolicLink:
                self.add(
                    .archiveMemberBehindLink, .error, entry,
                    "lies behind the symbolic link `\(String(decoding: folder, as: UTF8.self))`",
                    explanation: "Unpacking would write wherever the link leads to.",
                    help: ["replace the link by a folder"])
            case .file, .hardLink, .characterDevice, .blockDevice, .fifo, .other:
                self.add(
                    .archiveConflictingMembers, .error, entry,
                    "lies below `\(String(decoding: folder, as: UTF8.self))`, which is not a folder",
                    help: ["leave one of them out"])
            }
            return
        }
    }
}
