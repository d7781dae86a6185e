package import HostFiles
package import SystemPackage

extension Placement {
    /// Moves what is staged to its place, each part by one rename, and removes the staging folder.
    ///
    /// It may be stopped at any moment and be run again, also when it was finished: what is in its place is left there. A
    /// part that is neither staged nor in its place is an error, and so is one that is both, since somebody else made it
    /// meanwhile: nothing is ever replaced. The caller holds the lock of the root.
    package func place(in root: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        let folder = Self.folder(of: self.digest, in: root)
        try self.moveAll(folder.appending(Self.treeName), root, files)
        // The list goes last: as long as it is there, all that it names can be found.
        try files.removeTree(folder.appending(Self.treeName))
        try files.removeTree(folder)
        if try files.factsIfPresent(of: Self.area(in: root)) != nil { try files.syncFolder(Self.area(in: root)) }
    }

    private func moveAll(_ tree: FilePath, _ root: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        var lastParent: FilePath?
        for move in self.moves {
            let parent = move.removingLastComponent()
            // Libraries are on the disk under their names before the folder of a version says that they are. That goes for
            // those, too, that were moved before a crash.
            if let last = lastParent, last != parent { try files.syncFolder(root.pushing(last)) }
            lastParent = parent
            let (staged, placed) = (tree.pushing(move), root.pushing(move))
            if try files.factsIfPresent(of: staged, followLinks: false) != nil {
                try Self.move(move, from: tree, to: root, files)
            } else if try files.factsIfPresent(of: placed, followLinks: false) == nil {
                throw HostFileError(.rename, staged, to: placed, .system(.noSuchFileOrDirectory))
            }
        }
        if let last = lastParent { try files.syncFolder(root.pushing(last)) }
    }

    private static func move(
        _ path: FilePath, from tree: FilePath, to root: FilePath, _ files: HostFileSystem
    ) throws(HostFileError) {
        guard let name = path.lastComponent else { return }
        let parent = path.removingLastComponent()
        if parent == "lib" || parent == "releases" { try files.makeFolders(root.pushing(parent)) }
        let from = try HostFolder(tree, files).openFolder(at: parent)
        try from.move(name, to: try Self.folder(parent, in: root, files))
    }

    /// A folder of the root: `lib` and `releases` may be symbolic links that the operator made, nothing else may.
    private static func folder(
        _ path: FilePath, in root: FilePath, _ files: HostFileSystem
    ) throws(HostFileError) -> HostFolder {
        let parts = Array(path.components)
        guard let first = parts.first, first == "lib" || first == "releases" else {
            return try HostFolder(root, files).openFolder(at: path)
        }
        return try HostFolder(root.appending(first), files).openFolder(at: FilePath(root: nil, parts[1...]))
    }
}
