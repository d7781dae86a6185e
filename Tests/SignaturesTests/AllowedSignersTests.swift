import Crypto
import Diagnostics
import SystemPackage
import TestSupport
import Testing

@testable import Signatures

@Suite struct AllowedSignersTests {
    /// `KEY` stands for the type and the key, `TYPE` and `BLOB` for the two alone.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let isAllowed: Bool
        var testDescription: String { self.text }
        init(_ text: String, _ isAllowed: Bool) { (self.text, self.isAllowed) = (text, isAllowed) }

        func file(_ publicLine: String) -> String {
            let words = publicLine.split(separator: " ")
            return self.text.replacing("KEY", with: "\(words[0]) \(words[1])").replacing("TYPE", with: words[0])
                .replacing("BLOB", with: words[1]) + "\n"
        }
    }

    /// Whether a signature by `alice@example.org` is accepted in the year 2026 or a little later.
    static let cases = [
        Case("alice@example.org KEY", true), Case("alice@example.org KEY a comment", true),
        Case("bob@example.org KEY", false), Case("bob@example.org,alice@example.org KEY", true),
        Case("*@example.org KEY", true), Case("a?ice@*.org KEY", true), Case("*@example.com KEY", false),
        Case("*@example.org,!alice@* KEY", false), Case("!bob@*,*@example.org KEY", true),
        Case("*a*i*e*@*.*.* KEY", false), Case("alice@example.orgx KEY", false), Case("alice@example.or KEY", false),
        Case("\"alice@example.org\" KEY", true), Case("\"alice@example.org KEY", false),
        Case("  \talice@example.org \t TYPE \t BLOB", true), Case("# alice@example.org KEY", false),
        Case("\n\n# text\n\nalice@example.org KEY\n\n", true),
        Case("alice@example.org namespaces=\"relift-release\" KEY", true),
        Case("alice@example.org namespaces=\"git,relift-*\" KEY", true),
        Case("alice@example.org namespaces=\"git\" KEY", false),
        Case("alice@example.org namespaces=\"*,!relift-release\" KEY", false),
        Case("alice@example.org NameSpaces=\"relift-release\" KEY", true),
        Case("alice@example.org namespaces=relift-release KEY", false),
        Case("alice@example.org namespaces=\"relift-release KEY", false),
        Case("alice@example.org namespaces=\"git\",namespaces=\"relift-release\" KEY", false),
        Case("alice@example.org valid-after=\"20200101\" KEY", true),
        Case("alice@example.org valid-after=\"20200101Z\" KEY", true),
        Case("alice@example.org valid-after=\"202001011200\" KEY", true),
        Case("alice@example.org valid-after=\"20200101120000Z\" KEY", true),
        Case("alice@example.org valid-after=\"20990101Z\" KEY", false),
        Case("alice@example.org valid-before=\"20990101Z\" KEY", true),
        Case("alice@example.org valid-before=\"20200101\" KEY", false),
        Case("alice@example.org valid-before=\"20200101120000\" KEY", false),
        Case("alice@example.org valid-after=\"20200101Z\",valid-before=\"20990101Z\" KEY", true),
        Case("alice@example.org valid-after=\"20990101Z\",valid-before=\"20200101Z\" KEY", false),
        Case("alice@example.org valid-before=\"2099010\" KEY", false),
        Case("alice@example.org valid-before=\"20991301Z\" KEY", false),
        Case("alice@example.org valid-before=\"tomorrow\" KEY", false),
        Case("alice@example.org valid-before=\"\" KEY", false),
        Case("alice@example.org cert-authority KEY", false), Case("alice@example.org no-such-option KEY", false),
        Case("alice@example.org namespaces=\"git\" KEY\nalice@example.org KEY", true),
        Case("alice@example.org valid-before=\"20200101Z\" KEY\nalice@example.org valid-after=\"20200101Z\" KEY", true),
        Case("bob@example.org KEY\nalice@example.org namespaces=\"relift-release\" KEY", true),
        Case("nonsense\nalice@example.org KEY", true), Case("alice@example.org", false),
        Case("alice@example.org TYPE", false), Case("alice@example.org TYPE BLOBAAAA", false),
        Case("alice@example.org ssh-rsa BLOB", false), Case("alice@example.org BLOB", false),
        Case("alice@example.org TYPE AAAA", false), Case("alice@example.org TYPE !BLOB", false), Case("", false),
    ]

    private func isAllowed(_ text: String, now: Int = 1_800_000_000, signer: String? = "alice@example.org") throws
        -> Bool
    {
        let keys = SignatureSamples.keys(text, now: now).keys
        let signature = try FileSignature(decoding: SignatureSamples.sha512)
        return
            switch keys.judge(
                signature, of: self.digests, signed: ("shop.tar.gz", "shop.tar.gz.sig"), signer: signer,
                SignatureSamples.time(now))
        {
        case .success: true
        case .failure: false
        }
    }

    private let digests = FileDigests(
        sha256: Array(SHA256.hash(data: SignatureSamples.message)),
        sha512: Array(SHA512.hash(data: SignatureSamples.message)))

    @Test(arguments: cases) func linesMeanWhatTheManualSays(row: Case) throws {
        #expect(try self.isAllowed(row.file(SignatureSamples.publicLine)) == row.isAllowed)
    }

    /// The real one is asked the same questions.
    @Test(.enabled(if: SignatureSamples.hasKeygen), arguments: cases) func openSSHSaysTheSame(row: Case) async throws {
        try await withTemporaryFolder { folder in
            try File.write(SignatureSamples.message, to: folder.appending("message"))
            try File.write(SignatureSamples.sha512, to: folder.appending("message.sig"))
            try File.write(
                Array(row.file(SignatureSamples.publicLine).utf8), to: folder.appending("allowed"))
            let run = try await Program.run(
                "sh",
                [
                    "-c",
                    "ssh-keygen -Y verify -n relift-release -f allowed -I alice@example.org -s message.sig < message",
                ], in: folder, environment: ["TZ": "UTC"])
            #expect((run.status == 0) == row.isAllowed, "\(run.output)\(run.errors)")
        }
    }

    @Test func linesOfPublicKeysAreForEveryName() throws {
        #expect(try self.isAllowed(SignatureSamples.publicLine + "\n"))
        #expect(try self.isAllowed(SignatureSamples.publicLine, signer: nil))
        #expect(
            SignatureSamples.keys(SignatureSamples.publicLine + "\r\n").keys.entries.map(\.name) == [
                "alice@example.org"
            ])
    }

    @Test func timesAreHonouredToTheSecond() throws {
        let key = SignatureSamples.publicLine
        // 15 January 2027, 08:00:00 in Greenwich.
        let now = 1_800_000_000
        #expect(try self.isAllowed("a valid-before=\"20270115080000Z\" \(key)", now: now, signer: nil))
        #expect(try !self.isAllowed("a valid-before=\"20270115075959Z\" \(key)", now: now, signer: nil))
        #expect(try self.isAllowed("a valid-after=\"20270115080000Z\" \(key)", now: now, signer: nil))
        #expect(try !self.isAllowed("a valid-after=\"20270115080001Z\" \(key)", now: now, signer: nil))
    }

    @Test func aLineThatIsNotUsedIsAFindingAndOthersCount() throws {
        let (keys, findings) = SignatureSamples.keys("nonsense\nalice \(SignatureSamples.publicLine)\nx ssh-rsa AAAA\n")
        #expect(keys.entries.count == 1)
        #expect(findings.map(\.id) == [.signatureKeyLineIgnored, .signatureKeyLineIgnored])
        #expect(findings.allSatisfy { $0.severity == .warning })
    }

    @Test func hostileListsEndInTime() {
        let line = "alice \(SignatureSamples.publicLine)\n"
        for count in 0...line.utf8.count {
            #expect(SignatureSamples.keys(String(line.prefix(count))).keys.entries.count <= 1)
        }
        for index in 0..<line.utf8.count {
            for change: UInt8 in [0x01, 0x02, 0x20, 0x80] {
                var bytes = Array(line.utf8)
                bytes[index] ^= change
                var findings: [Diagnostic] = []
                let file = SourceFile(path: "allowed", bytes: bytes)
                let keys = AllowedSigners(parsing: file, SignatureSamples.time(), &findings)
                #expect(keys.entries.count <= 1)
            }
        }
        // More lines, longer lines, and patterns that a naive matcher needs for ever for.
        #expect(SignatureSamples.keys(String(repeating: "x\n", count: 50_000)).findings.count == 10_001)
        #expect(SignatureSamples.keys(String(repeating: "x", count: 1 << 20)).findings.count == 1)
        let stars = String(repeating: "*a", count: 4000)
        let (keys, _) = SignatureSamples.keys("\(stars) \(SignatureSamples.publicLine)\n")
        #expect(
            keys.entries.first?.principals?.matches(Array(String(repeating: "a", count: 4000).utf8) + [0x62]) == false)
    }

    @Test(arguments: [
        ("19700101", 0), ("20000229", 951_782_400), ("20270115080000", 1_800_000_000), ("210003010000", 4_107_542_400),
    ]) func datesAreThoseOfTheCalendar(text: String, seconds: Int) throws {
        #expect(CalendarTime(Array(text.utf8)[...])?.secondsInUTC == seconds)
    }

    @Test(arguments: [
        "20230229", "20231301", "20230001", "20230100", "202301012400", "2023010", "2023010a", "19691231",
    ])
    func otherDatesAreNone(text: String) {
        #expect(CalendarTime(Array(text.utf8)[...]) == nil)
    }
}
