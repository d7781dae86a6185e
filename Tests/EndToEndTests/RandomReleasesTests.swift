import SystemPackage
import TestSupport
import Testing

/// The first of the random releases that `make conformance` compares with systools (Tests/Conformance/README.md).
@Suite struct RandomReleasesTests {
    @Test(.enabled(if: OTP.isInstalled)) func answersToAHundredRandomPairsEqualThoseOfSystools() async throws {
        try await withTemporaryFolder { folder in
            let result = try await Program.run(
                Repository.root.appending("Tests/Conformance/run").string, ["random"],
                environment: [
                    "RELIFT": Program.path.string, "FIRST": "1", "COUNT": "100", "CONFORMANCE_CACHE": folder.string,
                ])
            #expect(result.status == 0, "\(result.output) \(result.errors)")
            #expect(result.output.contains("100 random release pairs"))
        }
    }
}
