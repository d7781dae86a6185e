package import Diagnostics
import ErlangTerms
package import HostFiles
package import Manifests
import ReleaseFiles
package import ReleaseLoading
package import ReleaseModel
package import SystemPackage
import UpgradePlanning

/// Everything `relift build` is going to make, computed before anything is written.
///
/// The stages, in order, each a method below: find the applications and all they need; hold the release against OTP's
/// checks; gather the files of applications, runtime system, boot scripts, configuration, start scripts and records; do
/// the steps of the overlay.
package struct BuildPlan: Sendable {
    package let release: Release
    /// The files of the release, in the order of the tarball.
    package let tree: ReleaseTree
    /// What was taken of each application, in start order, also where it stays out of the tree (`system_libs`).
    package let applications: [ApplicationMembers.Members]
    /// The steps of the overlay with their paths rendered.
    package let overlaySteps: [String]

    /// Where a build takes its input from.
    package struct Input: Sendable {
        package var manifest: EffectiveManifest
        /// The folder of the manifest, which its paths are relative to.
        package var folder: FilePath
        /// Folders of `--lib`, searched before those of the manifest.
        package var libraries: [FilePath]
        /// Folders of ERL_LIBS, searched behind those of the manifest and before OTP's.
        package var environmentLibraries: [FilePath] = []
        package var otp: OTPInstallation?
        package var files: HostFileSystem
        /// The folder to build in, which overlays may ask for.
        package var output: FilePath = ""
        /// What relative paths are relative to, where a path must stand on its own: in links and in variables.
        package var workingFolder: FilePath = ""

        package init(
            manifest: EffectiveManifest, folder: FilePath, libraries: [FilePath], otp: OTPInstallation?,
            files: HostFileSystem
        ) {
            self.manifest = manifest
            self.folder = folder
            self.libraries = libraries
            self.otp = otp
            self.files = files
        }

        func path(_ relative: String) -> FilePath { self.folder.pushing(FilePath(relative)) }

        /// Where applications are looked for before OTP's own, in this order; the folder of `system_libs` is last. It is
        /// OTP's `lib`, as in relx, or the folder around it.
        var libraryFolders: [FilePath] {
            var folders =
                self.libraries + self.manifest.libraryFolders.value.map(self.path) + self.environmentLibraries
            if case .from(let path) = self.manifest.systemLibraries.value { folders.append(self.path(path)) }
            return folders
        }
    }

    /// Computes the plan; nil after a finding of error severity.
    package init?(_ input: Input, _ findings: inout [Diagnostic]) throws(HostFileError) {
        if case .from(let path) = input.manifest.systemLibraries.value, !input.files.isFolder(input.path(path)) {
            findings.append(Self.noSystemLibraries(path, input.manifest.systemLibraries.origin))
            return nil
        }
        guard let runtime = RuntimeChoice(input, &findings), let release = Self.release(input, runtime, &findings)
        else {
            return nil
        }
        var tree = ReleaseTree()
        let systemLibraries = Self.systemLibraries(input)
        var applications: [ApplicationMembers.Members] = []
        for application in release.applicationsInStartOrder {
            let members = try ApplicationMembers(input).members(of: application.application, &findings)
            applications.append(members)
            if !systemLibraries.excludes(application.application) { tree.add(members.entries) }
        }
        let boot = BootFiles(release, systemLibraries: systemLibraries)
        tree.add(boot.entries(&findings))
        tree.add(try ConfigurationFiles(input).entries(of: release, &findings))
        tree.add(RecordFiles.entries(of: release))
        if input.manifest.generatesStartScript.value {
            let scripts = StartScripts(
                hooks: input.manifest.startScriptHooks.value, extensions: input.manifest.startScriptExtensions.value)
            tree.add(scripts.entries(of: release))
        }
        if let folder = runtime.folderToInclude {
            tree.add(try RuntimeFiles.movableEntries(of: runtime.version, in: folder, files: input.files))
        }
        let configuration = ConfigurationFiles.path(in: release)
        let before = tree[configuration]
        var overlays = Overlays(input, of: release)
        try overlays.apply(to: &tree, &findings)
        if let after = tree[configuration], after != before {
            try ConfigurationFiles.check(after, files: input.files, &findings)
        }
        guard !findings.hasErrors else { return nil }
        findings += try ProcessorCheck(files: input.files).findings(in: tree, runtime: release.resource.runtime.text)
        self.release = release
        self.tree = tree
        self.applications = applications
        self.overlaySteps = overlays.done
    }

    /// The valid release of the manifest's goals and all they need.
    private static func release(
        _ input: Input, _ runtime: RuntimeChoice, _ findings: inout [Diagnostic]
    ) -> Release? {
        let manifest = input.manifest
        let folders = ApplicationFolders(
            libraries: input.libraryFolders, otp: Self.systemLibraries(input).otp, files: input.files)
        let goals = manifest.applications.map { entry in
            ApplicationClosure.Goal(
                name: entry.name.value, version: entry.version?.value, type: entry.type?.value,
                included: entry.included?.value, place: .source(SourceRange(manifest.source, entry.name.range)))
        }
        let target = OTPRelease(of: runtime.version)
        let closure = ApplicationClosure(goals, in: folders, target: target, excluding: .init(manifest), &findings)
        guard !findings.hasErrors else { return nil }
        let resource = ReleaseResource(
            name: manifest.name, version: manifest.version, runtime: runtime.version, applications: closure.entries)
        let places = ReleasePlaces(
            applications: Dictionary(
                closure.found.values.compactMap { found in found.file.map { (found.application.file, $0) } },
                uniquingKeysWith: { first, _ in first }))
        do {
            let applications = closure.found.values.map(\.application)
            let comparesSources = manifest.comparesWithSources.value
            let options = ReleaseResolution.Options(
                moduleFiles: comparesSources ? SourceComparison.states(of: applications, files: input.files) : nil)
            let resolution = try ReleaseResolution(
                resource, applications: applications, options: options, places: places)
            findings += resolution.warnings.flatMap { $0.diagnostics(places) }
            findings += RuntimeDependencies.findings(in: resolution.release) { application in
                places.property("runtime_dependencies", of: ApplicationOrigin(application))
            }
            let given = Set(manifest.applications.filter { $0.version != nil }.map(\.name.value))
            findings += ApplicationDuplicates(folders: folders, target: target).findings(
                for: Array(closure.found.values), versionsGiven: given)
            return resolution.release
        } catch {
            findings += error.diagnostics(places)
            return nil
        }
    }

    private static func noSystemLibraries(_ path: String, _ origin: EffectiveManifest.Origin) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("build/no-system-libraries"), .error, "there is no folder `\(path)` of OTP's applications",
            at: origin.range.map { .source($0) } ?? .none,
            help: ["name OTP's `lib` folder, or the folder around it: `{system_libs, \"/usr/lib/erlang\"}`"])
    }

    private static func systemLibraries(_ input: Input) -> SystemLibraries {
        switch input.manifest.systemLibraries.value {
        case .included: SystemLibraries(otp: input.otp, areIncluded: true)
        case .notIncluded: SystemLibraries(otp: input.otp, areIncluded: false)
        case .from(let path):
            SystemLibraries(otp: OTPInstallation(root: input.path(path), files: input.files), areIncluded: true)
        }
    }
}

