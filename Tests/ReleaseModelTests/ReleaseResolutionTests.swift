import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@Suite struct ReleaseResolutionTests {
    typealias Part = SampleReleases.Part

    private func reason(_ parts: [Part]) throws -> Term? { try SampleReleases.problem(parts)?.otpReason }

    @Test func everyReasonIsTheTermOfSystools() throws {
        let undefined = try self.reason([Part(name: "a", uses: ["x", "y", "x"], optional: ["y"], includes: ["z"])])
        #expect(undefined == (try TermText.parseTerm("{undefined_applications,[x,z]}")))
        let registered = try self.reason([Part(name: "a", registered: ["p"]), Part(name: "b", registered: ["p"])])
        let sides = "{{p,a,\"1.0\",\"lib/a-1.0/ebin\"},{p,b,\"1.0\",\"lib/b-1.0/ebin\"}}"
        #expect(registered == (try TermText.parseTerm("{duplicate_register,[\(sides)]}")))
        let modules = try self.reason([Part(name: "a", modules: ["m"]), Part(name: "b", modules: ["m"])])
        let pair = "{{m,a,\"lib/a-1.0/ebin\"},{m,b,\"lib/b-1.0/ebin\"}}"
        #expect(modules == (try TermText.parseTerm("{duplicate_modules,[\(pair)]}")))
    }

    @Test func applicationsAreTakenByNameAndVersion() throws {
        let parts = [Part(name: "a")]
        let resource = try SampleReleases.resource(parts)
        let libraries = try SampleReleases.applications([])
        let old = try SampleReleases.application(Part(name: "a", uses: ["kernel"]), version: "0.9")
        let new = try SampleReleases.application(Part(name: "a", uses: ["stdlib"]))
        let release = try ReleaseResolution(resource, applications: libraries + [old, new]).release
        #expect(release[try SampleReleases.name("a")]?.application == new)
        #expect(release[try SampleReleases.name("b")] == nil)

        #expect(throws: ReleaseProblem.self) { try ReleaseResolution(resource, applications: libraries + [old]) }
        #expect(throws: ReleaseProblem.self) { try ReleaseResolution(resource, applications: libraries) }
    }

    @Test func aReleaseFromElsewhereIsCheckedForTheMandatoryApplicationsToo() throws {
        let resource = try SampleReleases.resource([], libraries: ["kernel"])
        #expect(throws: ReleaseProblem.missingMandatoryApplication(.stdlib)) {
            try ReleaseResolution(resource, applications: SampleReleases.applications([]))
        }
    }

    @Test func warningsAreGivenUnlessTheyAreUnwanted() throws {
        let resource = try SampleReleases.resource([])
        let applications = try SampleReleases.applications([])
        #expect(try ReleaseResolution(resource, applications: applications).warnings == [.missingSasl])
        let silent = ReleaseResolution.Options(warnsOfMissingSasl: false, treatsWarningsAsErrors: true)
        #expect(try ReleaseResolution(resource, applications: applications, options: silent).warnings.isEmpty)
        #expect(throws: ReleaseProblem.warningsTreatedAsErrors([.missingSasl])) {
            try ReleaseResolution(resource, applications: applications, options: .init(treatsWarningsAsErrors: true))
        }
    }

    /// What systools does not see is no reason to fail where it does not.
    @Test func warningsOfOursAreNeverErrors() throws {
        let parts = [Part(name: "sasl"), Part(name: "a", uses: ["b"]), Part(name: "b", type: .load)]
        let resolution = try ReleaseResolution(
            SampleReleases.resource(parts), applications: SampleReleases.applications(parts),
            options: .init(treatsWarningsAsErrors: true))
        #expect(resolution.warnings.count == 1)
        #expect(resolution.warnings.allSatisfy { $0.otpWarning == nil })
    }

    /// Without texts to point into, findings name the files.
    @Test func findingsWithoutPlacesNameTheFiles() throws {
        let problem = try SampleReleases.problem([
            Part(name: "a", registered: ["p"]), Part(name: "b", registered: ["p"]),
        ])
        let finding = try #require(problem?.diagnostics().first)
        #expect(finding.place == .file("lib/b-1.0/ebin/b.app"))
        #expect(finding.notes.map(\.place) == [.file("lib/a-1.0/ebin/a.app")])
    }
}
