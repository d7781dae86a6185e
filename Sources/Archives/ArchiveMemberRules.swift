package import Diagnostics
package import SystemPackage

/// What the names and kinds of an archive's members must be so that unpacking it stays inside one folder and gives on
/// every host the same files.
///
/// This looks at headers only, before anything is unpacked. It knows nothing of releases.
package enum ArchiveMemberRules {
    /// Findings of each severity at most: an archive can be wrong in every member.
    package static let findingLimit = 100

    /// Checks the members of an archive, in their order.
    ///
    /// - Parameters:
    ///   - digests: those of the contents, in the same order; without them files of one name are taken for copies.
    ///   - caseTwins: how grave names are that differ only in case.
    package static func check(
        _ entries: [ArchiveEntry], digests: [[UInt8]] = [], in archive: FilePath, limits: ArchiveLimits = .default,
        caseTwins: Diagnostic.Severity = .error
    ) -> [Diagnostic] {
        var check = Check(archive: archive, limits: limits, caseTwins: caseTwins)
        for entry in entries { check.lookAtAlone(entry) }
        check.lookAtTogether(entries, digests)
        check.followLinks(entries)
        return check.result
    }

    fileprivate struct Check {
        let archive: FilePath
        let limits: ArchiveLimits
        let caseTwins: Diagnostic.Severity
        private var findings: [Diagnostic] = []
        private var counts: [Diagnostic.Severity: Int] = [:]

        init(archive: FilePath, limits: ArchiveLimits, caseTwins: Diagnostic.Severity) {
            self.archive = archive
            self.limits = limits
            self.caseTwins = caseTwins
        }

        /// The findings; the last one says how many more there were.
        var result: [Diagnostic] {
            let more = self.counts.values.map { max(0, $0 - ArchiveMemberRules.findingLimit) }.reduce(0, +)
            guard more > 0, var last = self.findings.last else { return self.findings }
            last.notes.append(Diagnostic.Note("\(more) more findings about members are not shown"))
            return self.findings.dropLast() + [last]
        }

        mutating func add(
            _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ entry: ArchiveEntry, _ words: String,
            explanation: String = "", help: [String] = []
        ) {
            self.counts[severity, default: 0] += 1
            guard self.counts[severity, default: 0] <= ArchiveMemberRules.findingLimit else { return }
            let name = entry.nameText
            self.findings.append(
                Diagnostic(
                    id, severity, "member `\(name)` \(words)",
                    at: .file("\(self.archive):\(name)"), explanation: explanation, help: help))
        }
    }
}

// MARK: - One member at a time

extension ArchiveMemberRules.Check {
    fileprivate mutating func lookAtAlone(_ entry: ArchiveEntry) {
        self.lookAtName(entry)
        self.lookAtKind(entry)
        if entry.mode & 0o7000 != 0, entry.kind != .symbolicLink {
            // Build machines have folders with these bits, which every file below gets its group from.
            self.add(
                .archiveSetuid, entry.kind == .folder ? .warning : .error, entry,
                "has a special mode (setuid, setgid or sticky)",
                explanation: "No release needs this, and it is taken away when it is unpacked.",
                help: ["make the archive from a file without these bits (`chmod ug-s,-t`)"])
        }
    }

