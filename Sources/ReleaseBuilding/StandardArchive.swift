package import Archives
package import HostFiles
package import SystemPackage

/// Writes the tarball of a release as `systools:make_tar` does, and those of its variables.
package struct StandardArchive: Sendable {
    package let contents: StandardTarball.Contents
    package let variableTarballs: TarballOptions.VariableTarballs
    /// The time of every member, in seconds since 1970.
    package let time: Int
    package let parallelism: Int
    /// Whether `TARBALL.sha256` is written too.
    package let withDigestFile: Bool

    package init(
        _ contents: StandardTarball.Contents, variableTarballs: TarballOptions.VariableTarballs, time: Int,
        parallelism: Int, withDigestFile: Bool = true
    ) {
        self.contents = contents
        self.variableTarballs = variableTarballs
        self.time = time
        self.parallelism = parallelism
        self.withDigestFile = withDigestFile
    }

    /// Writes them; `VARIABLE.tar.gz` goes to the given folder, and is gone afterwards when it went into the tarball of
    /// the release. The digest of that one in hexadecimal digits, and what was written.
    package func write(
        to destination: FilePath, variablesIn folder: FilePath, _ files: HostFileSystem
    ) async throws(ArchiveError) -> (digest: String, written: [FilePath]) {
        var tree = self.contents.applications
        var separate: [FilePath] = []
        for variable in self.contents.variables {
            let path = folder.appending("\(variable.name).tar.gz")
            _ = try await self.archive(variable.tree).write(to: path, withDigestFile: false, files)
            separate.append(path)
            if self.variableTarballs == .include {
                tree.add(.init(FilePath("\(variable.name).tar.gz"), .file(path)))
            }
        }
        tree.add(self.contents.system.entries)
        let digest = try await self.archive(tree).write(
            to: destination, withDigestFile: self.withDigestFile, files
        ).digest
        guard self.variableTarballs == .include else { return (digest, separate + [destination]) }
        do {
            for path in separate { try files.removeFile(path) }
        } catch {
            throw ArchiveError(.host(error), destination)
        }
        return (digest, [destination])
    }

    private func archive(_ tree: ReleaseTree) -> ReleaseArchive {
        ReleaseArchive(tree: tree, time: self.time, parallelism: self.parallelism)
    }
}
