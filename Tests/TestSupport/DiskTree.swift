/// What lies below a folder at one moment: names and what they name are kept apart, as a disk keeps them.
package struct DiskTree: Hashable, Sendable {
    package enum Node: Hashable, Sendable {
        /// Names and the numbers of what they name.
        case folder([String: Int])
        /// The number of its bytes.
        case file(Int, isExecutable: Bool)
        case link(String)
    }

    /// By number; the root has 0.
    package var nodes: [Int: Node] = [0: .folder([:])]

    package func names(in folder: Int) -> [String: Int]? {
        guard case .folder(let names) = self.nodes[folder] else { return nil }
        return names
    }

    package func bytes(of file: Int) -> Int? {
        guard case .file(let bytes, _) = self.nodes[file] else { return nil }
        return bytes
    }

    /// What a path leads to.
    package func number(at path: [String]) -> Int? {
        var number = 0
        for name in path {
            guard let next = self.names(in: number)?[name] else { return nil }
            number = next
        }
        return number
    }

    /// Every path with what it leads to, without the folders that hold something.
    package var paths: [String: Node] {
        var paths: [String: Node] = [:]
        self.collect(0, "", &paths)
        return paths
    }

    private func collect(_ number: Int, _ path: String, _ paths: inout [String: Node]) {
        guard let node = self.nodes[number] else { return }
        guard case .folder(let names) = node else {
            paths[path] = node
            return
        }
        if names.isEmpty { paths[path] = node }
        for (name, next) in names { self.collect(next, path.isEmpty ? name : "\(path)/\(name)", &paths) }
    }
}

/// The bytes of files, each kept once.
package struct DiskBytes: Sendable {
    private var numbers: [[UInt8]: Int] = [:]
    package private(set) var all: [[UInt8]] = []

    package init() {}

    package mutating func number(of bytes: [UInt8]) -> Int {
        if let number = self.numbers[bytes] { return number }
        self.all.append(bytes)
        self.numbers[bytes] = self.all.count - 1
        return self.all.count - 1
    }
}
