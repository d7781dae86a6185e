import HostFiles
import ReleaseLoading
import SystemPackage

/// A path with `*`, `**`, `?`, `[…]` and `{a,b}` as `filelib:wildcard/1` reads it: `**` stands for any folders, also none,
/// and names that begin with a dot match too.
struct FilePattern {
    private let root: FilePath
    private let components: [[UInt8]]

    /// Alternatives are written out, so many at most: `{a,b}{a,b}…` doubles with each pair.
    static let alternativeLimit = 256
    /// How deep `**` looks.
    static let depthLimit = 32

    /// The patterns that one with alternatives stands for; nil when there are too many.
    static func patterns(_ path: FilePath) -> [FilePattern]? {
        var whole = [path.bytes]
        var index = 0
        while index < whole.count {
            guard let expanded = self.expanded(whole[index]) else {
                index += 1
                continue
            }
            whole.replaceSubrange(index...index, with: expanded)
            guard whole.count <= self.alternativeLimit else { return nil }
        }
        return whole.map { FilePattern(FilePath(bytes: $0)) }
    }

    /// Whether anything in a path is special.
    static func isPattern(_ path: FilePath) -> Bool {
        path.bytes.contains {
            [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{")].contains($0)
        }
    }

    private init(_ path: FilePath) {
        self.root = FilePath(root: path.root, [])
        self.components = path.components.filter { $0.kind != .currentDirectory }.map(\.bytes)
    }

    /// The first `{…}` of a pattern written out; nil when there is none.
    private static func expanded(_ bytes: [UInt8]) -> [[UInt8]]? {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes[open...].firstIndex(of: UInt8(ascii: "}"))
        else { return nil }
        let (before, after) = (Array(bytes[..<open]), Array(bytes[(close + 1)...]))
        let choices = bytes[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return choices.map { choice in before + Array(choice) + after }
    }

    /// What is there, sorted by the bytes of the paths.
    func matches(_ files: HostFileSystem) throws(HostFileError) -> [FilePath] {
        var found = [self.root]
        for component in self.components {
            var next: [FilePath] = []
            for path in found {
                if component == Array("**".utf8) {
                    next += try Self.folders(below: path, files, depth: 0)
                } else if Self.isSpecial(component) {
                    guard path.isEmpty || files.isFolder(path) else { continue }
                    for entry in try files.entries(of: path.isEmpty ? "." : path)
                    where Self.matches(entry.name.bytes[...], component[...]) {
                        next.append(path.appending(entry.name))
                    }
                } else {
                    next.append(path.pushing(FilePath(bytes: component)))
                }
            }
            found = next
        }
        // `**` at the end stands for files too.
        if self.components.last == Array("**".utf8) {
            var all: [FilePath] = []
            for folder in found {
                for entry in try files.entries(of: folder.isEmpty ? "." : folder) {
                    all.append(folder.appending(entry.name))
                }
            }
            found = all
        }
        var present: [FilePath] = []
        for path in found where try files.factsIfPresent(of: path.isEmpty ? "." : path) != nil { present.append(path) }
        return present.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private static func folders(
        below folder: FilePath, _ files: HostFileSystem, depth: Int
    ) throws(HostFileError) -> [FilePath] {
        guard depth < self.depthLimit, folder.isEmpty || files.isFolder(folder) else { return [] }
        var all = [folder]
        for entry in try files.entries(of: folder.isEmpty ? "." : folder) where entry.kind == .folder {
            all += try self.folders(below: folder.appending(entry.name), files, depth: depth + 1)
        }
        return all
    }

    private static func isSpecial(_ component: [UInt8]) -> Bool {
        component.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
    }

    /// One name against one component; only the last star is tried again, so the time is bounded by the product of both.
    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var (name, pattern) = (name, pattern)
        var retry: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern.removeFirst()
                retry = (name, pattern)
            } else if let byte = name.first, let rest = Self.matchesOne(byte, pattern) {
                name.removeFirst()
                pattern = rest
            } else if name.isEmpty, pattern.isEmpty {
                return true
            } else if let last = retry, !last.name.isEmpty {
                name = last.name.dropFirst()
                pattern = last.pattern
                retry = (name, pattern)
            } else {
                return false
            }
        }
    }

    /// The rest of a pattern whose first part stands for the byte: a byte itself, `?`, or a class.
    private static func matchesOne(_ byte: UInt8, _ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        if first == UInt8(ascii: "?") { return pattern.dropFirst() }
        guard first == UInt8(ascii: "["), let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
            return first == byte ? pattern.dropFirst() : nil
        }
        let set = Array(pattern[(pattern.startIndex + 1)..<end])
        var index = 0
        while index < set.count {
            if index + 2 < set.count, set[index + 1] == UInt8(ascii: "-") {
                if set[index] <= byte, byte <= set[index + 2] { return pattern[(end + 1)...] }
                index += 3
            } else {
                if set[index] == byte { return pattern[(end + 1)...] }
                index += 1
            }
        }
        return nil
    }
}
