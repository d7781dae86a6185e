import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Releases of everything that is installed, against systools and release_handler.
@Suite(.enabled(if: OTP.isInstalled)) struct WholeOTPTests {
    /// The installed applications, as their files say.
    private func installed() async throws -> [Application] {
        try await InstalledOTP.files(named: ["*.app"]).filter { !$0.string.contains("/examples/") }.map { path in
            var diagnostics: [Diagnostic] = []
            let source = SourceFile(path: path.string, bytes: try Files.read(path))
            let specification = try #require(ApplicationFile.read(source, &diagnostics))
            return Application(specification: specification, directory: path.removingLastComponent().string)
        }
    }

    private func resource(_ applications: [Application]) throws -> ReleaseResource {
        ReleaseResource(
            name: ReleaseTitle("everything"),
            version: try #require(ReleaseVersion(validating: "1.0")),
            runtime: try #require(RuntimeVersion(validating: "13.1.5")),
            applications: applications.map { .init(name: $0.name, version: $0.version) })
    }

    @Test func aReleaseOfEverythingBootsAsSystoolsSays() async throws {
        let applications = try await self.installed()
        var random = SeededGenerator(seed: 7)
        let orders = [applications] + (0..<4).map { _ in applications.shuffled(using: &random) }
        let resources = try orders.map(self.resource)
        let styles: [(SystoolsCase.Options, BootScriptGenerator)] = [
            (.init(), .init()), (.init(isLocal: true), .init(paths: .local(workingDirectory: "/"))),
            (.init(isOTPBuild: true), .init(paths: .otpBuild)),
            (.init(loadsDotErlang: false), .init(loadsDotErlang: false)),
            (
                .init(variables: [.init(name: "OTP", prefix: "/usr/lib")]),
                .init(paths: .root(variables: [.init(name: "OTP", prefix: "/usr/lib")]))
            ),
        ]
        let cases = zip(resources, styles).enumerated().map { index, pair in
            SystoolsCase(
                name: "order\(index)", release: ReleaseResourceFile.term(pair.0), files: [], options: pair.1.0)
        }
        try await withTemporaryFolder { folder in
            let (answers, otp) = try await SystoolsOracle.answers(to: cases, in: folder)
            for (index, answer) in answers.enumerated() {
                #expect(answer.result == .tuple(.atom("ok"), .atom("systools_make"), .emptyList))
                let release = try ReleaseResolution(resources[index], applications: applications).release
                let script = styles[index].1.script(of: release)
                #expect(BootScriptFile.writeBoot(script, for: otp) == answer.boot, "order \(index)")

                let path = folder.appending("order\(index)").appending("t.script")
                var diagnostics: [Diagnostic] = []
                let theirs = BootScriptFile.read(
                    SourceFile(path: path.string, bytes: try Files.read(path)), &diagnostics)
                #expect(theirs?.term == script.term)
                #expect(diagnostics.isEmpty)
            }
        }
    }

    @Test(arguments: ["", "/opt/somewhere"]) func aFreshTargetSystemHasTheRecordsOfReleaseHandler(
        root: String
    ) async throws {
        let resource = try self.resource(try await self.installed())
        try await withTemporaryFolder { folder in
            try Files.write(ReleaseResourceFile.write(resource), to: folder.appending("t.rel"))
            _ = try await OTP.evaluate(
                """
                {ok, Here} = file:get_cwd(),
                ok = release_handler:create_RELEASES("\(root)", Here, filename:join(Here, "t.rel"), [])
                """, workingDirectory: folder)
            let source = SourceFile(path: "RELEASES", bytes: try Files.read(folder.appending("RELEASES")))
            var diagnostics: [Diagnostic] = []
            let theirs = ReleasesFile.read(source, &diagnostics)
            #expect(theirs == [ReleaseRecord(permanent: resource, root: root)])
            #expect(diagnostics.isEmpty)
        }
    }
}
