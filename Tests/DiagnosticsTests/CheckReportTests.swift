import Diagnostics
import SystemPackage
import TestSupport
import Testing

/// One report with every kind of place, odd characters and everything a policy can do, in every form.
@Suite struct CheckReportTests {
    private static let appup = SourceFile(
        path: "lib/shop-2/ebin/shop.appup", bytes: Array("{\"2\",\n [{\"1\",[]}],\n [{\"1\",\n   []}]}.\n".utf8))

    private static func range(_ lower: Int, _ upper: Int) -> Diagnostic.Place {
        .source(SourceRange(Self.appup, ByteRange(lower, upper)))
    }

    private static let findings: [Diagnostic] = [
        Diagnostic(
            .init("appup/module-not-covered"), .error, "module `cart` changed, 100%: <no> \"step\" & more",
            at: Self.range(7, 15), explanation: "The node would go on with the old code.",
            notes: [
                .init("the version is here", at: Self.range(1, 4)), .init("control \u{1b}[31m \u{0} ]]> \u{fffe}"),
                .init("in a file", at: .file("/opt/a b/ö.rel")),
            ], help: ["add a step:\n{\"1\", [{load_module, cart}]}"], application: "shop", module: "cart",
            direction: .up),
        Diagnostic(
            .init("beam/odd"), .warning, "function `f/1` is odd",
            at: .binary(
                .init(path: "/opt/shop/cart.beam", module: "cart", function: "f/1", chunk: "Code", offset: 7, line: 3))),
        Diagnostic(.init("appup/no-entry"), .note, "nothing, really", at: .file("a:b,c.appup")),
        Diagnostic(.init("relup/no-entry"), .warning, "no place\nat all"),
        Diagnostic(.init("relup/several-lines"), .warning, "two lines", at: Self.range(20, 32), application: "shop"),
        Diagnostic(.init("a/known"), .warning, "known to us", module: "cart"),
        Diagnostic(.init("a/accepted"), .error, "accepted by all", at: .file("x")),
    ]

    private static let policy = FindingPolicy(suppressions: [
        .init(.init("a/known"), because: "we \"know\" <it>"), .init(.init("a/unused"), because: "gone"),
    ])

    private static let report = CheckReport(
        verdict: "hot", from: "shop 1", to: "shop 2",
        judged: Self.policy.judge(
            Self.findings,
            against: Baseline(
                of: [Self.findings[6], Diagnostic(.init("a/gone"), .error, "gone")], path: "baseline.json")),
        catalogue: Explanation.Catalogue([
            Explanation(
                .init("beam/odd"), "something is odd", meaning: "It *is*.", example: .init([], ["relift check"]),
                wayOut: ["Do this.", "Or that."])
        ]), version: "0.1.0")

    private static let clean = CheckReport(
        verdict: nil, from: nil, to: "shop 2", judged: FindingPolicy().judge([]), catalogue: .init([]),
        version: "0.1.0")

    // MARK: - Golden outputs

    @Test func text() throws {
        let whole = Self.report.text(TextRenderer(width: 60), showsHidden: true) + Self.report.result
        #expect(try whole == Golden.text("check.txt", of: whole))
        #expect(Self.clean.text(TextRenderer()) == "" && Self.clean.result == "check  shop 2   no known hazard found\n")
        #expect(!Self.report.text(TextRenderer()).contains("known to us"))
        #expect(Self.report.result.hasSuffix("; 1 suppressed, 1 accepted by the baseline\n"))
    }

    @Test func json() throws {
        let text = Self.report.json.prettyText + "\n"
        #expect(try text == Golden.text("check.json", of: text))
    }

    @Test func sarif() throws {
        let text = Self.report.sarif.prettyText + "\n"
        #expect(try text == Golden.text("check.sarif", of: text))
    }

    @Test func junit() throws {
        let text = Self.report.junit
        #expect(try text == Golden.text("check.junit.xml", of: text))
    }

    @Test func github() throws {
        let text = Self.report.github
        #expect(try text == Golden.text("check.github.txt", of: text))
    }

    // MARK: - Other people's readers

    private static let python = "/usr/bin/python3"

    private static func run(_ program: String, _ text: String, _ arguments: [String] = []) async throws -> Program.Run {
        try await withTemporaryFolder { folder in
            let path = folder.appending("input")
            try File.write(Array(text.utf8), to: path)
            return try await Program.run(Self.python, ["-c", program, path.string] + arguments)
        }
    }

    private static let ownSchema = Repository.root.appending("Templates/schemas/check.schema.json")
    private static let sarifSchema = Repository.fixtures.appending("schemas/sarif-schema-2.1.0.json")

    @Test(.enabled(if: JSONSchema.hasValidator), arguments: [Self.report, Self.clean])
    func sarifFollowsItsSchema(report: CheckReport) async throws {
        #expect(try await JSONSchema(Self.sarifSchema).differences(of: report.sarif.text) == "")
    }

    @Test(.enabled(if: JSONSchema.hasValidator), arguments: [Self.report, Self.clean])
    func jsonFollowsItsSchema(report: CheckReport) async throws {
        #expect(try await JSONSchema(Self.ownSchema).differences(of: report.json.text) == "")
    }

    /// The schema says something: what is not as promised fails.
    @Test(
        .enabled(if: JSONSchema.hasValidator),
        arguments: [
            "\"verdict\":\"hot\"", "\"schemaVersion\":1", "\"from\":\"shop 1\"", "\"severity\":\"note\"", "\"line\":2",
        ])
    func theSchemaRefusesWhatIsWrong(part: String) async throws {
        let key = part.prefix { $0 != ":" }
        let wrong = Self.report.json.text.replacing(part, with: "\(key):-1")
        #expect(wrong != Self.report.json.text)
        #expect(try await JSONSchema(Self.ownSchema).differences(of: wrong) != "")
    }

    @Test(arguments: [Self.report, Self.clean])
    func junitIsXMLThatCountsRight(report: CheckReport) async throws {
        let run = try await Self.run(
            """
            import sys, xml.etree.ElementTree as tree
            suite = tree.parse(sys.argv[1]).getroot().find('testsuite')
            cases = suite.findall('testcase')
            assert int(suite.get('tests')) == len(cases) > 0
            assert int(suite.get('failures')) == len([c for c in cases if c.find('failure') is not None])
            assert int(suite.get('skipped')) == len([c for c in cases if c.find('skipped') is not None])
            for c in cases: print(repr(c.get('name')))
            """, report.junit)
        #expect(run.status == 0, "\(run.errors)")
        let names = run.output.split(separator: "\n").map(String.init)
        #expect(names.count == report.findings.count + (report.judged.hiddenSummary == nil ? 1 : 2))
        if let first = report.findings.first {
            #expect(names.first == "'\(first.summary) (application shop, module cart, the way up)'")
        }
    }

    @Test func annotationsAreOneLineEach() {
        let lines = Self.report.github.split(separator: "\n")
        #expect(lines.count == Self.report.findings.count + 1)
        #expect(lines.allSatisfy { $0.hasPrefix("::") })
        #expect(Self.clean.github == "")
    }
}

extension CheckReport: CustomTestStringConvertible {
    public var testDescription: String { self.findings.isEmpty ? "clean" : "full" }
}
