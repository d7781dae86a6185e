package import HostFiles
import ReleaseModel
package import SystemPackage

/// All that one build leaves in its folder: the assembled release, its tarball and that one's digest, the lock.
package struct BuildOutput: Sendable {
    /// `NAME-VSN`.
    package let name: String
    package let root: FilePath
    /// Nil for a release of links, which nobody could unpack elsewhere.
    package let tarball: FilePath?
    package let lock: FilePath
    private let folder: FilePath

    package init(of plan: BuildPlan, in folder: FilePath, isLinked: Bool) {
        self.init(
            name: "\(plan.release.name)-\(plan.release.version)", root: folder.appending(plan.release.name.text),
            in: folder, isLinked: isLinked)
    }

    package init(name: String, root: FilePath, in folder: FilePath, isLinked: Bool) {
        self.name = name
        self.root = root
        self.folder = folder
        self.tarball = isLinked ? nil : folder.appending("\(name).tar.gz")
        self.lock = folder.appending("\(name).lock.json")
    }

    /// The digest of the tarball, when all is there as an earlier build with these inputs left it.
    package func digestIfUpToDate(_ tree: ReleaseTree, _ inputs: BuildInputs, _ files: HostFileSystem) -> String? {
        guard let last = BuildRecord(at: self.record, files), last.inputs == inputs.digest,
            last.outputs == self.outputs(of: tree, files)
        else { return nil }
        return last.digest
    }

    /// Makes everything beside its place, looks whether the inputs are what they were, and only then puts it there: a
    /// build that fails leaves what stood there before, as does one that is killed before the first of the renames.
    ///
    /// `lock` is the text of the lock file. The digest of the tarball comes back.
    package func write(
        _ tree: ReleaseTree, from inputs: BuildInputs, lock: [UInt8], parallelism: Int, _ files: HostFileSystem
    ) async throws -> String {
        try files.makeFolders(self.pending)
        let staged = try tree.staged(for: self.root, files)
        do {
            var digest = ""
            if let tarball = self.tarball, let name = tarball.lastComponent {
                let place = self.pending.appending(name)
                digest = try await ReleaseArchive(tree: tree, time: inputs.time, parallelism: parallelism)
                    .write(to: place, files)
            }
            try files.replaceFile(self.pending(self.lock), with: lock, durable: false)
            try inputs.requireUnchanged(tree, files)
            try staged.publish()
            for file in self.files { try files.rename(self.pending(file), to: file, durable: false) }
            try files.syncFolder(self.folder)
            if let outputs = self.outputs(of: tree, files) {
                try BuildRecord(inputs: inputs.digest, outputs: outputs, digest: digest).write(to: self.record, files)
            }
            return digest
        } catch {
            // The first failure is the one to report.
            for file in self.files { try? files.removeFile(self.pending(file)) }
            throw error
        }
    }

    /// The files beside the release's folder.
    private var files: [FilePath] {
        (self.tarball.map { [$0, FilePath($0.string + ".sha256")] } ?? []) + [self.lock]
    }

    /// Where files wait for their place: on the same file system.
    private var pending: FilePath { self.folder.appending(".relift") }

    private func pending(_ file: FilePath) -> FilePath {
        file.lastComponent.map(self.pending.appending) ?? self.pending
    }

    private var record: FilePath { BuildRecord.path(in: self.folder, self.name) }

    private func outputs(of tree: ReleaseTree, _ files: HostFileSystem) -> String? {
        BuildRecord.outputs(of: tree, in: self.root, and: self.files, files)
    }
}
