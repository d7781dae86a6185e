import Diagnostics
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What `releases/` holds to boot the release: resource file, boot scripts, and the boot scripts of an empty node.
struct BootFiles {
    private let release: Release
    private let systemLibraries: SystemLibraries

    init(_ release: Release, systemLibraries: SystemLibraries) {
        self.release = release
        self.systemLibraries = systemLibraries
    }

    func entries(_ findings: inout [Diagnostic]) -> [ReleaseTree.Entry] {
        let releases = FilePath("releases")
        let folder = releases.appending(self.release.version.text)
        let (name, version) = (self.release.name.text, self.release.version.text)
        let resource = ReleaseResourceFile.write(self.release.resource)
        let script = self.generator().script(of: self.release)
        var entries = [
            // `release_handler:unpack_release("NAME-VSN")` reads this one, and then copies it into the version's folder.
            ReleaseTree.Entry(releases.appending("\(name)-\(version).rel"), .bytes(resource)),
            ReleaseTree.Entry(folder.appending("\(name).rel"), .bytes(resource)),
            ReleaseTree.Entry(folder.appending("start.boot"), .bytes(self.boot(script))),
            ReleaseTree.Entry(folder.appending("start.script"), .bytes(BootScriptFile.write(script))),
        ]
        if let empty = self.emptyRelease("start_clean", knowsOthers: true, &findings) {
            let script = self.generator().script(of: empty)
            entries.append(ReleaseTree.Entry(folder.appending("start_clean.boot"), .bytes(self.boot(script))))
        }
        if let empty = self.emptyRelease("no_dot_erlang", knowsOthers: false, &findings) {
            let script = self.boot(self.generator(loadsDotErlang: false).script(of: empty))
            // The runtime system's own `escript` looks for it in `bin`.
            entries += [folder, FilePath("bin")].map { folder in
                ReleaseTree.Entry(folder.appending("no_dot_erlang.boot"), .bytes(script))
            }
        }
        return entries
    }

    private func generator(loadsDotErlang: Bool = true) -> BootScriptGenerator {
        var variables: [BootScriptGenerator.Variable] = []
        if !self.systemLibraries.areIncluded, let otp = self.systemLibraries.otp {
            variables = [.init(name: SystemLibraries.bootVariable, prefix: otp.libraryFolder.string)]
        }
        return BootScriptGenerator(paths: .root(variables: variables), loadsDotErlang: loadsDotErlang)
    }

    private func boot(_ script: BootScript) -> [UInt8] {
        BootScriptFile.writeBoot(script, for: OTPRelease(of: self.release.resource))
    }

    /// `kernel` and `stdlib` alone, for nodes that only ask and leave. One that `knowsOthers` has the code of the other
    /// applications in its path and starts none of them (`rlx_release:start_clean_metadata/1`).
    private func emptyRelease(_ name: String, knowsOthers: Bool, _ findings: inout [Diagnostic]) -> Release? {
        let applications = self.release.resource.applications
        let first = [ApplicationName.kernel, .stdlib].flatMap { name in applications.filter { $0.name == name } }
        let others = knowsOthers ? applications.filter { $0.name != .kernel && $0.name != .stdlib } : []
        guard let name = ReleaseName(validating: name), let version = ReleaseVersion(validating: "1.0") else {
            return nil
        }
        let resource = ReleaseResource(
            name: name, version: version, runtime: self.release.resource.runtime,
            applications: first.map { ReleaseResource.Entry(name: $0.name, version: $0.version) }
                + others.map { ReleaseResource.Entry(name: $0.name, version: $0.version, type: .none) })
        do {
            return try ReleaseResolution(
                resource, applications: self.release.applications.map(\.application),
                options: .init(warnsOfMissingSasl: false)
            ).release
        } catch {
            findings += error.diagnostics()
            return nil
        }
    }
}
