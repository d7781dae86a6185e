import SystemPackage

/// A process of this host.
package struct HostProcess: Hashable, Sendable {
    package var identifier: Int
    /// What it was started with, the program first; empty for processes of the system itself.
    package var arguments: [String]
}

extension HostFileSystem {
    /// The processes whose arguments this user may see, by `/proc` (proc(5)); in order of their numbers.
    ///
    /// A process that ends meanwhile is left out.
    package func processes() throws(HostFileError) -> [HostProcess] {
        let proc = FilePath("/proc")
        return try self.entries(of: proc).compactMap { entry in
            guard let identifier = Int(entry.name.string),
                let bytes = try? self.readFile(proc.appending(entry.name).appending("cmdline"), limit: 4 << 20)
            else { return nil }
            let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return HostProcess(identifier: identifier, arguments: arguments)
        }.sorted { $0.identifier < $1.identifier }
    }
}