    private mutating func lookAtName(_ entry: ArchiveEntry) {
        let components = entry.components
        if components.isEmpty && entry.kind != .folder {
            self.add(.archiveEmptyName, .error, entry, "has no name")
        }
        if Self.isOdd(entry) {
            self.add(
                .archiveOddName, .error, entry, "has an odd name",
                explanation: "It has `//` or `/./` in it, or is a file whose name ends in a slash.",
                help: ["make the archive with plain names"])
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

    /// `./` in front is how `tar -C ROOT .` writes names, and a folder may end in a slash.
    private static func isOdd(_ entry: ArchiveEntry) -> Bool {
        var name = entry.name[...]
        if name.elementsEqual(".".utf8) { return false }
        if name.starts(with: "./".utf8) { name = name.dropFirst(2) }
        if entry.kind == .folder, name.last == UInt8(ascii: "/") { name = name.dropLast() }
        if name.isEmpty || name.first == UInt8(ascii: "/") { return false }
        return name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .contains { $0.isEmpty || $0.elementsEqual(".".utf8) }
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

    /// Whether a symbolic link leads out of the archive's root, taken by its text.
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
    fileprivate mutating func lookAtTogether(_ entries: [ArchiveEntry], _ digests: [[UInt8]]) {
        var first: [[UInt8]: ArchiveEntry] = [:]
        var firstDigests: [[UInt8]: [UInt8]] = [:]
        /// Names by what they become on a file system that does not tell case or composition apart.
        var folded: [String: [UInt8]] = [:]
        for (index, entry) in entries.enumerated() {
            let name = entry.plainName
            guard !name.isEmpty else { continue }
            let digest = digests.indices.contains(index) ? digests[index] : []
            if let other = first[name] {
                self.lookAtSameName(entry, other, hasSameContents: firstDigests[name] ?? [] == digest)
                continue
            }
            first[name] = entry
            if !digest.isEmpty { firstDigests[name] = digest }
            self.lookForTwin(of: entry, name, &folded)
        }
        for entry in entries { self.lookAtFoldersAround(entry, first) }
    }

    /// Looks at the name and at those of the folders around it, as far up as they are new.
    private mutating func lookForTwin(of entry: ArchiveEntry, _ name: [UInt8], _ folded: inout [String: [UInt8]]) {
        var name = name[...]
        while !name.isEmpty {
            // Canonically equal strings are equal in Swift, so both kinds of twins meet here.
            let key = String(decoding: name, as: UTF8.self).lowercased()
            guard let other = folded[key] else {
                folded[key] = Array(name)
                name = name[..<(name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex)]
                continue
            }
            if !other.elementsEqual(name) {
                self.add(
                    .archiveCaseTwin, self.caseTwins, entry,
                    "differs from `\(String(decoding: other, as: UTF8.self))` only in case or in how letters are composed",
                    explanation: "Some file systems keep only one of the two.", help: ["rename one of them"])
            }
            return
        }
    }

    private mutating func lookAtSameName(_ entry: ArchiveEntry, _ other: ArchiveEntry, hasSameContents: Bool) {
        if entry.kind == .folder && other.kind == .folder { return }
        if entry.kind == other.kind && entry.linkTarget == other.linkTarget && hasSameContents {
            self.add(
                .archiveDuplicateMember, .warning, entry, "is in the archive more than once",
                explanation: "`systools:make_tar` does this when `dirs` names `priv`, which is always there.",
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

// MARK: - Links through links

extension ArchiveMemberRules.Check {
    /// Links that a link may lead through, and components that are gone through for all links together.
    private static var hopLimit: Int { 16 }
    private static var stepLimit: Int { 1_000_000 }

    /// Looks where each symbolic link ends when the other links of the archive are there: one by one they may all stay
    /// inside, and lead out together. What is no link is taken for a folder.
    fileprivate mutating func followLinks(_ entries: [ArchiveEntry]) {
        var targets: [[UInt8]: [UInt8]] = [:]
        for entry in entries where entry.kind == .symbolicLink { targets[entry.plainName] = entry.linkTarget }
        guard !targets.isEmpty else { return }
        var steps = 0
        for entry in entries where entry.kind == .symbolicLink && !Self.leavesRoot(entry) {
            switch Self.end(of: entry, targets, &steps) {
            case .inside: break
            case .outside:
                self.add(
                    .archiveLinkLeavesRoot, .error, entry, "leads outside the archive through other links of it",
                    explanation: "Whatever is written or read through it is not part of the release.",
                    help: ["replace the link by a copy of what it leads to"])
            case .nowhere:
                self.add(
                    .archiveLinkLoop, .error, entry,
                    "is a symbolic link that leads through too many others, or back to itself",
                    help: ["replace the link by what it should lead to"])
            }
        }
    }

    private enum LinkEnd { case inside, outside, nowhere }

    private static func end(of entry: ArchiveEntry, _ targets: [[UInt8]: [UInt8]], _ steps: inout Int) -> LinkEnd {
        let slash = [UInt8(ascii: "/")]
        var position = Array(entry.components.dropLast())
        var pending = Array(ArchiveEntry.components(of: entry.linkTarget).reversed())
        var hops = 0
        while let component = pending.popLast() {
            steps += 1
            guard steps <= Self.stepLimit else { return .nowhere }
            if component.elementsEqual("..".utf8) {
                guard position.popLast() != nil else { return .outside }
                continue
            }
            position.append(component)
            guard let target = targets[Array(position.joined(separator: slash))] else { continue }
            hops += 1
            guard hops <= Self.hopLimit else { return .nowhere }
            if target.first == UInt8(ascii: "/") { return .outside }
            position.removeLast()
            pending += ArchiveEntry.components(of: target).reversed()
        }
        return .inside
    }
}
