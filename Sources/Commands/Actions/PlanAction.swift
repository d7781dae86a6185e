import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// `relift plan`: two releases → the scripts of the upgrade and of the way back, with the cause of every instruction.
struct PlanAction {
    let old: String
    let new: String
    let order: RelupPlanner.ApplicationOrder
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    func run(_ console: Console) async throws -> ExitStatus {
        var findings: [Diagnostic] = []
        let files = HostFileSystem()
        let loader = self.libraries.loader(files, &findings)
        let project = self.appups.project(files, &findings)
        guard var loadedOld = await loader.load(self.old, reading: [.appups, .packedModules], &findings),
            var new = await loader.load(self.new, reading: [.appups, .packedModules], &findings), !findings.hasErrors
        else {
            console.report(findings)
            return .findings
        }
        let same = await loader.readModules(of: &loadedOld, and: &new, &findings)
        let old = loadedOld.release
        if let project { new.addAppups(of: project, files, &findings) }
        findings += new.appupFindings
        let behaviours = self.behaviours.mapping([loadedOld, new], files, &findings)
        let changes = Self.changes(old, new.release, same, behaviours)
        findings += changes.flatMap { change in
            let appup = new.release[change.application]?.application.appup
            return appup.map { change.eased(change.findings, by: $0) } ?? change.findings
        }
        findings += AppupAction.fileFindings([old], new.release)
        do {
            let top = try Self.complete(new, with: changes, &findings)
            var sources = new.appups
            sources.generated = Dictionary(
                changes.map { ($0.application, $0) }, uniquingKeysWith: { first, _ in first })
            let plan = try RelupPlanner(top: top, options: .init(order: self.order), appups: sources)
                .plan(upFrom: [.init(old)], downTo: [.init(old)])
            findings += plan.warnings.map(\.diagnostic)
            findings += plan.traps.map { trap in
                trap.diagnostic { $0 == old.resource ? loadedOld.places : new.places }
            }
            guard let upgrade = plan.upgrades.first else { return .failed }
            let view = PlanView(upgrade: upgrade, changes: changes)
            // Of an application whose version stays another finding says it, and the way out is another one.
            let unbumped = Set(changes.filter { $0.from == $0.to }.map(\.application.name))
            findings += view.uncovered.filter { !unbumped.contains($0.application ?? "") }
            console.report(findings)
            switch console.format {
            case .text: console.result(view.text)
            case .json: console.result(view.json.text + "\n")
            }
            return findings.hasErrors ? .findings : .done
        } catch let problem as RelupProblem {
            console.report(findings + problem.diagnostics)
        } catch let problem as ReleaseProblem {
            console.report(findings + problem.diagnostics(new.places))
        }
        return .findings
    }

    /// What the code of each application that both releases have asks for.
    private static func changes(
        _ old: Release, _ new: Release, _ same: Set<ApplicationName>, _ behaviours: BehaviourMapping
    ) -> [GeneratedAppup] {
        new.applications.filter { !same.contains($0.name) }.compactMap { member in
            old[member.application.name].map {
                AppupGenerator.generate(old: $0.application, new: member.application, behaviours)
            }
        }.filter { $0.from != $0.to || !$0.up.isEmpty || !$0.findings.isEmpty }
    }

    /// The new release, in which changed applications without an appup have the generated one.
    private static func complete(
        _ new: LoadedRelease, with changes: [GeneratedAppup], _ findings: inout [Diagnostic]
    ) throws(ReleaseProblem) -> Release {
        var notes: [Diagnostic] = []
        let applications = new.release.applications.map { member in
            var application = member.application
            if application.appup == nil, let change = changes.first(where: { $0.application == application.name }),
                change.from != change.to, !new.appups.coversByProject(change)
            {
                application.appup = change.appup
                notes.append(
                    Diagnostic(
                        Diagnostic.ID("plan/appup-generated"), .note,
                        "`\(application.name)` has no appup; the plan uses the one that `relift appup` would write",
                        at: .file(application.appupFile), help: ["`relift relup` needs it written"],
                        application: application.name.name))
            }
            return application
        }
        findings += notes
        return try ReleaseResolution(new.release.resource, applications: applications).release
    }
}
