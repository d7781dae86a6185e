package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseLoading
package import ReleaseModel
package import SystemPackage

/// The files of one application, under `lib/App-Vsn/`.
package struct ApplicationFiles: Sendable {
    package let application: Application
    package let files: HostFileSystem

    /// Where the files go: `lib/App-Vsn`, or another folder for it.
    package let target: FilePath

    package init(_ application: Application, in target: FilePath? = nil, files: HostFileSystem) {
        self.application = application
        self.target = target ?? Self.folder(of: application)
        self.files = files
    }

    /// `lib/App-Vsn`.
    package static func folder(of application: Application) -> FilePath {
        FilePath("lib").appending("\(application.name.name)-\(application.version.text)")
    }

    private var ebin: FilePath { FilePath(self.application.directory) }
    /// The folder around `ebin`, or the folder itself where the `.app` file lies elsewhere (`systools_make:appDir/1`).
    var root: FilePath {
        self.ebin.lastComponent?.string == "ebin" ? self.ebin.removingLastComponent() : self.ebin
    }

    /// What `systools:make_tar` packs: `priv` and the other folders that are there, then of `ebin` the `.app` file and
    /// the listed modules.
    ///
    /// With `withAppup` (OTP 28 and later) the `.appup` file goes in behind the `.app` file. Fails on the first file that
    /// is not there, with all modules that are missing in its findings.
    package func standardMembers(
        otherFolders: [String] = [], withAppup: Bool
    ) throws(TarballFailure) -> [ReleaseTree.Entry] {
        var entries: [ReleaseTree.Entry] = []
        for folder in ["priv"] + otherFolders {
            do {
                entries += try self.tree(folder)
            } catch {
                throw TarballFailure(adding: self.root.appending(folder), error)
            }
        }
        let name = self.application.name.name
        entries.append(self.entry("ebin", "\(name).app"))
        if withAppup, self.files.isFile(self.ebin.appending("\(name).appup")) {
            entries.append(self.entry("ebin", "\(name).appup"))
        }
        var missing: [ModuleName] = []
        for module in self.application.specification.modules {
            if !self.files.isFile(self.ebin.appending("\(module.name).beam")) { missing.append(module) }
            entries.append(self.entry("ebin", "\(module.name).beam"))
        }
        if let first = missing.first {
            let path = self.ebin.appending("\(first.name).beam").string
            throw TarballFailure(
                otpReason: .tuple(.atom("tar_error"), TarballFailure.add(path, "enoent")),
                diagnostics: missing.map(self.missingModule))
        }
        return entries
    }

    /// What an assembled release holds: all files of `ebin` but those of modules that are left out, and `priv`, `include`
    /// and the other folders where there are such.
    ///
    /// Listed modules without a BEAM file are findings.
    package func assembledMembers(
        otherFolders: [String] = [], excluding excluded: Set<ModuleName> = [], _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        var entries: [ReleaseTree.Entry] = []
        for folder in ["priv", "include"] + otherFolders { entries += try self.tree(folder) }
        let leftOut = Set(excluded.map { "\($0.name).beam" })
        for entry in try self.files.entries(of: self.ebin) where entry.kind == .file || entry.kind == .symbolicLink {
            let name = entry.name.string
            guard [".beam", ".app", ".appup"].contains(where: name.hasSuffix), !leftOut.contains(name) else { continue }
            entries.append(self.entry("ebin", name))
        }
        for module in self.application.specification.modules
        where !self.files.isFile(self.ebin.appending("\(module.name).beam")) {
            findings.append(self.missingModule(module))
        }
        return entries
    }

    private func entry(_ folder: String, _ name: String) -> ReleaseTree.Entry {
        ReleaseTree.Entry(self.target.appending(folder).appending(name), .file(self.ebin.appending(name)))
    }

    private func tree(_ folder: String) throws(HostFileError) -> [ReleaseTree.Entry] {
        let source = self.root.appending(folder)
        guard self.files.isFolder(source) else { return [] }
        return try FolderFiles.entries(source, as: self.target.appending(folder), files: self.files)
    }

    private func missingModule(_ module: ModuleName) -> Diagnostic {
        let name = self.application.name.name
        return Diagnostic(
            Diagnostic.ID("build/module-file-missing"), .error,
            "`\(name).app` lists module `\(module)`, but `\(module).beam` is not there",
            at: .file(self.ebin.appending("\(module.name).beam").string),
            explanation: "A node that boots this release would stop with an error when it loads the application.",
            help: ["compile it, or remove it from `modules` in `\(name).app`"], application: name, module: module.name)
    }
}

/// A folder with all that is in it, links followed, in the order of the bytes of the paths.
enum FolderFiles {
    static func entries(
        _ source: FilePath, as target: FilePath, files: HostFileSystem
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        let tree = try files.tree(source, followLinks: true)
        var used: Set<FilePath> = []
        for found in tree { used.insert(found.path.removingLastComponent()) }
        var entries: [ReleaseTree.Entry] = []
        for found in tree {
            let path = target.pushing(found.path)
            switch found.facts.kind {
            case .file:
                entries.append(
                    ReleaseTree.Entry(
                        path, .file(source.pushing(found.path)), isExecutable: found.facts.isExecutable))
            case .folder where !used.contains(found.path): entries.append(ReleaseTree.Entry(path, .folder))
            case .folder, .symbolicLink, .characterDevice, .blockDevice, .fifo, .socket, .unknown: continue
            }
        }
        if tree.isEmpty { entries.append(ReleaseTree.Entry(target, .folder)) }
        return entries
    }
}
