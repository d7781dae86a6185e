package import SystemPackage

extension HostFileSystem {
    /// The folders that a pattern names, sorted by the bytes of their paths.
    ///
    /// The pattern is one of systools' `path` option (`systools_lib:get_path/1`): `*` stands for any bytes within one
    /// component, also none, and nothing else is special; names that begin with a dot match too. What is not a folder
    /// vanishes. A folder on the way that cannot be read is an error, unlike in systools.
    package func folders(matching pattern: FilePath) throws(HostFileError) -> [FilePath] {
        var found = [FilePath(root: pattern.root, [])]
        for component in pattern.components where component.kind != .currentDirectory {
            let bytes = component.bytes
            guard bytes.contains(UInt8(ascii: "*")) else {
                found = found.map { $0.appending(component) }
                continue
            }
            var next: [FilePath] = []
            for folder in found where try self.factsIfPresent(of: folder.orWorkingFolder)?.kind == .folder {
                for entry in try self.entries(of: folder.orWorkingFolder)
                where Self.matches(entry.name.bytes, pattern: bytes) {
                    next.append(folder.appending(entry.name))
                }
            }
            found = next
        }
        var folders: [FilePath] = []
        for path in found where try self.factsIfPresent(of: path.orWorkingFolder)?.kind == .folder {
            folders.append(path.orWorkingFolder)
        }
        return folders.map { (key: $0.bytes, path: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.path)
    }

    /// Whether a name matches a pattern in which `*` stands for any bytes.
    ///
    /// Only the last star is ever tried again, so the time is bounded by the product of the two lengths.
    package static func matches(_ name: [UInt8], pattern: [UInt8]) -> Bool {
        var (inName, inPattern) = (0, 0)
        var retry: (name: Int, pattern: Int)?
        while inName < name.count {
            if inPattern < pattern.count && pattern[inPattern] == UInt8(ascii: "*") {
                retry = (inName, inPattern + 1)
                inPattern += 1
            } else if inPattern < pattern.count && pattern[inPattern] == name[inName] {
                inName += 1
                inPattern += 1
            } else if let last = retry {
                retry = (last.name + 1, last.pattern)
                (inName, inPattern) = (last.name + 1, last.pattern)
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Everything below a folder: each folder before what is in it, names sorted by their bytes.
    ///
    /// With `followLinks` a symbolic link is listed as what it leads to, and a folder behind it is entered; a link that
    /// leads to nothing is an error, and so is one that leads to a folder around it. Without, a link is listed as a link.
    package func tree(
        _ root: FilePath, followLinks: Bool = false, depthLimit: Int = 64, entryLimit: Int = 1_000_000
    ) throws(HostFileError) -> [HostTreeEntry] {
        var walk = TreeWalk(
            files: self, root: root, followLinks: followLinks, depthLimit: depthLimit, entryLimit: entryLimit)
        let facts = try self.facts(of: root.orWorkingFolder)
        guard facts.kind == .folder else {
            throw HostFileError(.list, root, .wrongKind(facts.kind, wanted: .folder))
        }
        try walk.enter(FilePath(), around: [facts])
        return walk.entries
    }
}

/// One walk through a tree.
private struct TreeWalk {
    let files: HostFileSystem
    let root: FilePath
    let followLinks: Bool
    let depthLimit: Int
    let entryLimit: Int
    var entries: [HostTreeEntry] = []

    /// Lists one folder and enters the folders in it; `around` are the facts of the folders from the root to this one.
    mutating func enter(_ folder: FilePath, around: [HostFileFacts]) throws(HostFileError) {
        let place = self.root.pushing(folder)
        guard around.count <= self.depthLimit else {
            throw HostFileError(.list, place, .tooDeep(limit: self.depthLimit))
        }
        for entry in try self.files.entries(of: place) {
            guard self.entries.count < self.entryLimit else {
                throw HostFileError(.list, self.root, .tooMany(limit: self.entryLimit))
            }
            let path = folder.appending(entry.name)
            let facts = try self.files.facts(of: place.appending(entry.name), followLinks: self.followLinks)
            self.entries.append(HostTreeEntry(path: path, facts: facts))
            guard facts.kind == .folder else { continue }
            guard !around.contains(where: { $0.isSameFile(as: facts) }) else {
                throw HostFileError(.list, place.appending(entry.name), .linkLoop)
            }
            try self.enter(path, around: around + [facts])
        }
    }
}

extension FilePath {
    /// The path, or `.` for the empty one, which the system would not take.
    var orWorkingFolder: FilePath { self.isEmpty ? "." : self }
}
