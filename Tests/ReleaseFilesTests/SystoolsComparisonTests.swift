import ErlangTerms
import SystemPackage
import TestSupport
import Testing

@Suite struct SystoolsComparisonTests {
    /// Every case goes through the real `systools:make_script`; result, warnings and boot file must be the same.
    @Test(.enabled(if: OTP.isInstalled)) func randomReleasesGiveTheSameAnswersAsSystools() async throws {
        let cases = (1...150).map { seed in
            var generator = ReleaseGenerator(seed: UInt64(seed))
            return generator.makeCase()
        }
        let answers = try await Self.compare(cases)

        // The generator is worth something only if it reaches every answer.
        let shapes = Dictionary(answers.map { ($0.shape, 1) }, uniquingKeysWith: +)
        #expect(shapes["ok", default: 0] >= 45, "\(shapes)")
        for shape in Self.shapes { #expect(shapes[shape] != nil, "no case gives \(shape): \(shapes)") }
    }

    private static let shapes = [
        "undefined_applications", "circular_dependencies", "apps", "duplicate_register", "duplicate_include",
        "duplicate_modules", "error_reading", "bad_application_name", "missing_mandatory_app", "mandatory_app",
        "illegal_applications", "badly_formatted_release", "EXIT", "warnings_treated_as_errors",
    ]

    /// What only a particular release shows, each case with the reason it is here.
    @Test(.enabled(if: OTP.isInstalled)) func particularReleasesGiveTheSameAnswersAsSystools() async throws {
        try await Self.compare(try ParticularReleases.all())
    }

    @discardableResult
    static func compare(_ cases: [SystoolsCase]) async throws -> [SystoolsAnswer] {
        try await withTemporaryFolder { folder in
            let (theirs, otp) = try await SystoolsOracle.answers(to: cases, in: folder)
            try #require(theirs.count == cases.count)
            for (test, expected) in zip(cases, theirs) {
                let ours = OurSystools.answer(to: test, workingDirectory: folder.string, target: otp)
                #expect(ours.result == expected.result, "\(test.name): \(test.release)")
                if ours.boot != expected.boot {
                    let decoded = try [ours, expected].map { answer in
                        try answer.boot.map { try ExternalTerm.decode($0) }
                    }
                    #expect(decoded[0] == decoded[1], "\(test.name): \(test.release)")
                    Issue.record("\(test.name): the boot files differ")
                }
            }
            return theirs
        }
    }
}

extension SystoolsAnswer {
    /// The word that tells what kind of answer this is.
    fileprivate var shape: String {
        guard let elements = self.result.tupleElements, elements.count == 3 else { return "" }
        if elements[0] == .atom("ok") { return "ok" }
        let reason = elements[2].listElements?.first ?? elements[2]
        return (reason.tupleElements?.first ?? reason).atomValue?.name ?? ""
    }
}
