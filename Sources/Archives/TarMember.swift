package import SystemPackage

/// One member of an archive that is to be written.
package struct TarMember: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case bytes([UInt8], isExecutable: Bool = false)
        /// A file of this host; executable in the archive if its owner may run it here. Symbolic links are followed.
        case file(FilePath)
        case folder
        /// A symbolic link with this text.
        case symbolicLink(to: [UInt8])
    }

    /// The whole name with `/` between components, in UTF-8, without `/` at either end.
    package var name: [UInt8]
    package var content: Content
    /// Permission bits of a file or folder in place of 0644 and 0755; nil for those.
    package var mode: UInt16?

    package init(_ name: [UInt8], _ content: Content, mode: UInt16? = nil) {
        self.name = name
        self.content = content
        self.mode = mode
    }

    package init(_ name: String, _ content: Content) {
        self.init(Array(name.utf8), content)
    }

    /// What keeps tar, or Erlang's reader of it, from taking the name; nil for a good one.
    var problem: String? {
        if self.name.isEmpty { return "it is empty" }
        if let problem = Self.problem(ofText: self.name) { return problem }
        for component in self.name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            switch Array(component) {
            case []: return "it has an empty component"
            case Array(".".utf8), Array("..".utf8): return "it has a component `.` or `..`"
            default: break
            }
        }
        guard case .symbolicLink(let target) = self.content else { return nil }
        if target.isEmpty { return "its link target is empty" }
        return Self.problem(ofText: target).map { "its link target: \($0)" }
    }

    private static func problem(ofText bytes: [UInt8]) -> String? {
        if bytes.contains(0) { return "it has a NUL byte" }
        // `erl_tar` answers `invalid_string` for the whole archive.
        if String(validating: bytes, as: UTF8.self) == nil { return "it is not UTF-8" }
        return nil
    }
}
