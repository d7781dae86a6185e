package import Archives
package import Diagnostics
package import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage
import UpgradePlanning

/// Turns what a user names as a release into a valid ``Release``, with findings on the way.
package struct ReleaseLoader: Sendable {
    package let files: HostFileSystem
    /// The folders of `--lib`, in the order given.
    package let libraries: [FilePath]
    package let otp: OTPInstallation?
    /// How many files are read at once.
    package let parallelism: Int
    package let checks: ReleaseChecks
    /// What tarballs have to be, where it is known.
    package var pin: ContentPin?

    package init(
        files: HostFileSystem, libraries: [FilePath], otp: OTPInstallation?, parallelism: Int,
        checks: ReleaseChecks = ReleaseChecks()
    ) {
        self.files = files
        self.libraries = libraries
        self.otp = otp
        self.parallelism = max(1, parallelism)
        self.checks = checks
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
    /// - Parameter parts: what is read beside the `.rel` and `.app` files.
    package func load(
        _ reference: ReleaseReference, reading parts: ReleaseParts, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        switch reference {
        case .resource(let path):
            let search = ApplicationFolders(libraries: self.libraries, otp: self.otp, files: self.files)
            guard let resource = self.resource(at: path, &findings) else { return nil }
            return await self.resolve(reference, resource, search, reading: parts, &findings)
        case .root(let root, let version):
            return await self.load(root: root, version: version, reference, reading: parts, &findings)
        case .tarball(let path):
            return await self.load(tarball: path, reference, reading: parts, &findings)
        }
    }

    // MARK: - A folder with `releases/`

    private func load(
        root: FilePath, version: String?, _ reference: ReleaseReference, reading parts: ReleaseParts,
        _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        let releases = root.appending("releases")
        guard let version = version ?? self.bootedVersion(in: releases, root, &findings) else { return nil }
        let folder = releases.appending(version)
        guard let resource = self.resource(in: folder, version: version, root, &findings) else { return nil }
        let search = ApplicationFolders(
            libraries: [root.appending("lib")] + self.libraries, otp: self.otp, files: self.files)
        guard
            var loaded = await self.resolve(reference, resource, search, reading: parts, &findings)
        else { return nil }
        loaded.folder = folder
        let relup = folder.appending("relup")
        if self.files.isFile(relup), let source = self.files.source(relup, &findings) {
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
        guard let source = self.files.source(path, &findings) else { return nil }
        return StartErlData.read(source, &findings)?.release.text
    }

    /// The `.rel` file of a version: `releases/VSN/NAME.rel`, whatever its name, else the one with that version in
    /// `releases/`, where `systools:make_tar` puts it first.
    private func resource(
        in folder: FilePath, version: String, _ root: FilePath, _ findings: inout [Diagnostic]
    ) -> FoundResource? {
        var problems: [Diagnostic] = []
        for folder in [folder, folder.removingLastComponent()] {
            for name in self.files.names(in: folder) where name.hasSuffix(".rel") {
                guard let found = self.resource(at: folder.appending(name), &problems) else { continue }
                if found.resource.version.text == version { return found }
            }
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
    package struct FoundResource: Sendable {
        package var resource: ReleaseResource
        package var file: TermFile?
        package var path: FilePath

        init(resource: ReleaseResource, file: TermFile?, path: FilePath) {
            self.resource = resource
            self.file = file
            self.path = path
        }
    }

    private func resource(at path: FilePath, _ findings: inout [Diagnostic]) -> FoundResource? {
        switch self.resource(at: path, named: path.string, &findings) {
        case .success(let found): return found
        case .failure(let failure):
            findings += failure.diagnostics
            return nil
        }
    }

    /// Reads a `.rel` file; `name` is what systools calls it in its reasons. Warnings go to the findings.
    package func resource(
        at path: FilePath, named name: String, _ findings: inout [Diagnostic]
    ) -> Result<FoundResource, LoadingFailure> {
        let source: SourceFile
        do {
            source = SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            return .failure(
                LoadingFailure(
                    otpReason: .tuple(.atom("not_found"), .string(name)), diagnostics: [error.diagnostic]))
        }
        let reading = FirstTerm.reading(source, named: name)
        guard let term = reading.value else {
            return .failure(
                LoadingFailure(
                    otpReason: reading.otpReason ?? LoadingFailure.refusedByUs, diagnostics: reading.diagnostics))
        }
        let resource = ReleaseResourceFile.reading(term, in: source)
        guard let value = resource.value else {
            return .failure(
                LoadingFailure(
                    otpReason: resource.otpReason ?? LoadingFailure.refusedByUs,
                    diagnostics: reading.diagnostics + resource.diagnostics))
        }
        findings += reading.diagnostics + resource.diagnostics
        return .success(
            FoundResource(resource: value, file: TermFile(source: source, terms: [term]), path: path))
    }

    /// Looks an entry up somewhere else first; nil when it is not there.
    package typealias FirstLookup = (
        ReleaseResource.Entry, OTPRelease, inout [Diagnostic]
    ) -> Result<ApplicationFolders.Found, ApplicationFailure>?

    /// Finds the applications, first with `packed`, and holds the release against OTP's checks.
    func resolve(
        _ reference: ReleaseReference, _ found: FoundResource, _ search: ApplicationFolders,
        reading parts: ReleaseParts, packed: FirstLookup = { _, _, _ in nil }, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        let result = await self.release(
            reference, found, search, reading: parts, packed: packed, &findings)
        switch result {
        case .success(let loaded): return loaded
        case .failure(let failure):
            findings += failure.diagnostics
            return nil
        }
    }

    /// The same, with what systools answers when the release is not valid. Warnings go to the findings.
    package func release(
        _ reference: ReleaseReference, _ found: FoundResource, _ search: ApplicationFolders,
        reading parts: ReleaseParts, packed: FirstLookup = { _, _, _ in nil }, _ findings: inout [Diagnostic]
    ) async -> Result<LoadedRelease, LoadingFailure> {
        var places = ReleasePlaces(resource: found.file)
        var appups = AppupSources()
        let target = OTPRelease(of: found.resource)
        var applications: [ReleaseResource.Entry: Result<Application, ApplicationFailure>] = [:]
        var onDisk: [ReleaseResource.Entry: Application] = [:]
        for entry in found.resource.applications where applications[entry] == nil {
            let fromArchive = packed(entry, target, &findings)
            let result =
                fromArchive
                ?? search.find(entry, target: target, neededAt: places.entry(entry.name), reading: parts, &findings)
            if let known = try? result.get() {
                places.applications[known.application.file] = known.file
                if let appup = known.appup { appups.add(appup) }
                if fromArchive == nil { onDisk[entry] = known.application }
            }
            applications[entry] = result.map(\.application)
        }
        let options = await self.options(
            found.resource.applications.compactMap { onDisk[$0] }, search, target, &findings)
        do {
            let resolution = try ReleaseResolution(found.resource, options: options) { entry in
                applications[entry] ?? .failure(.notFound(entry.name, at: places.entry(entry.name)))
            }
            return .success(
                LoadedRelease(
                    reference: reference, resolution: resolution, resourcePath: found.path, places: places,
                    appups: appups))
        } catch {
            return .failure(LoadingFailure(otpReason: error.otpReason, diagnostics: error.diagnostics(places)))
        }
    }

    /// What the checks ask of the applications that lie on this host.
    private func options(
        _ applications: [Application], _ search: ApplicationFolders, _ target: OTPRelease,
        _ findings: inout [Diagnostic]
    ) async -> ReleaseResolution.Options {
        var undefined: Result<[ModuleFacts.ImportedFunction], CrossReferenceFailure> = .success([])
        if let reference = self.checks.crossReference {
            let analysis = UndefinedFunctions(
                libraryFolders: search.folders, target: target, parallelism: self.parallelism, files: self.files)
            do throws(CrossReferenceError) {
                undefined = .success(
                    try await analysis.find(in: applications, only: reference.applications, &findings))
            } catch {
                undefined = .failure(
                    CrossReferenceFailure(
                        diagnostic: error.diagnostic, otpElement: error.otpElement,
                        otpCrash: error.isCrash ? error.otpReason : nil))
            }
        }
        return ReleaseResolution.Options(
            moduleFiles: self.checks.comparesWithSources
                ? SourceComparison.states(of: applications, files: self.files) : nil,
            undefinedFunctions: undefined, warnsOfMissingSasl: self.checks.warnsOfMissingSasl,
            treatsWarningsAsErrors: self.checks.treatsWarningsAsErrors)
    }
}

extension ReleaseLoader {
    /// Loads several releases at the same time; nil and findings, in the order of the texts, for what is none.
    package func load(
        _ texts: [String], reading parts: ReleaseParts, _ findings: inout [Diagnostic]
    ) async -> [LoadedRelease?] {
        let results = await SharedWork(parallelism: self.parallelism).map(texts) { text in
            var findings: [Diagnostic] = []
            let loaded = await self.load(text, reading: parts, &findings)
            return (loaded: loaded, findings: findings)
        }
        findings += results.flatMap(\.findings)
        return results.map(\.loaded)
    }

    /// Reads what the user wrote as a release and loads it.
    package func load(
        _ text: String, reading parts: ReleaseParts, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        guard let reference = self.reference(text, &findings) else { return nil }
        return await self.load(reference, reading: parts, &findings)
    }

    /// A release whose modules can be read: those in folders are when they are asked for; those in a tarball are read with
    /// it, in another pass.
    package func withPackedModules(
        _ loaded: LoadedRelease, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        switch loaded.reference {
        case .tarball: await self.load(loaded.reference, reading: [.packedModules], &findings)
        case .resource, .root: loaded
        }
    }

    /// Reads what the user wrote, which must be a release resource file, and loads it.
    package func loadResource(
        _ text: String, reading parts: ReleaseParts, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        guard let reference = self.reference(text, &findings) else { return nil }
        switch reference {
        case .resource:
            return await self.load(reference, reading: parts, &findings)
        case .tarball, .root:
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/resource-file-wanted"), .error, "`\(text)` is not a release resource file",
                    at: .file(text), help: ["name a `.rel` file"]))
            return nil
        }
    }
}
