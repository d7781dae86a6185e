import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// `relift relup`: releases → the `relup` file of the newest.
struct RelupAction {
    let new: String
    let from: [String]
    let to: [String]
    let output: FilePath?
    let options: RelupPlanner.Options
    let dryRun: Bool
    /// Whether warnings are errors.
    let strict: Bool
    let libraries: LibraryOptions
    let appups: AppupOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        var loaded: [String: LoadedRelease] = [:]
        var seen: Set<String> = []
        let texts = ([self.new] + self.from + self.to).filter { seen.insert($0).inserted }
        for (text, release) in zip(texts, await loader.load(texts, reading: [.appups], &findings)) {
            loaded[text] = release
        }
        let project = self.appups.project(files, &findings)
        if let project { loaded[self.new]?.addAppups(of: project, files, &findings) }
        guard let top = loaded[self.new], !findings.hasErrors else {
            console.report(findings)
            return .findings
        }
        findings += top.appupFindings.filter { $0.severity != .error }
        findings += await VersionReview(loader: loader, new: top).findings(self.from.compactMap { loaded[$0] })
        for text in loaded.keys.sorted() where text != self.new {
            guard let old = loaded[text] else { continue }
            let more = await StateReview(loader: loader).findings(old, top)
            findings += more.filter { finding in
                (finding.direction == .down ? self.to : self.from).contains(text) && !findings.contains(finding)
            }
        }
        let planner = RelupPlanner(
            top: top.release, options: self.options, appups: top.appups)
        do {
            let plan = try planner.plan(
                upFrom: self.from.compactMap { loaded[$0].map { .init($0.release) } },
                downTo: self.to.compactMap { loaded[$0].map { .init($0.release) } })
            let places = Dictionary(
                loaded.values.map { ($0.release.resource, $0.places) }, uniquingKeysWith: { first, _ in first })
            findings += plan.warnings.map(\.diagnostic)
            findings += plan.traps.map { $0.diagnostic { places[$0] ?? .unknown } }
            findings = findings.strict(self.strict)
            console.report(findings)
            guard !findings.hasErrors else { return .findings }
            if self.dryRun, console.format == .text {
                console.result(RelupFile.write(plan.relup))
                return .done
            }
            let folder = self.output ?? top.folder ?? "."
            let written = [(path: folder.appending("relup"), bytes: RelupFile.write(plan.relup))]
            return FileResults(files: written, dryRun: self.dryRun).write(files, console)
        } catch {
            console.report(findings + error.diagnostics)
            return .findings
        }
    }
}
