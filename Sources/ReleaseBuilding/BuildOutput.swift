package import HostFiles
import ReleaseModel
package import SystemPackage

/// All that one build leaves in its folder: the assembled release, its tarball and that one's digest, and the documents
/// that say what it is made of.
package struct BuildOutput: Sendable {
    /// `NAME-VSN`.
    package let name: String
    package let root: FilePath
    /// Nil for a release of links, which nobody could unpack elsewhere.
    package let tarball: FilePath?
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
    }

    /// A file that says what the release is made of.
    package enum Document: String, Hashable, Sendable, CaseIterable {
        case summary = "json"
        case lock = "lock.json"
        case cycloneDX = "cdx.json"
        case spdx = "spdx.json"
    }

    package func path(of document: Document) -> FilePath {
        self.folder.appending("\(self.name).\(document.rawValue)")
    }

    // MARK: - The build before

    /// What the last build was made of, when all is there as it left it.
    package func lastBuild(of tree: ReleaseTree, _ files: HostFileSystem) -> BuildRecord? {
        guard let last = BuildRecord(at: self.record, files), last.outputs == self.outputs(of: tree, files) else {
            return nil
        }
        return last
    }

    package func keep(_ record: BuildRecord, _ files: HostFileSystem) throws(HostFileError) {
        try record.write(to: self.record, files)
    }

    // MARK: - Making it

    /// What is being done with each entry of the tree.
    package enum Work: String, Hashable, Sendable {
        case assembling, packing
    }

    /// Makes everything beside its place, looks whether the inputs are what they were, and only then puts it there: a
    /// build that fails leaves what stood there before, as does one that is killed before the first of the renames.
    ///
    /// - Parameters:
    ///   - willAdd: called before each entry.
    ///   - documents: the bytes of the documents, once the tarball is written.
    /// - Returns: the digest of the tarball; empty without one. Throws `.locked` while another process makes this release.
    package func write(
        _ tree: ReleaseTree, from inputs: BuildInputs, contents: String, parallelism: Int,
        willAdd: (Work) -> Void = { _ in }, _ files: HostFileSystem,
        documents: (WrittenArchive?) throws -> [Document: [UInt8]]
    ) async throws -> String {
        try files.makeFolders(self.pending)
        let lock = try HostFileLock(self.lock, files)
        do {
            let digest = try await self.make(
                tree, from: inputs, contents: contents, parallelism: parallelism, willAdd: willAdd, files,
                documents: documents)
            lock.unlock()
            return digest
        } catch {
            lock.unlock()
            throw error
        }
    }

    private func make(
        _ tree: ReleaseTree, from inputs: BuildInputs, contents: String, parallelism: Int, willAdd: (Work) -> Void,
        _ files: HostFileSystem, documents: (WrittenArchive?) throws -> [Document: [UInt8]]
    ) async throws -> String {
        let staged = try tree.staged(for: self.root, willAdd: { willAdd(.assembling) }, files)
        do {
            var archive: WrittenArchive?
            if let tarball = self.tarball, let name = tarball.lastComponent {
                archive = try await ReleaseArchive(tree: tree, time: inputs.time, parallelism: parallelism)
                    .write(to: self.pending.appending(name), willAdd: { willAdd(.packing) }, files)
            }
            for (document, bytes) in try documents(archive) {
                try files.replaceFile(self.pending(self.path(of: document)), with: bytes, durable: false)
            }
            try inputs.requireUnchanged(tree, files)
            try staged.publish()
            for file in self.files { try files.rename(self.pending(file), to: file, durable: false) }
            try files.syncFolder(self.folder)
            let digest = archive?.digest ?? ""
            if let outputs = self.outputs(of: tree, files) {
                try self.keep(
                    BuildRecord(inputs: inputs.digest, contents: contents, outputs: outputs, digest: digest), files)
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
        (self.tarball.map { [$0, FilePath($0.string + ".sha256")] } ?? []) + Document.allCases.map(self.path)
    }

    /// Where files wait for their place: on the same file system.
    private var pending: FilePath { self.folder.appending(".relift") }

    /// One for all versions of a release: they have one folder.
    private var lock: FilePath { self.pending.appending("\(self.root.lastComponent?.string ?? "release").lock") }

    private func pending(_ file: FilePath) -> FilePath {
        file.lastComponent.map(self.pending.appending) ?? self.pending
    }

    private var record: FilePath { BuildRecord.path(in: self.folder, self.name) }

    private func outputs(of tree: ReleaseTree, _ files: HostFileSystem) -> String? {
        BuildRecord.outputs(of: tree, in: self.root, and: self.files, files)
    }
}
