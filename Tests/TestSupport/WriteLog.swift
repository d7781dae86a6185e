package import HostFiles
import Synchronization
package import SystemPackage

/// Records, before each effect on the files below a root, what stands there and what of it a power cut cannot take away any
/// more: what was synced. What other processes write meanwhile is seen, too, as written and not synced.
package final class WriteLog: Sendable {
    /// A moment at which the power may fail.
    package struct Moment: Sendable {
        /// What comes next; nil when the operation is over.
        package var effect: HostEffect?
        /// What every process sees.
        package var seen: DiskTree
        /// What is surely on the disk: a folder as it was when its names were synced, a file with the bytes that were.
        package var synced: DiskTree
    }

    private struct State {
        var bytes = DiskBytes()
        /// Numbers by inode, as long as it is in use.
        var numbers: [UInt64: Int] = [:]
        /// What the files were like when they were read last.
        var facts: [Int: HostFileFacts] = [:]
        var count = 0
        var seen = DiskTree()
        var synced = DiskTree()
        var moments: [Moment] = []
        /// The file that is being written in a folder before it gets its name.
        var unfinished: [FilePath: FilePath] = [:]
    }

    package let root: FilePath
    /// Names at the root that are not looked at.
    private let ignored: Set<String>
    private let state = Mutex(State())

    /// All that stands below the root now counts as synced.
    package init(root: FilePath, ignoring ignored: Set<String>) throws {
        self.root = root
        self.ignored = ignored
        try self.state.withLock { state in
            state.seen = try self.look(&state)
            state.synced = state.seen
        }
    }

    package var files: HostFileSystem {
        HostFileSystem { effect in
            self.state.withLock { state in self.record(effect, &state) }
            return .perform
        }
    }

    /// The moments so far, and the one after all effects; and the bytes that their trees name.
    package func end() throws -> (moments: [Moment], bytes: DiskBytes) {
        try self.state.withLock { state in
            state.seen = try self.look(&state)
            return (state.moments + [Moment(seen: state.seen, synced: state.synced)], state.bytes)
        }
    }

    // MARK: - Looking

    private func look(_ state: inout State) throws -> DiskTree {
        let files = HostFileSystem()
        var attempt = 0
        while true {
            do {
                var tree = DiskTree()
                var alive: [UInt64: Int] = [:]
                try self.look(self.root, 0, files, &tree, &alive, &state)
                state.numbers = alive
                return tree
            } catch {
                // A node was writing there.
                attempt += 1
                if attempt == 20 { throw error }
            }
        }
    }

    private func look(
        _ folder: FilePath, _ number: Int, _ files: HostFileSystem, _ tree: inout DiskTree,
        _ alive: inout [UInt64: Int], _ state: inout State
    ) throws {
        var names: [String: Int] = [:]
        for entry in try files.entries(of: folder) {
            let name = entry.name.string
            if number == 0, self.ignored.contains(name) { continue }
            let path = folder.appending(entry.name)
            let facts = try files.facts(of: path, followLinks: false)
            let next: Int
            // An inode that was not in use a moment ago is another file.
            if let known = state.numbers[facts.inode] ?? alive[facts.inode] {
                next = known
            } else {
                state.count += 1
                next = state.count
            }
            alive[facts.inode] = next
            names[name] = next
            switch entry.kind {
            case .folder: try self.look(path, next, files, &tree, &alive, &state)
            case .symbolicLink: tree.nodes[next] = .link(try files.linkTarget(of: path).string)
            case .file:
                // Most are what they were.
                if let last = state.facts[next], let node = state.seen.nodes[next], last.size == facts.size,
                    last.modified == facts.modified, last.mode == facts.mode
                {
                    tree.nodes[next] = node
                    continue
                }
                tree.nodes[next] = .file(
                    state.bytes.number(of: try files.readFile(path)), isExecutable: facts.isExecutable)
                state.facts[next] = facts
            case .characterDevice, .blockDevice, .fifo, .socket, .unknown: names[name] = nil
            }
        }
        tree.nodes[number] = .folder(names)
    }

    // MARK: - Recording

    private func record(_ effect: HostEffect, _ state: inout State) {
        // What cannot be looked at now is as it was.
        if let seen = try? self.look(&state) { state.seen = seen }
        state.moments.append(Moment(effect: effect, seen: state.seen, synced: state.synced))
        switch effect {
        case .createFile(let path):
            if path.lastComponent.map(HostFileSystem.isTemporaryName) == true {
                state.unfinished[path.removingLastComponent()] = path
            }
        case .rename(let path, _): state.unfinished[path.removingLastComponent()] = nil
        case .syncFile(let path):
            guard let number = self.number(of: path, state), let node = state.seen.nodes[number] else { return }
            state.synced.nodes[number] = node
        case .syncFolder(let path):
            guard let number = state.seen.number(at: self.components(of: path)) else { return }
            state.synced.persistNames(of: number, as: state.seen)
        case .syncFileSystem: state.synced = state.seen
        case .makeFolder, .write, .setMode, .setOwner, .makeSymbolicLink, .exchange, .removeFile, .removeFolder: return
        }
    }

    /// A file is named in effects by the path that it will have.
    private func number(of path: FilePath, _ state: State) -> Int? {
        if let unfinished = state.unfinished[path.removingLastComponent()],
            let number = state.seen.number(at: self.components(of: unfinished))
        {
            return number
        }
        return state.seen.number(at: self.components(of: path))
    }

    private func components(of path: FilePath) -> [String] {
        path.components.dropFirst(self.root.components.count).map(\.string)
    }
}

