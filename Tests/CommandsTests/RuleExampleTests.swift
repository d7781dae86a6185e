import CompatibilityRules
import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Each rule against its own example, compiled by erlc: it speaks there, and has nothing to say of the mended twin.
@Suite(.enabled(if: OTP.isInstalled)) struct RuleExampleTests {
    struct NamedRule: Sendable, CustomTestStringConvertible {
        let rule: any Rule.Type
        var testDescription: String { self.rule.explanation.id.rawValue }
    }

    static let rules = RuleCatalogue.rules.map(NamedRule.init)

    @Test func eachRuleHasAnIDOfItsOwn() {
        let ids = RuleCatalogue.explanations.map { $0.id }
        #expect(ids.count == Set(ids).count)
    }

    @Test(arguments: rules)
    func theExampleShowsTheFindingAndItsTwinDoesNot(named: NamedRule) async throws {
        let (id, example) = (named.testDescription, named.rule.explanation.example)
        try await withTemporaryFolder { folder in
            let bad = try await Self.run(example, [], in: folder.appending("example"))
            #expect(bad.ids.contains(id), "\(bad.text)")
            #expect(bad.status == (bad.text.contains("error: ") ? 1 : 0), "\(bad.text)")
            #expect(try bad.text == Golden.text("findings/\(id).txt", of: bad.text))
            let json = try await ExplanationTests.run(
                "\(example.commands.last ?? "") --format json", in: folder.appending("example"))
            #expect(try json.output == Golden.text("findings/\(id).json", of: json.output))
            let good = try await Self.run(example, named.rule.mended, in: folder.appending("mended"))
            #expect(!good.ids.contains(id), "\(good.text)")
            #expect(!named.rule.mended.isEmpty)
        }
    }

    private struct Outcome {
        let status: Int
        let text: String
        let ids: Set<String>
    }

    /// Writes the example, with the twin's files over it, and runs its commands.
    private static func run(
        _ example: Explanation.Example, _ mended: [Explanation.File], in folder: FilePath
    ) async throws -> Outcome {
        for (name, version) in Explanation.File.leftOut {
            try await ExplanationTests.write(.application(name, version), in: folder)
        }
        for file in example.files + mended { try await ExplanationTests.write(file, in: folder) }
        for command in example.commands.dropLast() {
            let run = try await ExplanationTests.run(command, in: folder)
            #expect(run.status == 0, "\(command)\n\(run.output)\(run.errors)")
        }
        let run = try await ExplanationTests.run(example.commands.last ?? "", in: folder)
        let text = run.output + run.errors
        let ids = Set(text.matches(of: /(?m)\[([a-z-]+\/[a-z-]+)\]$/).map { String($0.1) })
        return Outcome(status: run.status, text: text, ids: ids)
    }
}
