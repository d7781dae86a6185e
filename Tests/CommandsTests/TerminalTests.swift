import SystemPackage
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

    /// A line that moves is for someone who looks on: not for a log, not in CI, not with `--quiet`.
    @Test func progressMovesOnlyWhereSomeoneLooksOn() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let manifest = """
                {release, {small, "1"}, {erts, "13.1.5"}, [sasl, a]}. {include_erts, false}.
                {overlay, [{copy, "blob", "b/1"}, {copy, "blob", "b/2"}, {copy, "blob", "b/3"}]}.
                """
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            _ = try await Program.run("sh", ["-c", "head -c 6000000 /dev/urandom > blob"], in: folder)
            func lines(_ options: String, _ environment: [String: String]) async throws -> Bool {
                let command = "\(Program.path) build --lib lib --otp none --output \"$(mktemp -d out.XXXX)\" \(options)"
                let run = try await Program.run(
                    "script", ["-qefc", command, "/dev/null"], in: folder,
                    environment: ["TERM": "xterm"].merging(environment) { $1 })
                #expect(run.status == 0, "\(run.output)")
                return run.output.contains("\rpacking: ")
            }
            #expect(try await lines("", ["CI": ""]))
            #expect(try await !lines("--quiet", ["CI": ""]))
            #expect(try await !lines("", ["CI": "1"]))
            #expect(try await !lines("2> log; cat log", ["CI": ""]))
        }
    }
}
