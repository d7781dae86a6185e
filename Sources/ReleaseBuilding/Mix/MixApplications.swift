import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// The applications of a release of mix, with its consolidated protocols as one more application.
///
/// mix keeps them in `releases/VSN`, where no upgrade looks. They cannot replace the modules in the applications that they
/// were written in: that of Elixir itself changes with every implementation in the release, but the version of `elixir`
/// does not, and only what has a new version is upgraded. So they move to `NAME_consolidated`, in the version of the
/// release, and the applications that they come from are left without them.
struct MixApplications {
    let mix: MixRelease
    /// The release with that application; the others do not list its modules.
    let release: Release

    /// Nil after findings of error severity.
    init?(_ mix: MixRelease, _ findings: inout [Diagnostic]) {
        self.mix = mix
        let found = mix.loaded.release
        var resource = found.resource
        var applications = found.applications.map(\.application)
        if !mix.protocols.isEmpty {
            guard let protocols = Self.protocols(of: mix) else {
                findings.append(MixFindings.notMade(by: mix.loaded))
                return nil
            }
            let moved = Set(mix.protocols)
            for index in applications.indices {
                applications[index].specification.modules.removeAll { moved.contains($0) }
            }
            applications.append(protocols)
            resource.applications.append(
                ReleaseResource.Entry(
                    name: protocols.name, version: protocols.version, typeIsWritten: true))
        }
        do {
            // Loading has warned of what is to be warned of.
            let options = ReleaseResolution.Options(warnsOfMissingSasl: false)
            self.release = try ReleaseResolution(
                resource, applications: applications, options: options, places: mix.loaded.places
            ).release
        } catch {
            findings += error.diagnostics(mix.loaded.places)
            return nil
        }
    }

    /// The application of the protocols; its `ebin` is the folder in which mix has them.
    private static func protocols(of mix: MixRelease) -> Application? {
        guard let version = ApplicationVersion(validating: mix.loaded.release.version.text),
            let elixir = ApplicationName(validating: "elixir")
        else { return nil }
        return Application(
            specification: ApplicationSpecification(
                name: mix.protocolsApplication, version: version,
                description: "the consolidated protocols of \(mix.name)", modules: mix.protocols,
                applications: [.kernel, .stdlib, elixir]),
            directory: mix.folder.appending("consolidated").string)
    }

    /// The resolved application of the protocols; nil when there are none.
    var protocols: ResolvedApplication? { self.release[self.mix.protocolsApplication] }

    // MARK: - Files

    /// The files of an application under `lib/App-Vsn`.
    func members(
        of application: Application, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> ApplicationMembers.Members {
        let folder = ApplicationFiles.folder(of: application)
        var entries: [ReleaseTree.Entry]
        if application.name == self.mix.protocolsApplication {
            let ebin = folder.appending("ebin")
            entries = [
                ReleaseTree.Entry(
                    ebin.appending("\(application.name).app"),
                    .bytes(ApplicationFile.write(application.specification)))
            ]
            entries += self.mix.protocols.map { module in
                let name = "\(module).beam"
                return ReleaseTree.Entry(
                    ebin.appending(name), .file(FilePath(application.directory).appending(name)))
            }
        } else {
            let root = FilePath(application.directory).removingLastComponent()
            entries = try FolderFiles.entries(root, as: folder, files: self.mix.files)
            try self.removeProtocols(from: &entries, of: application, &findings)
        }
        return ApplicationMembers.Members(application: application, entries: entries, contents: entries)
    }

    private func removeProtocols(
        from entries: inout [ReleaseTree.Entry], of application: Application, _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        let listed = self.mix.loaded.release[application.name]?.specification.modules ?? []
        let moved = Set(listed).intersection(self.mix.protocols)
        guard !moved.isEmpty else { return }
        let ebin = ApplicationFiles.folder(of: application).appending("ebin")
        let gone = Set(moved.map { ebin.appending("\($0).beam") })
        let resource = ebin.appending("\(application.name).app")
        let bytes = try self.resource(of: application, without: moved, &findings)
        entries = entries.filter { !gone.contains($0.path) }.map { entry in
            entry.path == resource ? ReleaseTree.Entry(entry.path, .bytes(bytes)) : entry
        }
    }

    /// The `.app` file as it is, but for the modules that have moved.
    private func resource(
        of application: Application, without moved: Set<ModuleName>, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [UInt8] {
        let bytes = try self.mix.files.readFile(FilePath(application.file), limit: LoadingLimits.textFile)
        guard let file = TermText.parseFile(SourceFile(path: application.file, bytes: bytes), &findings),
            let parts = file.terms.first?.term.tupleElements, parts.count == 3, let properties = parts[2].listElements
        else { return bytes }
        let atoms = Set(moved.map { Term.atom($0.atom) })
        let kept = properties.map { ProtocolOwner.without(atoms, property: $0) }
        return TermPrinter.file([.tuple(parts[0], parts[1], .list(kept))])
    }
}
