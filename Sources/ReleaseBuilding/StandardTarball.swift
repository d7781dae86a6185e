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
    /// The `.rel` file that goes in; systools takes it by the name it was given, wherever it read the release.
    package let resourceFile: FilePath
    /// Folders searched for boot file, relup and configuration: that of the `.rel` file, `.`, then those of `--lib`.
    package let searchFolders: [FilePath]
    package let options: TarballOptions
    package let files: HostFileSystem

    package init(
        of loaded: LoadedRelease, named resourceFile: FilePath? = nil, searchFolders: [FilePath],
        options: TarballOptions = TarballOptions(), files: HostFileSystem
    ) {
        self.loaded = loaded
        self.resourceFile = resourceFile ?? loaded.resourcePath
        self.searchFolders = searchFolders
        self.options = options
        self.files = files
    }

    /// What goes into the tarball, and into those of variables.
    package struct Contents: Sendable {
        /// The applications that do not lie below the folder of a variable.
        package var applications: ReleaseTree
        /// The tarball of each variable, in the order of the options; empty when they are not made.
        package var variables: [(name: String, tree: ReleaseTree)]
        /// Everything behind the applications.
        package var system: ReleaseTree

        package init(
            applications: ReleaseTree, variables: [(name: String, tree: ReleaseTree)], system: ReleaseTree
        ) {
            self.applications = applications
            self.variables = variables
            self.system = system
        }
    }

    /// The name of the `.rel` file without extension, by which release_handler knows the release.
    package var baseName: String { self.resourceFile.stem ?? self.loaded.release.name.text }

    /// Gathers the contents; warnings go to the findings.
    package func contents(_ findings: inout [Diagnostic]) throws(TarballFailure) -> Contents {
        let applications = try self.applications(of: nil)
        var variables: [(name: String, tree: ReleaseTree)] = []
        if self.options.variableTarballs != .omit {
            for variable in self.options.variables {
                variables.append((name: variable.name, tree: try self.applications(of: variable)))
            }
        }
        var system = ReleaseTree()
        try self.addSystemFiles(to: &system, &findings)
        try self.addRuntime(to: &system)
        for file in self.options.extraFiles { try self.add(file, to: &system) }
        return Contents(applications: applications, variables: variables, system: system)
    }

    // MARK: - Applications

    /// The applications below the folder of a variable, or those that are below none.
    private func applications(of variable: BootScriptGenerator.Variable?) throws(TarballFailure) -> ReleaseTree {
        let withAppup = OTPRelease(of: self.loaded.release.resource) >= OTPRelease(28)
        var tree = ReleaseTree()
        var failures: [(reason: Term, diagnostics: [Diagnostic])] = []
        for member in self.loaded.release.applicationsInStartOrder {
            guard let folder = self.folder(of: member.application, variable) else { continue }
            let files = ApplicationFiles(member.application, in: folder, files: self.files)
            do throws(TarballFailure) {
                tree.add(try files.standardMembers(otherFolders: self.options.otherFolders, withAppup: withAppup))
            } catch {
                let what = Term.tuple(.atom(member.name.atom), error.otpReason)
                failures.append((.tuple(.atom("error_add_appl"), what), error.diagnostics))
            }
        }
        guard failures.isEmpty else {
            throw TarballFailure(
                otpReason: .list(failures.reversed().map(\.reason)), diagnostics: failures.flatMap(\.diagnostics))
        }
        return tree
    }

    /// The folder of an application in the tarball of a variable, or in that of the release; nil if it belongs in the
    /// other one.
    private func folder(of application: Application, _ variable: BootScriptGenerator.Variable?) -> FilePath? {
        let name = application.name.name
        let versioned = "\(name)-\(application.version.text)"
        for candidate in variable.map({ [$0] }) ?? self.options.variables {
            guard let place = candidate.place(of: application.directory, name: name, versioned: versioned) else {
                continue
            }
            guard place.endsInApplicationFolder else { break }
            return variable == nil ? nil : FilePath(OTPPath.join(place.components + [versioned]))
        }
        return variable == nil ? ApplicationFiles.folder(of: application) : nil
    }

    // MARK: - System files

    private func addSystemFiles(to tree: inout ReleaseTree, _ findings: inout [Diagnostic]) throws(TarballFailure) {
        let releases = FilePath("releases")
        let folder = releases.appending(self.loaded.release.version.text)
        try self.add(
            .init(.path(self.resourceFile), as: releases.appending("\(self.baseName).rel")), to: &tree)
        tree.add(.init(folder.appending("\(self.baseName).rel"), .file(self.resourceFile)))
        let named = self.find("\(self.baseName).boot")
        guard let boot = self.find("start.boot") ?? named else { throw self.noBootFile }
        findings += self.stalenessOfBootFile(boot, named: named)
        tree.add(.init(folder.appending("start.boot"), .file(boot)))
        if let relup = self.find("relup") {
            try self.checkRelup(relup, &findings)
            tree.add(.init(folder.appending("relup"), .file(relup)))
        }
        if let source = self.find("sys.config.src") {
            tree.add(.init(folder.appending("sys.config.src"), .file(source)))
        } else if let config = self.find("sys.config") {
            try self.checkConfiguration(config, &findings)
            tree.add(.init(folder.appending("sys.config"), .file(config)))
        }
    }

    private func find(_ name: String) -> FilePath? {
        self.searchFolders.map { $0.appending(name) }.first(where: self.files.isFileOrFolder)
    }

    /// OTP packs a relup of the right outer shape; what else is wrong with it is a warning.
    private func checkRelup(_ path: FilePath, _ findings: inout [Diagnostic]) throws(TarballFailure) {
        let (source, term) = try self.onlyTerm(of: path, as: "relup")
        let reading = RelupFile.reading(term, in: source)
        let elements = term.term.tupleElements ?? []
        guard elements.count == 3, case .integer? = elements[0].listElements?.first, elements[1].isList,
            elements[2].isList
        else {
            throw TarballFailure(
                otpReason: Self.addReason("relup", .atom("invalid_format")), diagnostics: reading.diagnostics)
        }
        findings += reading.diagnostics.map(\.asWarning)
        if let relup = reading.value { findings += self.staleness(of: relup, at: path) }
    }

    private func checkConfiguration(_ path: FilePath, _ findings: inout [Diagnostic]) throws(TarballFailure) {
        let (source, term) = try self.onlyTerm(of: path, as: "sys.config")
        let reading = SystemConfiguration.reading(term, in: source)
        let isAccepted = term.term.listElements?.allSatisfy { entry in
            if case .integer? = entry.listElements?.first { return true }
            guard let pair = entry.tupleElements, pair.count == 2 else { return false }
            return pair[0].atomValue != nil && pair[1].isList
        }
        if isAccepted == nil {
            // systools crashes over a term that is no list.
            throw TarballFailure(
                otpReason: .tuple(.tuple(.atom("case_clause"), term.term), .emptyList),
                diagnostics: reading.diagnostics)
        }
        guard isAccepted == true else {
            throw TarballFailure(
                otpReason: Self.addReason("sys.config", .atom("invalid_format")), diagnostics: reading.diagnostics)
        }
        findings += reading.diagnostics.map(\.asWarning)
    }

    /// The term of a file that `file:consult/1` reads and that must hold one.
    private func onlyTerm(of path: FilePath, as name: String) throws(TarballFailure) -> (SourceFile, LocatedTerm) {
        let source: SourceFile
        do {
            source = SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            throw TarballFailure(
                otpReason: Self.addReason(name, .tuple(.atom("error"), .atom(Atom(error.reason.posixName)))),
                diagnostics: [error.diagnostic], isFailedOperation: true)
        }
        var findings: [Diagnostic] = []
        guard let file = TermText.parseFile(source, &findings) else {
            let failure = findings.first { $0.severity == .error }
            let details = Term.tuple(
                .integer(failure?.place.line ?? 1), .atom("erl_parse"), .string(failure?.summary ?? ""))
            throw TarballFailure(
                otpReason: Self.addReason(name, .tuple(.atom("error"), details)), diagnostics: findings)
        }
        guard file.terms.count == 1 else {
            throw TarballFailure(
                otpReason: Self.addReason(name, .atom("invalid_format")),
                diagnostics: [
                    Diagnostic(
                        Diagnostic.ID("tar/not-one-term"), .error, "`\(path)` must hold one term",
                        at: file.terms.count > 1 ? file.place(file.terms[1]) : .file(path.string),
                        explanation: "OTP reads `\(name)` only if it is one term that ends with a dot.",
                        help: ["remove everything behind the first term"])
                ])
        }
        return (source, file.terms[0])
    }

    /// `{tar_error, {add, Name, [What]}}`.
    private static func addReason(_ name: String, _ what: Term) -> Term {
        .tuple(.atom("tar_error"), .tuple(.atom("add"), .string(name), .list([what])))
    }

    private var noBootFile: TarballFailure {
        let name = self.resourceFile.string
        let releaseName = name.hasSuffix(".rel") ? String(name.dropLast(4)) : name
        return TarballFailure(
            otpReason: .tuple(
                .atom("tar_error"), .tuple(.atom("add"), .atom("boot"), .string(releaseName), .atom("enoent"))),
            diagnostics: [
                Diagnostic(
                    Diagnostic.ID("tar/no-boot-file"), .error, "there is no boot file `\(self.baseName).boot`",
                    at: .file(name), explanation: "A release boots with it; it is packed as `start.boot`.",
                    notes: self.searchFolders.prefix(4).map { Diagnostic.Note("searched here", at: .file($0.string)) },
                    help: ["make it with `relift script \(name)`"])
            ])
    }

    // MARK: - Runtime system and other files

    private func addRuntime(to tree: inout ReleaseTree) throws(TarballFailure) {
        guard let folder = self.options.runtimeFolder else { return }
        do {
            tree.add(
                try RuntimeFiles.entries(
                    of: self.loaded.release.resource.runtime, in: folder, all: self.options.takesAllPrograms,
                    files: self.files))
        } catch {
            // systools crashes here; this is the reason of its crash.
            let result = Term.tuple(.atom("error"), .atom(Atom(error.reason.posixName)))
            throw TarballFailure(
                otpReason: .tuple(.tuple(.atom("badmatch"), result), .emptyList), diagnostics: [error.diagnostic])
        }
    }

    private func add(_ file: TarballOptions.ExtraFile, to tree: inout ReleaseTree) throws(TarballFailure) {
        switch file.source {
        case .bytes(let bytes): tree.add(.init(file.target, .bytes(bytes)))
        case .path(let path):
            do {
                if self.files.isFolder(path) {
                    tree.add(try FolderFiles.entries(path, as: file.target, files: self.files))
                } else {
                    _ = try self.files.facts(of: path)
                    tree.add(.init(file.target, .file(path)))
                }
            } catch {
                throw TarballFailure(adding: path, error)
            }
        }
    }
}

extension Diagnostic {
    /// The same finding where it is no obstacle.
    fileprivate var asWarning: Diagnostic {
        var warning = self
        if warning.severity == .error { warning.severity = .warning }
        return warning
    }
}