extension DiskTree {
    /// Makes the names of a folder those of another moment. What was moved is moved: in both folders, or in none.
    mutating func persistNames(of folder: Int, as other: DiskTree) {
        guard let names = other.names(in: folder) else { return }
        let before = Set((self.names(in: folder) ?? [:]).values)
        let after = Set(names.values)
        for (number, node) in self.nodes where number != folder {
            guard case .folder(var mine) = node else { continue }
            // Moved from there to here.
            mine = mine.filter { name, entry in
                !after.contains(entry) || before.contains(entry) || other.names(in: number)?[name] == entry
            }
            // Moved from here to there.
            for (name, entry) in other.names(in: number) ?? [:] where before.contains(entry) && !after.contains(entry) {
                mine[name] = entry
            }
            self.nodes[number] = .folder(mine)
        }
        self.nodes[folder] = .folder(names)
        // Links are names with a text.
        for entry in names.values {
            guard case .link = other.nodes[entry] else { continue }
            self.nodes[entry] = other.nodes[entry]
        }
    }
}

extension WriteLog.Moment {
    /// What the disk may hold when the power fails now: the worst that a file system may make of it, each tree once.
    ///
    /// Nothing that was not synced; all names and none of the bytes; all names and half of the bytes; the names of one
    /// folder and not those of the others.
    package func possibleTrees(_ bytes: inout DiskBytes) -> [DiskTree] {
        let lost = self.tree(keepingNamesOf: nil, &bytes) { _, _ in 0 }
        var trees = [lost]
        for share in [0, 2] {
            trees.append(
                self.tree(keepingNamesOf: Set(self.seen.nodes.keys), &bytes) { before, now in
                    let whole = now.count - before.count
                    return share == 0 ? 0 : whole / share
                })
        }
        let unsynced = self.seen.nodes.keys.filter { number in
            self.seen.names(in: number).map { self.synced.names(in: number) != $0 } ?? false
        }
        if unsynced.count > 1 {
            for folder in unsynced.sorted() {
                trees.append(self.tree(keepingNamesOf: [folder], &bytes) { _, _ in 0 })
            }
        }
        var known: Set<[String: DiskTree.Node]> = []
        return trees.filter { known.insert($0.paths).inserted }
    }

