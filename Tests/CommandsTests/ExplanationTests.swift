import CompatibilityRules
import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import Commands

/// What `relift explain` knows: every warning, each once, each with an example that really shows it.
@Suite struct ExplanationTests {
    @Test func theListIsSortedAndEachIDIsExplainedOnce() {
        let ids = ExplainAction.catalogue.entries.map(\.id)
        #expect(ids == ids.sorted())
        let all = ExplainAction.explanations.map(\.id)
        #expect(all.count == Set(all).count, "explained twice: \(all.filter { id in all.count { $0 == id } > 1 })")
    }

    @Test(arguments: ExplainAction.catalogue.entries)
    func everyExplanationIsWhole(explanation: Explanation) {
        #expect(explanation.id.rawValue.contains("/"))
        #expect(!explanation.title.isEmpty && !explanation.title.hasSuffix("."))
        #expect(!explanation.meaning.isEmpty)
        #expect(!explanation.example.commands.isEmpty)
        #expect(!explanation.wayOut.isEmpty)
        // An atom that is too long takes a long line.
        for line in explanation.text().split(separator: "\n") where explanation.id.rawValue != "term/atom-too-long" {
            #expect(line.count <= 120, "\(line)")
        }
    }

    // MARK: - Warnings

    /// The areas of `script`, `tar` and `relup`.
    private static let areas = ["release/", "tar/", "appup/", "relup/", "app/", "term-file/"]

