import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import UpgradePlanning

/// What people are told about scripts that cannot be translated.
@Suite struct TranslationDiagnosticsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: Diagnostic.ID
        var script: String
        /// What the summary or a way out says.
        var says: String
        var module: String?

        var testDescription: String { "\(self.id): \(self.script)" }
    }

    @Test(arguments: [
        Case(id: .appupUnknownInstruction, script: "[{loadmodule,a}]", says: "did you mean `load_module`?"),
        Case(id: .appupUnknownInstruction, script: "[restart_emulater]", says: "did you mean `restart_emulator`?"),
        Case(id: .appupUnknownInstruction, script: "[\"abc\"]", says: "`97` is not an instruction"),
        Case(id: .appupMalformedInstruction, script: "[{load_module,a,b,c}]", says: "{load_module,Mod,DepMods}"),
        Case(
            id: .appupMalformedInstruction, script: "[{update,d,supervisor,[a]}]",
            says: "{update,d,static,default,{advanced,[]},brutal_purge,brutal_purge,[a]}"),
        Case(
            id: .appupMalformedInstruction, script: "[{update,a,0,soft,soft_purge,soft_purge,[]}]",
            says: "a number of milliseconds above 0"),
        Case(id: .appupMalformedInstruction, script: "[{load_module,a,[b|c]}]", says: "expected a proper list"),
        Case(id: .appupMalformedInstruction, script: "[[a|b]]", says: "expected a proper list"),
        Case(id: .appupNotImplemented, script: "[mnesia_backup]", says: "mnesia:backup/1"),
        Case(
            id: .appupTwoPointsOfNoReturn, script: "[point_of_no_return,point_of_no_return]", says: "keep the first one"
        ),
        Case(
            id: .appupTooEarly, script: "[{load_module,a},point_of_no_return]", says: "`point_of_no_return`"),
        Case(
            id: .appupNoObjectCode, script: "[{load,{a,soft_purge,soft_purge}}]", says: "{load_module,a}", module: "a"),
        Case(id: .appupNotResumed, script: "[{suspend,[a,b]}]", says: "{resume,[a,b]}", module: "a"),
        Case(id: .appupNotSuspended, script: "[{resume,[a]}]", says: "{suspend,[a]}", module: "a"),
        Case(id: .appupNotStopped, script: "[{start,[a]}]", says: "{stop,[a]}", module: "a"),
        Case(id: .appupNotStarted, script: "[{stop,[a]}]", says: "{start,[a]}", module: "a"),
        Case(id: .relupNoSuchApplication, script: "[{add_application,zz}]", says: "`zz`"),
        Case(id: .relupApplicationStays, script: "[{remove_application,t}]", says: "{restart_application,t}"),
        Case(id: .relupModuleTwice, script: "[{load_module,a},{update,a}]", says: "remove one", module: "a"),
        Case(id: .relupUndefinedDependency, script: "[{load_module,a,[zz]}]", says: "remove `zz`", module: "a"),
        Case(id: .relupNoSuchModule, script: "[{load_module,o}]", says: "`o`", module: "o"),
        Case(
            id: .relupConflictingVersions, script: "[{load_object_code,{t,\"1\",[a]}},{load_module,a}]",
            says: "`1` and `2`"),
    ])
    func sayWhatIsWrongAndTheWayOut(testCase: Case) throws {
        let entry = UpgradeScript.AppupEntry(
            application: "t", file: "t.appup", from: "1", to: "2", key: .exact("1"))
        let script = UpgradeScript(
            try TermText.parseTerm(testCase.script).listElements ?? [], origin: .appup(entry))
        let failure = try #require(throws: TranslationFailure.self) {
            try ScriptTranslation.translate(
                mode: .up, scripts: [script], applications: WorkedExamplesTests.newer,
                previousApplications: WorkedExamplesTests.older
            ).get()
        }
        let finding = try #require(failure.diagnostics(.up).first)
        #expect(finding.id == testCase.id)
        #expect(([finding.summary] + finding.help).joined(separator: "\n").contains(testCase.says), "\(finding)")
        #expect(finding.severity == .error)
        #expect(finding.place == .file("t.appup"))
        #expect(finding.application == "t")
        #expect(finding.direction == .up)
        #expect(finding.module == testCase.module)
        #expect(!finding.help.isEmpty)
    }

    @Test func pointAtTheLineWhereItIsKnown() throws {
        let place = Diagnostic.Place.source(SourceRange(SourceFile(path: "t.appup", bytes: []), ByteRange(3, 9)))
        let script = UpgradeScript(
            try TermText.parseTerm("[{load_module,a},foo]").listElements ?? [], origin: .caller(0),
            places: [.none, place])
        let result = ScriptTranslation.translate(
            mode: .up, scripts: [script], applications: WorkedExamplesTests.newer, previousApplications: [])
        let failure = try #require(throws: TranslationFailure.self) { try result.get() }
        #expect(failure.diagnostics(.up).map(\.place) == [place])
    }

    @Test func reportAllProblemsOfAStageAtOnce() throws {
        let translation = TranslationCase(
            mode: .up, scripts: try scripts("[[foo,{load_module,a},{purge,b}],[{apply,x}]]"),
            applications: WorkedExamplesTests.newer, previousApplications: WorkedExamplesTests.older)
        let failure = try #require(throws: TranslationFailure.self) { try translation.translated().get() }
        #expect(failure.problems.count == 3)
        #expect(failure.otpReason == (try TermText.parseTerm("{bad_instruction,foo}")))
    }
}