/// Whether OTP's own applications go into the release.
struct SystemLibraries {
    var otp: OTPInstallation?
    var areIncluded: Bool

    /// The boot variable that stands for the `lib` folder of the OTP on the host.
    static let bootVariable = "SYSTEM_LIB_DIR"

    func excludes(_ application: Application) -> Bool {
        guard !self.areIncluded, let otp else { return false }
        return FilePath(application.directory).starts(with: otp.libraryFolder)
    }
}

/// Which runtime system the release is for, and where its files come from.
struct RuntimeChoice {
    var version: RuntimeVersion
    /// The folder that holds `erts-VSN`; nil when the release has no runtime system of its own.
    var folderToInclude: FilePath?

    init?(_ input: BuildPlan.Input, _ findings: inout [Diagnostic]) {
        let manifest = input.manifest
        let folder: FilePath?
        let isIncluded: Bool
        switch manifest.includeRuntime.value {
        case .included: (folder, isIncluded) = (input.otp?.root, true)
        case .notIncluded: (folder, isIncluded) = (input.otp?.root, false)
        case .from(let path): (folder, isIncluded) = (input.path(path), true)
        }
        let place =
            manifest.includeRuntime.origin.range.map { Diagnostic.Place.source($0) } ?? .file(manifest.source.path)
        let versions = folder.map { input.files.runtimeVersions(in: $0) } ?? []
        let wanted = manifest.definition.runtime?.value
        let chosen = wanted ?? versions.last.flatMap { RuntimeVersion(validating: $0) }
        guard let version = chosen, !isIncluded || versions.contains(version.text) else {
            findings.append(Self.notFound(wanted, versions, folder, place))
            return nil
        }
        self.version = version
        self.folderToInclude = isIncluded ? folder : nil
    }

    private static func notFound(
        _ wanted: RuntimeVersion?, _ versions: [String], _ folder: FilePath?, _ place: Diagnostic.Place
    ) -> Diagnostic {
        let what = wanted.map { "`erts-\($0)`" } ?? "Erlang runtime system"
        let whereabouts = folder.map { "in `\($0)`" } ?? "on this host"
        return Diagnostic(
            Diagnostic.ID("build/no-runtime"), .error, "there is no \(what) \(whereabouts)", at: place,
            explanation: "A release is for one version of the runtime system, which its folder `erts-VSN` names.",
            notes: versions.map { Diagnostic.Note("there is `erts-\($0)`") },
            help: [
                "install Erlang, name an installation with `--otp DIR`, or set `{include_erts, \"DIR\"}`",
                "for a release without a runtime system: `{include_erts, false}`, and the version as `{erts, \"VSN\"}`",
            ])
    }
}