    /// Reads the sources: every ID that stands beside the severity `warning` is explained.
    @Test func everyWarningIsExplained() async throws {
        let declaration = /static let (\w+) = (?:Diagnostic\.ID|Self)\("([a-z-]+\/[a-z0-9-]+)"\)/
        let finding = /Diagnostic\(\s*(?:\.(\w+)|Diagnostic\.ID\("([^"]+)"\)),\s*\.warning/
        let fileFinding = /\.warning\(\s*\.(\w+),/
        var names: [String: String] = [:]
        var used: Set<String> = []
        let sources = try await Self.sources()
        for text in sources {
            for match in text.matches(of: declaration) { names[String(match.1)] = String(match.2) }
        }
        for text in sources {
            for match in text.matches(of: finding) {
                if let name = match.1 { used.insert(names[String(name)] ?? String(name)) }
                if let id = match.2 { used.insert(String(id)) }
            }
            for match in text.matches(of: fileFinding) { used.insert(names[String(match.1)] ?? String(match.1)) }
        }
        let warnings = used.filter { id in Self.areas.contains { id.hasPrefix($0) } }
        #expect(warnings.count > 20, "the reading of the sources finds too little: \(warnings.sorted())")
        let explained = Set(ExplainAction.catalogue.entries.map(\.id.rawValue))
        #expect(warnings.subtracting(explained).sorted() == [], "warnings without explanation")
    }

    /// Reads the sources: every ID that is declared or written anywhere is explained.
    @Test func everyIDIsExplained() async throws {
        let id = /(?:ID|Self)\(\s*"([a-z0-9-]+\/[a-z0-9-]+)"/
        var written: Set<String> = []
        for text in try await Self.sources() { written.formUnion(text.matches(of: id).map { String($0.1) }) }
        #expect(written.count > 300, "the reading of the sources finds too little")
        let explained = Set(ExplainAction.catalogue.entries.map(\.id.rawValue))
        #expect(written.subtracting(explained).sorted() == [], "IDs without explanation")
        #expect(explained.subtracting(written).sorted() == [], "explanations of what nothing finds")
    }

    /// Reads the sources: the severity of an explanation is one that its ID is found with.
    @Test func severitiesAreThoseOfTheFindings() async throws {
        let declaration = /static let (\w+) = (?:Diagnostic\.ID|Self)\("([a-z-]+\/[a-z0-9-]+)"\)/
        let finding = /(?:\.(\w+)|ID\(\s*"([a-z0-9-]+\/[a-z0-9-]+)"\s*\)),\s*\.(error|warning|note)\b/
        let sources = try await Self.sources()
        var names: [String: String] = [:]
        for text in sources {
            for match in text.matches(of: declaration) { names[String(match.1)] = String(match.2) }
        }
        var severities: [String: Set<String>] = [:]
        for text in sources {
            for match in text.matches(of: finding) {
                guard let id = match.2.map(String.init) ?? match.1.flatMap({ names[String($0)] }) else { continue }
                severities[id, default: []].insert(String(match.3))
            }
        }
        #expect(severities.count > 100, "the reading of the sources finds too little")
        for explanation in ExplainAction.catalogue.entries {
            guard let found = severities[explanation.id.rawValue] else { continue }
            // Not every place where a finding is made can be read this way: it may be an error in another.
            #expect(
                explanation.severity == .error || found.contains(explanation.severity.rawValue),
                "\(explanation.id) is found as \(found.sorted())")
        }
    }

    private static func sources() async throws -> [String] {
        let list = try await Program.run("find", [Repository.root.appending("Sources").string, "-name", "*.swift"])
        return try list.output.split(separator: "\n").sorted().map { path in
            String(decoding: try File.read(FilePath(String(path))), as: UTF8.self)
        }
    }

    // MARK: - Examples

    /// Those of rules are run, with their twins, by ``RuleExampleTests``.
    @Test(
        arguments: ExplainAction.catalogue.entries.filter {
            $0.example.isComplete && !RuleCatalogue.explanations.map(\.id).contains($0.id)
        })
    func everyExampleShowsItsFinding(explanation: Explanation) async throws {
        try await withTemporaryFolder { folder in
            var isError = false
            for (name, version) in Explanation.File.leftOut {
                try await Self.write(.application(name, version), in: folder)
            }
            for file in explanation.example.files { try await Self.write(file, in: folder) }
            for (number, command) in explanation.example.commands.enumerated() {
                let run = try await Self.run(command, in: folder)
                let isLast = number == explanation.example.commands.count - 1
                let shown = run.errors.split(separator: "\n").filter { $0.hasSuffix("[\(explanation.id)]") }
                isError = isLast && shown.contains { $0.contains("error: ") }
                #expect(shown.isEmpty == !isLast, "\(command)\n\(run.errors)")
                #expect(run.status == (isError ? 1 : 0), "\(command)\n\(run.errors)")
                // Nothing else is wrong with the example.
                let ids = Set(run.errors.matches(of: /(?m)^\S.*\[([a-z-]+\/[a-z-]+)\]$/).map { String($0.1) })
                var companions = Self.companions[explanation.id.rawValue] ?? []
                // A plan of applications without appups says so.
                if command.contains(" plan ") { companions.insert("plan/appup-generated") }
                #expect(ids.subtracting(companions).count == (isLast ? 1 : 0), "\(ids.sorted())")
                if isLast { #expect(try run.errors == Golden.text("findings/\(explanation.id).txt", of: run.errors)) }
            }
            #expect(isError == (explanation.severity == .error), "it is shown with another severity")
            if isError { return }
            // The same with `--strict`: refused, and nothing is written.
            guard explanation.severity == .warning, let last = explanation.example.commands.last,
                last.hasPrefix("relift"), !last.contains(" plan "), !last.contains(" appup ")
            else { return }
            let before = try await Self.files(in: folder)
            let strict = try await Self.run("\(last) --strict --output strict", in: folder)
            #expect(strict.status == 1, "\(last)\n\(strict.errors)")
            #expect(strict.errors.contains("error: ") && !strict.errors.contains("warning: "))
            #expect(try await Self.files(in: folder) == before)
        }
    }

    /// Findings that cannot but come with another.
    private static let companions: [String: Set<String>] = ["relup/old-sasl": ["relup/runtime-changed"]]

    static func write(_ file: Explanation.File, in folder: FilePath) async throws {
        let path = folder.appending(file.path)
        _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
        try File.write(Array((file.text + "\n").utf8), to: path)
    }

    /// The commands of the examples are words without quotes; those other than relift are the shell's.
    static func run(_ command: String, in folder: FilePath) async throws -> Program.Run {
        let words = command.split(separator: " ").map(String.init)
        let arguments = Array(words.dropFirst())
        if words[0] == "relift" {
            return try await Program.run(
                arguments + ["--otp", "none"], in: folder, environment: ["COLUMNS": "100"])
        }
        return try await Program.run("sh", ["-c", command], in: folder)
    }

    private static func files(in folder: FilePath) async throws -> String {
        let list = try await Program.run("find", [folder.string, "-printf", "%P %s %T@\n"])
        return list.output.split(separator: "\n").sorted().joined(separator: "\n")
    }

    // MARK: - The command

    @Test func theCommandShowsOneExplanationOrAll() async throws {
        let one = try await Program.run(["explain", "relup/added-before-dependency"])
        #expect(one.status == 0)
        #expect(one.output.hasPrefix("relup/added-before-dependency (warning): "))
        #expect(one.output.contains("--order dependencies"))
        let all = try await Program.run(["explain"])
        #expect(
            all.output.split(separator: "\n").filter { $0.hasPrefix("  ") }
                .map { String($0.dropFirst(2).prefix { $0 != " " }) }
                == ExplainAction.catalogue.entries.map(\.id.rawValue))
        let json = try await Program.run(["explain", "tar/stale-relup", "--format", "json"])
        #expect(json.output.hasPrefix(#"{"schemaVersion":1,"explanation":{"id":"tar/stale-relup","#))
        let list = try await Program.run(["explain", "--format", "json"])
        #expect(list.output.hasPrefix(#"{"schemaVersion":1,"explanations":[{"id":"#))
    }

    @Test(arguments: [
        ("relup/added-before-dependancy", "relup/added-before-dependency"), ("stale-relup", "tar/stale-relup"),
    ])
    func anUnknownIDGetsTheNearestOne(written: String, meant: String) async throws {
        let run = try await Program.run(["explain", written])
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("did you mean `\(meant)`?"))
    }
}

extension Explanation: CustomTestStringConvertible {
    public var testDescription: String { self.id.rawValue }
}
