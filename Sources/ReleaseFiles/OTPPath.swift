/// Paths as OTP's `filename` module of a Unix system handles them, where they reach what we write.
package enum OTPPath {
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// Whether the path begins at the root.
    package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == self.slash }

    /// `filename:split/1`: the components, the first one `/` for an absolute path.
    package static func split(_ path: String) -> [String] {
        let names = path.utf8.split(separator: self.slash).map { String(Substring($0)) }
        return self.isAbsolute(path) ? ["/"] + names : names
    }

    /// `filename:join/1`: an absolute component discards what stands before it; repeated slashes, `/./` and slashes at
    /// the end go.
    package static func join(_ components: [String]) -> String {
        var joined: [UInt8] = []
        for (index, component) in components.enumerated() where index == 0 || !component.isEmpty {
            if index > 0, !self.isAbsolute(component) { joined.append(self.slash) } else { joined = [] }
            joined += component.utf8
        }
        return String(decoding: self.normalized(joined), as: UTF8.self)
    }

    /// `filename:absname/2`.
    package static func absolute(_ path: String, in directory: String) -> String { self.join([directory, path]) }

    /// `filename:basename/1`.
    package static func baseName(_ path: String) -> String {
        self.split(path).last.map { $0 == "/" ? "" : $0 } ?? ""
    }

    /// `filename:dirname/1`: `.` for a path of one component.
    package static func folder(of path: String) -> String {
        let components = self.split(path).dropLast()
        return components.isEmpty ? "." : self.join(Array(components))
    }

    private static func normalized(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < path.count {
            result.append(path[index])
            index += 1
            guard result.last == self.slash else { continue }
            while index < path.count {
                if path[index] == self.slash {
                    index += 1
                } else if path[index] == self.dot, index + 1 < path.count, path[index + 1] == self.slash {
                    index += 2
                } else {
                    break
                }
            }
        }
        if result.count > 1, result.last == self.slash { result.removeLast() }
        return result
    }
}
