import TestSupport
import Testing

/// What a user meets who makes a mistake: a status of the contract, and a message with a way out.
@Suite struct UsageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int
        /// Texts that standard error must show.
        let shown: [String]
        var testDescription: String { self.arguments.joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case(arguments: ["--version"], status: 0, shown: []),
        Case(arguments: ["install", "--help"], status: 0, shown: []),
        Case(arguments: ["frobnicate"], status: 64, shown: ["frobnicate"]),
        Case(arguments: ["build", "--outptu", "x"], status: 64, shown: ["--output"]),
        Case(arguments: ["install", "x.tar.gz"], status: 64, shown: ["--root"]),
        Case(arguments: ["status", "--root", "/", "--port", "0"], status: 64, shown: ["--port"]),
        Case(
            arguments: ["build", "--manifest", "/nowhere/relift.config"], status: 1,
            shown: ["/nowhere/relift.config", "[manifest/not-found]", "help:"]),
        Case(arguments: ["script", "/nowhere/x.rel"], status: 1, shown: ["/nowhere/x.rel", "error:"]),
        Case(arguments: ["plan", "/nowhere", "/nowhere"], status: 1, shown: ["[release/not-found]", "help:"]),
        Case(arguments: ["inspect", "/nowhere"], status: 2, shown: ["no such file"]),
        Case(arguments: ["status", "--root", "/nowhere"], status: 1, shown: ["[install/not-a-target-system]"]),
        Case(arguments: ["repair", "--root", "/nowhere"], status: 3, shown: ["[install/not-a-target-system]"]),
        Case(
            arguments: ["rollback", "--root", "/", "--allow", "preflight/parameter-vanish"], status: 64,
            shown: ["did you mean `preflight/parameter-vanishes`?"]),
        Case(arguments: ["commit", "--root", "/nowhere"], status: 3, shown: ["[install/not-a-target-system]"]),
    ]

    /// Whoever asked for JSON gets it also where nothing was begun.
    @Test(arguments: [["install", "/nowhere.tar.gz"], ["commit"], ["rollback"], ["remove", "1"], ["repair"]])
    func refusalsAreJSONToo(_ arguments: [String]) async throws {
        let run = try await Program.run(arguments + ["--root", "/nowhere", "--format", "json"])
        #expect(run.status == 3)
        #expect(run.output.contains("\"result\":\"refused\"") && run.output.contains("not-a-target-system"))
        #expect(run.errors == "")
    }

    @Test(arguments: cases)
    func everyMistakeHasItsStatusAndAWayOut(_ example: Case) async throws {
        let run = try await Program.run(example.arguments)
        #expect(run.status == example.status, "\(run.errors)")
        for text in example.shown {
            #expect(run.errors.contains(text), "standard error lacks `\(text)`:\n\(run.errors)")
        }
    }
}