    /// - Parameters:
    ///   - folders: those whose names are on the disk though nobody synced them.
    ///   - share: how many of the bytes that came after what is surely there.
    private func tree(
        keepingNamesOf folders: Set<Int>?, _ bytes: inout DiskBytes,
        _ share: (_ before: [UInt8], _ now: [UInt8]) -> Int
    ) -> DiskTree {
        var tree = self.synced
        for folder in (folders ?? []).sorted() { tree.persistNames(of: folder, as: self.seen) }
        for (number, node) in self.seen.nodes {
            guard case .file(let now, let isExecutable) = node else { continue }
            let before = self.synced.bytes(of: number)
            guard before != now else { continue }
            if folders == nil, before != nil { continue }
            let (old, new) = (before.map { bytes.all[$0] } ?? [], bytes.all[now])
            // What is appended leaves what was there; what is written over may be gone first.
            let kept = new.starts(with: old) ? old : []
            let left = kept + new.dropFirst(kept.count).prefix(share(kept, new))
            tree.nodes[number] = .file(bytes.number(of: left), isExecutable: isExecutable)
        }
        // A folder that nobody synced and that is named holds nothing.
        for (number, node) in self.seen.nodes where tree.nodes[number] == nil {
            if case .folder = node { tree.nodes[number] = .folder([:]) }
        }
        return tree
    }
}

extension DiskTree {
    /// Makes a folder hold the tree, where it holds `present` now.
    package func write(to root: FilePath, over present: [String: Node], _ bytes: DiskBytes) throws {
        let files = HostFileSystem()
        let wanted = self.paths
        let folders = Self.folders(of: wanted)
        try files.makeFolders(root)
        for path in Self.folders(of: present).subtracting(folders).sorted() {
            try files.removeTree(root.pushing(FilePath(path)))
        }
        for (path, node) in present where node != wanted[path] && !folders.contains(path) {
            try files.removeTree(root.pushing(FilePath(path)))
        }
        for (path, node) in wanted where node != present[path] {
            let place = root.pushing(FilePath(path))
            try files.makeFolders(place.removingLastComponent())
            switch node {
            case .folder: try files.makeFolders(place)
            case .file(let content, let isExecutable):
                let mode: UInt16 = isExecutable ? 0o755 : 0o644
                try files.replaceFile(place, with: bytes.all[content], mode: mode, durable: false)
            case .link(let target): try files.makeSymbolicLink(place, to: FilePath(target))
            }
        }
    }

    /// The folders that paths lead through.
    private static func folders(of paths: [String: Node]) -> Set<String> {
        var folders: Set<String> = []
        for (path, node) in paths {
            if case .folder = node { folders.insert(path) }
            var rest = path[...]
            while let end = rest.lastIndex(of: "/") {
                rest = rest[..<end]
                guard folders.insert(String(rest)).inserted else { break }
            }
        }
        return folders
    }

    /// What lies below a folder now.
    package static func paths(
        below root: FilePath, ignoring ignored: Set<String>, _ bytes: inout DiskBytes
    ) throws -> [String: Node] {
        let files = HostFileSystem()
        var paths: [String: Node] = [:]
        for entry in try files.tree(root) {
            if let first = entry.path.components.first?.string, ignored.contains(first) { continue }
            let path = root.pushing(entry.path)
            switch entry.facts.kind {
            case .folder: if try files.entries(of: path).isEmpty { paths[entry.path.string] = .folder([:]) }
            case .file:
                paths[entry.path.string] = .file(
                    bytes.number(of: try files.readFile(path)), isExecutable: entry.facts.isExecutable)
            case .symbolicLink: paths[entry.path.string] = .link(try files.linkTarget(of: path).string)
            case .characterDevice, .blockDevice, .fifo, .socket, .unknown: continue
            }
        }
        return paths
    }
}
