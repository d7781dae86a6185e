import Subprocess
import SystemPackage
import Templates
import TestSupport
import Testing

/// What the start scripts do about an operation of relift that was cut off.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(3)))
struct StartScriptRepairTests {
    /// A program in the place of relift that writes down what it was called with, and settles the journal with status 0.
    private static func program(_ status: Int, in folder: FilePath, root: FilePath) async throws -> String {
        let path = folder.appending("relift-\(status)")
        let text = """
            #!/bin/sh
            echo "$@" >>'\(folder)/calls'
            [ \(status) -ne 0 ] || rm '\(root)/releases/.relift/journal'
            exit \(status)

            """
        try File.write(Array(text.utf8), to: path)
        _ = try await InstalledTally.run("chmod", ["755", path.string])
        return path.string
    }

    private func cutOff(_ tally: InstalledTally) async throws {
        _ = try await InstalledTally.run("mkdir", ["-p", tally.root.appending("releases/.relift").string])
        try tally.write("cut off", to: "releases/.relift/journal")
    }

    @Test func anOperationThatWasCutOffIsSettledBeforeTheNodeBoots() async throws {
        try await withInstalledTally { tally, folder in
            let program = try await Self.program(0, in: folder, root: tally.root)
            try await self.cutOff(tally)
            let started = try await tally.run("daemon", environment: ["RELIFT": program])
            #expect(started.status == 0, "\(started.errors)")
            let calls = try File.read(folder.appending("calls"))
            #expect(String(decoding: calls, as: UTF8.self) == "repair --root \(tally.root)\n")

            // A node that runs is nobody's to repair.
            try await self.cutOff(tally)
            for command in ["daemon", "foreground"] {
                let again = try await tally.run(command, environment: ["RELIFT": program])
                #expect(again.status == 1 && again.errors.contains("already running"))
            }
            #expect(try File.read(folder.appending("calls")) == calls)
        }
    }

    @Test func withoutReliftOnlyWholeRecordsBoot() async throws {
        try await withInstalledTally { tally, folder in
            try await self.cutOff(tally)
            let missing: [Environment.Key: String?] = ["RELIFT": folder.appending("missing").string]
            let records = tally.root.appending("releases/RELEASES")
            let whole = try File.read(records)
            for torn in [Array(whole.prefix(whole.count / 2)), []] {
                try File.write(torn, to: records)
                let refused = try await tally.run("daemon", environment: missing)
                #expect(refused.status == 2, "\(refused.errors)")
                #expect(refused.errors.contains("RELEASES is damaged: run relift repair --root \(tally.root)"))
            }
            try File.write(whole, to: records)
            // A program that cannot do it is no better than none.
            let program = try await Self.program(5, in: folder, root: tally.root)
            let started = try await tally.run("daemon", environment: ["RELIFT": program])
            #expect(started.status == 0 && started.errors.contains("relift repair ended with status 5"))
            #expect(try await tally.run("stop").status == 0)
            let again = try await tally.run("daemon", environment: missing)
            #expect(again.status == 0 && again.errors.contains("there is no \(folder)/missing on the path"))
        }
    }

    @Test func mixStartsAfterTheRepair() async throws {
        try await withTemporaryFolder { folder in
            let root = folder.appending("root")
            let tally = InstalledTally(root: root, node: "", cookie: "")
            for path in ["bin", "releases/.relift"] {
                _ = try await InstalledTally.run("mkdir", ["-p", root.pushing(FilePath(path)).string])
            }
            try tally.write(try rendered(Templates.mixStartScript, name: "shop"), to: "bin/start")
            try tally.write("#!/bin/sh\necho \"$1 $RELEASE_VSN\"\n", to: "bin/shop")
            _ = try await InstalledTally.run("chmod", ["755", "\(root)/bin/start", "\(root)/bin/shop"])
            try tally.write("13.1 0.1.0\n", to: "releases/start_erl.data")
            try await self.cutOff(tally)
            let program = try await Self.program(0, in: folder, root: root)
            let outcome = try await InstalledTally.run("\(root)/bin/start", [], environment: ["RELIFT": program])
            #expect(outcome.status == 0 && outcome.output == "daemon 0.1.0\n", "\(outcome.errors)")
            #expect((try? File.read(folder.appending("calls"))) != nil)

            try tally.write("", to: "releases/start_erl.data")
            let torn = try await InstalledTally.run("\(root)/bin/start", [], environment: ["RELIFT": program])
            #expect(torn.status == 2 && torn.errors.contains("does not hold an ERTS version"))
        }
    }
}
