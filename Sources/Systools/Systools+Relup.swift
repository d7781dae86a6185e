import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

extension Systools {
    /// `systools_relup:mk_relup/4`: reads and plans in OTP's order, so that the first problem is the same.
    func makeRelup(
        _ top: Term, _ up: Term, _ down: Term, _ options: Term, _ findings: inout [Diagnostic]
    ) async throws(SystoolsException) -> Term {
        let list = try OptionList(options)
        // Only this option is looked at; unknown ones pass.
        if let folder = list.value("outdir"), !folder.isList {
            throw .badOptions([.tuple(.atom("outdir"), folder)])
        }
        guard let name = top.pathText else { throw .functionClause }
        var making = RelupMaking(systools: self, path: self.searchPath(list))
        defer { findings += making.findings }
        do throws(RelupFailure) {
            let loaded = try await making.load(name)
            let planner = RelupPlanner(
                top: loaded.release, options: .init(restartsEmulator: list.flag("restart_emulator")),
                appups: loaded.appups)
            if let problem = planner.problemOfTop { throw RelupFailure(problem) }
            let plan = RelupPlan(
                top: loaded.release, up: try await making.scripts(.up, up, planner),
                down: try await making.scripts(.down, down, planner))
            let warnings = plan.warnings.map(\.otpTerm)
            if list.flag("warnings_as_errors"), !warnings.isEmpty {
                throw RelupFailure(RelupProblem.warningsTreatedAsErrors(plan.warnings))
            }
            if !list.flag("noexec") { try self.write(plan.relup, to: list.text("outdir") ?? ".") }
            return .tuple(
                .atom("ok"), RelupFile.term(plan.relup), .atom("systools_relup"), .list(warnings))
        } catch {
            switch error {
            case .answer(let term): return term
            case .exception(let exception): throw exception
            }
        }
    }

    private func write(_ relup: Relup, to folder: String) throws(RelupFailure) {
        do {
            try self.files.replaceFile(FilePath(OTPPath.join([folder, "relup"])), with: RelupFile.write(relup))
        } catch {
            let open = Term.tuple(.atom("open"), .atom(Atom(error.reason.posixName)))
            throw .answer(
                SystoolsAnswer.error(
                    "systools_relup", .tuple(.atom("file_problem"), .tuple(.string("relup"), open))))
        }
    }

    /// `systools_rc:translate_scripts/4`.
    static func translate(
        _ mode: Term, _ scripts: Term, _ applications: Term, _ previous: Term
    ) throws(SystoolsException) -> Term {
        guard let scripts = scripts.listElements else { throw .functionClause }
        var written: [UpgradeScript] = []
        for (index, script) in scripts.enumerated() {
            guard let instructions = script.listElements else { throw .functionClause }
            written.append(UpgradeScript(instructions, origin: .caller(index)))
        }
        guard let mode: UpgradeMode = mode == .atom("up") ? .up : mode == .atom("dn") ? .down : nil else {
            return SystoolsAnswer.error("systools_rc", .tuple(.atom("function_clause"), .emptyList))
        }
        guard let applications = self.records(applications), let previous = self.records(previous) else {
            return SystoolsAnswer.error("systools_rc", .tuple(.atom("badarg"), .emptyList))
        }
        switch ScriptTranslation.translate(
            mode: mode, scripts: written, applications: applications, previousApplications: previous)
        {
        case .success(let steps): return .tuple(.atom("ok"), .list(steps.map(\.instruction)))
        case .failure(let failure):
            if failure.raisesInOTP { throw SystoolsException(reason: failure.otpReason) }
            return SystoolsAnswer.error("systools_rc", failure.otpReason)
        }
    }

    private static func records(_ term: Term) -> [TranslatedApplication]? {
        guard let records = term.listElements else { return nil }
        let applications = records.compactMap { TranslatedApplication(record: $0) }
        return applications.count == records.count ? applications : nil
    }
}

/// Why a relup was not made: the answer, or what is raised.
private enum RelupFailure: Error {
    case answer(Term)
    case exception(SystoolsException)

    init(_ problem: RelupProblem) {
        if problem.isOurLimit {
            self = .answer(SystoolsAnswer.error("systools_relup", .atom("relift_cannot_match_pattern")))
        } else if problem.raisesInOTP {
            self = .exception(SystoolsException(reason: problem.otpReason))
        } else {
            self = .answer(SystoolsAnswer.error(problem.otpModule, problem.otpReason))
        }
    }
}

/// The releases of one call of `make_relup`, each read when OTP reads it.
private struct RelupMaking {
    let systools: Systools
    let path: SearchPath
    private var loaded: [String: LoadedRelease] = [:]
    private(set) var findings: [Diagnostic] = []

    init(systools: Systools, path: SearchPath) {
        self.systools = systools
        self.path = path
    }

    mutating func load(_ name: String) async throws(RelupFailure) -> LoadedRelease {
        if let known = self.loaded[name] { return known }
        switch await self.systools.release(
            name, self.path, ReleaseChecks(), reading: [.appups], &self.findings)
        {
        case .failure(let failure): throw .answer(SystoolsAnswer.error("systools_make", failure.otpReason))
        case .success(let release):
            self.loaded[name] = release
            return release
        }
    }

    /// The scripts from or to each release of a list of names or `{Name, Description}`.
    mutating func scripts(
        _ mode: UpgradeMode, _ bases: Term, _ planner: RelupPlanner
    ) async throws(RelupFailure) -> [RelupPlanner.PlannedScript] {
        guard let bases = bases.listElements else { throw .exception(.functionClause) }
        var scripts: [RelupPlanner.PlannedScript] = []
        for base in bases {
            let pair = base.tupleElements.flatMap { $0.count == 2 ? $0 : nil }
            guard let name = (pair?[0] ?? base).pathText else { throw .exception(.functionClause) }
            let release = try await self.load(name).release
            do throws(RelupProblem) {
                scripts.append(
                    try planner.script(mode, .init(release, description: pair?[1] ?? .emptyList)))
            } catch {
                self.findings += error.diagnostics
                throw RelupFailure(error)
            }
        }
        return scripts
    }
}
