package import Diagnostics
import HostFiles
import Manifests
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

extension BuildPlan {
    /// `check_for_undefined_functions`: a warning for each function that the project's own modules call and that nothing
    /// in the release has, as relx asks xref (`rlx_assemble:maybe_check_for_undefined_functions/2`).
    package func undefinedFunctions(of input: Input, parallelism: Int) async -> [Diagnostic] {
        guard input.manifest.checksCalls.value else { return [] }
        let applications = self.release.applications.map(\.application)
        let own = Self.ownApplications(among: applications, input)
        guard !own.isEmpty else { return [] }
        // The runtime system's preloaded modules are no application of the release.
        let runtime = "erts-\(self.release.resource.runtime)"
        let preloaded = input.otp.map { [$0.libraryFolder.appending(runtime).appending("ebin")] } ?? []
        let analysis = UndefinedFunctions(
            libraryFolders: applications.map { FilePath($0.directory) } + preloaded.filter(input.files.isFolder),
            target: OTPRelease(of: self.release.resource), parallelism: parallelism, files: input.files)
        var findings: [Diagnostic] = []
        do throws(CrossReferenceError) {
            let functions = try await analysis.find(in: applications, only: own, &findings)
            findings += ReleaseWarning.undefinedFunctions(functions).diagnostics()
        } catch {
            findings.append(error.diagnostic.with(.warning))
        }
        return findings
    }

    /// rebar3's notion of a project's own applications: those whose sources lie in the project, not those it fetched. Of a
    /// project that is laid out otherwise, all but OTP's.
    private static func ownApplications(among applications: [Application], _ input: Input) -> [ApplicationName] {
        let own = applications.filter { application in
            Self.isOfProject(application.name, in: input.folder, input.files)
        }
        if !own.isEmpty { return own.map(\.name) }
        guard let otp = input.otp else { return applications.map(\.name) }
        return applications.filter { !FilePath($0.directory).starts(with: otp.libraryFolder) }.map(\.name)
    }

    /// Whether the sources of an application lie in the project, where rebar3 wants those that are not fetched.
    static func isOfProject(_ application: ApplicationName, in folder: FilePath, _ files: HostFileSystem) -> Bool {
        let name = application.name
        return files.isFolder(folder.appending("apps").appending(name))
            || files.isFolder(folder.appending("lib").appending(name))
            || files.isFile(folder.appending("src").appending("\(name).app.src"))
    }
}
