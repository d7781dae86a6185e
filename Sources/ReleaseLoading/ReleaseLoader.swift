package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// Turns what a user names as a release into a valid ``Release``, with findings on the way.
package struct ReleaseLoader: Sendable {
    package let files: HostFileSystem
    /// The folders of `--lib`, in the order given.
    package let libraries: [FilePath]
    package let otp: OTPInstallation?
    /// How many files are read at once.
    package let parallelism: Int

    package init(files: HostFileSystem, libraries: [FilePath], otp: OTPInstallation?, parallelism: Int) {
        self.files = files
        self.libraries = libraries
        self.otp = otp
        self.parallelism = max(1, parallelism)
    }

    /// Reads what the user wrote as a release; a finding when it is nothing that can be one.
    package func reference(_ text: String, _ findings: inout [Diagnostic]) -> ReleaseReference? {
        if let reference = ReleaseReference(text, isFile: self.files.isFile, isFolder: self.files.isFolder) {
            return reference
        }
        findings.append(
            Diagnostic(
                Diagnostic.ID("release/not-found"), .error, "`\(text)` is not a release", at: .file(text),
                explanation: "There is no folder or file of that name.",
                help: [
                    "name a release resource file (`NAME.rel`), a tarball (`NAME-VSN.tar.gz`), or the folder of an "
                        + "assembled release (`ROOT` or `ROOT@VSN`)"
                ]))
        return nil
    }

    /// Loads a release and holds it against OTP's checks; nil when a finding of error severity says why not.
    ///
    /// - Parameter withModules: whether the BEAM files are read as well.
    package func load(
        _ reference: ReleaseReference, withModules: Bool, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        switch reference {
        case .resource(let path):
            let search = ApplicationFolders(libraries: self.libraries, otp: self.otp, files: self.files)
            guard let resource = self.resource(at: path, &findings) else { return nil }
            return await self.resolve(reference, resource, search, withModules: withModules, &findings)
        case .root(let root, let version):
            return await self.load(root: root, version: version, reference, withModules: withModules, &findings)
        case .tarball(let path):
            return await self.load(tarball: path, reference, withModules: withModules, &findings)
        }
    }

    // MARK: - A folder with `releases/`

    private func load(
        root: FilePath, version: String?, _ reference: ReleaseReference, withModules: Bool,
        _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        let releases = root.appending("releases")
        guard let version = version ?? self.bootedVersion(in: releases, root, &findings) else { return nil }
        let folder = releases.appending(version)
        guard let resource = self.resource(in: folder, version: version, root, &findings) else { return nil }
        let search = ApplicationFolders(
            libraries: [root.appending("lib")] + self.libraries, otp: self.otp, files: self.files)
        guard
            var loaded = await self.resolve(reference, resource, search, withModules: withModules, &findings)
        else { return nil }
        loaded.folder = folder
        let relup = folder.appending("relup")
        if self.files.isFile(relup), let source = self.source(relup, &findings) {
            loaded.relup = RelupFile.read(source, &findings)
        }
        return loaded
    }

    /// The version in `releases/start_erl.data`.
    private func bootedVersion(
        in releases: FilePath, _ root: FilePath, _ findings: inout [Diagnostic]
    ) -> String? {
        let path = releases.appending("start_erl.data")
        guard self.files.isFile(path) else {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/not-a-release-folder"), .error, "`\(root)` is not the folder of a release",
                    at: .file(root.string),
                    explanation:
                        "An assembled or installed release has `releases/start_erl.data`, which names its version.",
                    help: ["name the folder that holds `releases/`, or add the version: `\(root)@VSN`"]))
            return nil
        }
        guard let source = self.source(path, &findings) else { return nil }
        return StartErlData.read(source, &findings)?.release.text
    }

    /// The `.rel` file of a version: `releases/VSN/NAME.rel`, whatever its name.
    private func resource(
        in folder: FilePath, version: String, _ root: FilePath, _ findings: inout [Diagnostic]
    ) -> FoundResource? {
        let names = self.files.names(in: folder).filter { $0.hasSuffix(".rel") }
        var problems: [Diagnostic] = []
        for name in names {
            guard let found = self.resource(at: folder.appending(name), &problems) else { continue }
            if found.resource.version.text == version { return found }
        }
        findings += problems
        if problems.isEmpty {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/no-resource-file"), .error,
                    "`\(root)` has no release resource file for version `\(version)`", at: .file(folder.string),
                    explanation: "A release is described by a `.rel` file in `releases/\(version)/`.",
                    notes: self.files.names(in: root.appending("releases"))
                        .filter { self.files.isFolder(root.appending("releases").appending($0)) }
                        .map { Diagnostic.Note("there is a version `\($0)`") },
                    help: ["give a version that is there: `\(root)@VSN`"]))
        }
        return nil
    }

    // MARK: - Reading

    /// A `.rel` file that was read.
    struct FoundResource {
        var resource: ReleaseResource
        var file: TermFile?
        var path: FilePath
    }

    func resource(at path: FilePath, _ findings: inout [Diagnostic]) -> FoundResource? {
        guard let source = self.source(path, &findings) else { return nil }
        var ignored: [Diagnostic] = []
        guard let resource = ReleaseResourceFile.read(source, &findings) else { return nil }
        let file = TermText.parseFirstTerm(source, &ignored).map { TermFile(source: source, terms: [$0]) }
        return FoundResource(resource: resource, file: file, path: path)
    }

    func source(_ path: FilePath, _ findings: inout [Diagnostic]) -> SourceFile? {
        do {
            return SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    /// Looks an entry up somewhere else first; nil when it is not there.
    typealias FirstLookup = (
        ReleaseResource.Entry, OTPRelease, inout [Diagnostic]
    ) -> Result<ApplicationFolders.Found, ApplicationFailure>?

    /// Finds the applications, first with `packed`, and holds the release against OTP's checks.
    func resolve(
        _ reference: ReleaseReference, _ found: FoundResource, _ search: ApplicationFolders, withModules: Bool,
        packed: FirstLookup = { _, _, _ in nil }, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        var places = ReleasePlaces(resource: found.file)
        let target = OTPRelease(of: found.resource.runtime)
        var applications: [ApplicationName: Result<Application, ApplicationFailure>] = [:]
        var onDisk: [ApplicationName: Application] = [:]
        for entry in found.resource.applications where applications[entry.name] == nil {
            let fromArchive = packed(entry, target, &findings)
            let result =
                fromArchive
                ?? search.find(entry, target: target, neededAt: places.entry(entry.name), &findings)
            if let known = try? result.get() {
                places.applications[known.application.file] = known.file
                if fromArchive == nil { onDisk[entry.name] = known.application }
            }
            applications[entry.name] = result.map(\.application)
        }
        if withModules {
            for (name, facts) in await ModuleReading(self).modules(of: onDisk, &findings) {
                applications[name] = applications[name]?.map { application in
                    var application = application
                    application.modules = facts
                    return application
                }
            }
        }
        do {
            let resolution = try ReleaseResolution(found.resource) { entry in
                applications[entry.name] ?? .failure(.notFound(entry.name, at: places.entry(entry.name)))
            }
            return LoadedRelease(reference: reference, resolution: resolution, resourcePath: found.path, places: places)
        } catch {
            findings += error.diagnostics(places)
            return nil
        }
    }
}

/// A release that was found and passed OTP's checks.
package struct LoadedRelease: Sendable {
    package let reference: ReleaseReference
    package let release: Release
    package let warnings: [ReleaseWarning]
    /// The `.rel` file.
    package let resourcePath: FilePath
    package let places: ReleasePlaces
    /// `releases/VSN` of an assembled or installed release.
    package var folder: FilePath?
    /// The `relup` of this version, if there is one.
    package var relup: Relup?

    init(
        reference: ReleaseReference, resolution: ReleaseResolution, resourcePath: FilePath, places: ReleasePlaces
    ) {
        self.reference = reference
        self.release = resolution.release
        self.warnings = resolution.warnings
        self.resourcePath = resourcePath
        self.places = places
    }
}

extension ReleaseLoader {
    /// Reads what the user wrote as a release and loads it.
    package func load(
        _ text: String, withModules: Bool, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        guard let reference = self.reference(text, &findings) else { return nil }
        return await self.load(reference, withModules: withModules, &findings)
    }

    /// The same where only a release resource file will do.
    package func loadResource(
        _ text: String, withModules: Bool, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        guard let reference = self.reference(text, &findings) else { return nil }
        switch reference {
        case .resource:
            return await self.load(reference, withModules: withModules, &findings)
        case .tarball, .root:
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/resource-file-wanted"), .error, "`\(text)` is not a release resource file",
                    at: .file(text), help: ["name a `.rel` file"]))
            return nil
        }
    }
}
