import TestSupport
import Testing

/// What the program makes of the terminal it writes to.
@Suite struct TerminalTests {
    @Test(arguments: ["40", "60"])
    func sentencesFitTheColumns(columns: String) async throws {
        let run = try await Program.run(
            ["explain", "relup/added-before-dependency"], environment: ["COLUMNS": columns])
        let lines: [Substring] = run.output.split(separator: "\n")
        let sentences = lines.prefix { $0 != "EXAMPLE" }
        #expect(sentences.count > 3)
        #expect(sentences.allSatisfy { $0.count <= Int(columns) ?? 0 }, "\(run.output)")
        let unknown = try await Program.run(["explain", "no/such-id"], environment: ["COLUMNS": columns])
        let advice: [Substring] = unknown.errors.split(separator: "\n")
        #expect(advice.dropFirst().allSatisfy { $0.count <= Int(columns) ?? 0 })
    }

    @Test func colourIsOnlyThereWhenItIsAskedForOrSeen() async throws {
        let plain = try await Program.run(["explain", "no/such-id"])
        #expect(!plain.errors.contains("\u{1b}"))
        let colored = try await Program.run(["explain", "no/such-id", "--color", "always"])
        #expect(colored.errors.replacing(/\u{1b}\[[0-9;]*m/, with: "") == plain.errors)
        #expect(colored.errors.contains("\u{1b}["))
    }
}
