import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `relift script`: a release resource file → `.script` and `.boot`.
struct ScriptAction {
    let release: String
    let output: FilePath?
    let scriptName: String?
    let paths: BootScriptGenerator.PathStyle
    let checks: ReleaseChecks
    let noDotErlang: Bool
    let dryRun: Bool
    /// Whether warnings are errors.
    let strict: Bool
    let libraries: LibraryOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, checks: self.checks, &findings)
        guard let loaded = await loader.loadResource(self.release, reading: [], &findings) else {
            console.report(findings)
            return .findings
        }
        let warnings = loaded.warnings + loaded.missingObjectFiles(files)
        findings += warnings.flatMap { $0.diagnostics(loaded.places) }
        findings = findings.strict(self.strict)
        console.report(findings)
        guard !findings.hasErrors else { return .findings }

        let generator = BootScriptGenerator(paths: self.paths, loadsDotErlang: !self.noDotErlang)
        let script = generator.script(of: loaded.release)
        let target = OTPRelease(of: loaded.release.resource)
        let folder = self.output ?? loaded.resourcePath.removingLastComponent()
        let name = self.scriptName ?? loaded.resourcePath.stem ?? loaded.release.name.text
        let written = [
            (path: folder.appending("\(name).script"), bytes: BootScriptFile.write(script)),
            (path: folder.appending("\(name).boot"), bytes: BootScriptFile.writeBoot(script, for: target)),
        ]
        return FileResults(files: written, dryRun: self.dryRun).write(files, console)
    }
}
