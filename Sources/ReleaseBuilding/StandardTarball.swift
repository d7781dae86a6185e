package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseLoading
import ReleaseModel
package import SystemPackage

/// The members that `systools:make_tar` packs, in its order; where OTP leaves the order to the file system, sorted.
package struct StandardTarball: Sendable {
    package let loaded: LoadedRelease
    /// Folders searched for boot file, relup and configuration: that of the `.rel` file, `.`, then those of `--lib`.
    package let searchFolders: [FilePath]
    /// The folder that holds `erts-VSN`, when the runtime system goes in.
    package let runtimeFolder: FilePath?
    package let files: HostFileSystem

    package init(
        of loaded: LoadedRelease, searchFolders: [FilePath], runtimeFolder: FilePath?, files: HostFileSystem
    ) {
        self.loaded = loaded
        self.searchFolders = searchFolders
        self.runtimeFolder = runtimeFolder
        self.files = files
    }

    private var base: String { self.loaded.resourcePath.stem ?? self.loaded.release.name.text }

    /// The tree of the tarball; findings tell what cannot go in.
    package func tree(_ findings: inout [Diagnostic]) throws(HostFileError) -> ReleaseTree {
        var tree = ReleaseTree()
        let release = self.loaded.release
        let withAppup = OTPRelease(of: release.resource.runtime) >= OTPRelease(28)
        for application in release.applicationsInStartOrder {
            let files = ApplicationFiles(application.application, files: self.files)
            tree.add(try files.standardMembers(withAppup: withAppup, &findings))
        }
        let releases = FilePath("releases")
        let folder = releases.appending(release.version.text)
        tree.add(.init(releases.appending("\(self.base).rel"), .file(self.loaded.resourcePath)))
        tree.add(.init(folder.appending("\(self.base).rel"), .file(self.loaded.resourcePath)))
        if let boot = self.find("start.boot") ?? self.find("\(self.base).boot") {
            tree.add(.init(folder.appending("start.boot"), .file(boot)))
        } else {
            findings.append(self.noBootFile)
        }
        if let relup = self.find("relup"), self.isRelup(relup, &findings) {
            tree.add(.init(folder.appending("relup"), .file(relup)))
        }
        if let source = self.find("sys.config.src") {
            tree.add(.init(folder.appending("sys.config.src"), .file(source)))
        } else if let config = self.find("sys.config"), self.isConfiguration(config, &findings) {
            tree.add(.init(folder.appending("sys.config"), .file(config)))
        }
        if let runtimeFolder {
            tree.add(
                try RuntimeFiles.entries(of: release.resource.runtime, in: runtimeFolder, files: self.files))
        }
        return tree
    }

    private func find(_ name: String) -> FilePath? {
        self.searchFolders.map { $0.appending(name) }.first { self.files.isFile($0) }
    }

    private func isRelup(_ path: FilePath, _ findings: inout [Diagnostic]) -> Bool {
        guard let source = self.source(path, &findings), let relup = RelupFile.read(source, &findings) else {
            return false
        }
        if relup.version != self.loaded.release.version {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("tar/stale-relup"), .warning,
                    "`\(path)` is the relup of version `\(relup.version)`, not of `\(self.loaded.release.version)`",
                    at: .file(path.string), explanation: "release_handler refuses a relup of another version.",
                    help: ["remove it, or make a new one with `relift relup`"]))
        }
        return true
    }

    private func isConfiguration(_ path: FilePath, _ findings: inout [Diagnostic]) -> Bool {
        guard let source = self.source(path, &findings) else { return false }
        return SystemConfiguration.read(source, &findings) != nil
    }

    private func source(_ path: FilePath, _ findings: inout [Diagnostic]) -> SourceFile? {
        do {
            return SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private var noBootFile: Diagnostic {
        Diagnostic(
            Diagnostic.ID("tar/no-boot-file"), .error, "there is no boot file `\(self.base).boot`",
            at: .file(self.loaded.resourcePath.string),
            explanation: "A release boots with it; it is packed as `start.boot`.",
            notes: self.searchFolders.prefix(4).map { Diagnostic.Note("searched here", at: .file($0.string)) },
            help: ["make it with `relift script \(self.loaded.resourcePath)`"])
    }
}
