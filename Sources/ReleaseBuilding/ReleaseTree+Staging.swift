package import HostFiles
package import SystemPackage

extension ReleaseTree {
    /// Builds the tree beside `destination` and switches it into place in one step: a build that fails or is killed
    /// leaves what stood there.
    ///
    /// What an earlier build or a running node left at the destination is kept, but for the folders that this tree owns:
    /// those of its applications, its version, its runtime system, and `bin`.
    /// `willAdd` is called before each entry.
    package func stage(to destination: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        try self.staged(for: destination, files).publish()
    }

    /// The same, but for the last step: the folder takes its place when it is published.
    func staged(
        for destination: FilePath, willAdd: () -> Void = {}, _ files: HostFileSystem
    ) throws(HostFileError) -> StagedFolder {
        let parent = destination.removingLastComponent()
        try files.makeFolders(parent.isEmpty ? "." : parent)
        let staged = try StagedFolder(for: destination, files)
        var made: Set<FilePath> = [staged.path]
        for entry in self.entries {
            willAdd()
            try Self.write(entry, below: staged.path, &made, files)
        }
        for entry in try self.leftovers(in: destination, files) {
            try Self.write(entry, below: staged.path, &made, files)
        }
        // At last, so that a folder that nobody may write into is filled by then.
        for entry in self.entries.reversed() {
            guard let mode = entry.mode, entry.content == .folder else { continue }
            try HostFolder(staged.path.pushing(entry.path), files).setMode(mode)
        }
        return staged
    }

    private static func write(
        _ entry: Entry, below root: FilePath, _ made: inout Set<FilePath>, _ files: HostFileSystem
    ) throws(HostFileError) {
        let path = root.pushing(entry.path)
        let folder = entry.content == .folder ? path : path.removingLastComponent()
        if made.insert(folder).inserted { try files.makeFolders(folder) }
        switch entry.content {
        case .folder: break
        case .file(let source):
            if let mode = entry.mode {
                try files.replaceFile(path, with: try files.readFile(source), mode: mode, durable: false)
            } else {
                try files.copyFile(source, to: path)
            }
        case .bytes(let bytes):
            let mode = entry.mode ?? (entry.isExecutable ? 0o755 : 0o644)
            try files.replaceFile(path, with: bytes, mode: mode, durable: false)
        case .symbolicLink(let target): try files.makeSymbolicLink(path, to: target)
        }
    }

    // MARK: - What was there before

    /// The files at the destination that the new tree neither has nor owns the folder of.
    private func leftovers(in destination: FilePath, _ files: HostFileSystem) throws(HostFileError) -> [Entry] {
        guard try files.factsIfPresent(of: destination)?.kind == .folder else { return [] }
        let owned = Set(self.entries.compactMap { Self.owner(of: $0.path) })
        var kept: [Entry] = []
        for found in try files.tree(destination) {
            guard !self.contains(found.path), Self.owner(of: found.path).map({ !owned.contains($0) }) ?? true,
                self.hasPlace(for: found)
            else { continue }
            let source = destination.pushing(found.path)
            switch found.facts.kind {
            case .file: kept.append(Entry(found.path, .file(source), isExecutable: found.facts.isExecutable))
            case .symbolicLink:
                kept.append(Entry(found.path, .symbolicLink(to: try files.linkTarget(of: source))))
            case .folder, .characterDevice, .blockDevice, .fifo, .socket, .unknown: break
            }
        }
        return kept
    }

    /// Whether a leftover can stand beside this tree: it is below no file or link of it, which may lead out of the release,
    /// and is no file or link itself where the tree has a folder.
    private func hasPlace(for found: HostTreeEntry) -> Bool {
        if found.facts.kind != .folder, self.isFolder(found.path) { return false }
        var above = found.path.removingLastComponent()
        while !above.isEmpty {
            if let entry = self[above], entry.content != .folder { return false }
            above.removeLastComponent()
        }
        return true
    }

    /// The folder whose whole content belongs to whoever wrote this path: `lib/App-Vsn`, `releases/VSN`, `erts-VSN`,
    /// `bin`; nil for files outside of such.
    private static func owner(of path: FilePath) -> FilePath? {
        let components = Array(path.components)
        guard let first = components.first else { return nil }
        switch first.string {
        case "lib", "releases":
            return components.count > 2 ? FilePath(root: nil, components.prefix(2)) : nil
        case let name where name == "bin" || name.hasPrefix("erts-"):
            return components.count > 1 ? FilePath(root: nil, components.prefix(1)) : nil
        default: return nil
        }
    }
}
