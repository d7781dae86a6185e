package import Diagnostics
package import HostFiles
package import SystemPackage

/// Questions that loading asks often; where the host does not answer, the thing is not there.
extension HostFileSystem {
    package func isFile(_ path: FilePath) -> Bool { self.kind(path) == .file }

    package func isFolder(_ path: FilePath) -> Bool { self.kind(path) == .folder }

    /// Whether a file or a folder is there; not a device, pipe or socket.
    package func isFileOrFolder(_ path: FilePath) -> Bool {
        let kind = self.kind(path)
        return kind == .file || kind == .folder
    }

    private func kind(_ path: FilePath) -> HostFileKind? {
        (try? self.factsIfPresent(of: path))?.kind
    }

    /// The versions of the runtime systems in a folder: of each `erts-VSN/bin` in it.
    package func runtimeVersions(in folder: FilePath) -> [String] {
        self.names(in: folder).filter { $0.hasPrefix("erts-") && self.isFolder(folder.appending($0).appending("bin")) }
            .map { String($0.dropFirst("erts-".count)) }
    }

    /// The names in a folder, sorted by their bytes; empty when it cannot be read.
    package func names(in folder: FilePath) -> [String] {
        ((try? self.entries(of: folder)) ?? []).map(\.name.string)
    }

    /// A text file of those that loading reads; nil after a finding that says why it cannot be read.
    package func source(_ path: FilePath, _ findings: inout [Diagnostic]) -> SourceFile? {
        do {
            return SourceFile(path: path.string, bytes: try self.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    /// The file at the end of a chain of symbolic links, or nil when it does not end.
    func followingLinks(_ path: FilePath) -> FilePath? {
        var path = path
        for _ in 0..<40 {
            guard let target = try? self.linkTarget(of: path) else { return path }
            path = path.removingLastComponent().pushing(target).lexicallyNormalized()
        }
        return nil
    }
}
