import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A release whose `sys.config` is made from `sys.config.src`, upgraded while it runs. Stock tools empty the environment of
/// every application then, and report success (`WitnessTests` shows it).
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5))) struct ConfigurationUpgradeTests {
    @Test func theEnvironmentAfterAHotUpgradeIsThatOfAFreshBoot() async throws {
        try await withTemporaryFolder { folder in
            let cookie = "cookie-\(UInt64.random(in: 0...UInt64.max))"
            let node = "tally-\(UInt64.random(in: 0...UInt64.max))@127.0.0.1"
            for version in ["1.0.0", "1.1.0"] { try await Self.build(version, node, cookie, in: folder) }
            func relift(_ arguments: String...) async throws {
                let run = try await Program.run(arguments, in: folder)
                try #require(run.status == 0, "\(arguments): \(run.errors)")
            }
            try await relift("appup", "built-1.0.0/tally", "built-1.1.0/tally")
            try await relift("relup", "built-1.1.0/tally", "--from", "built-1.0.0/tally")
            try await relift("tar", "built-1.1.0/tally", "--output", "built-1.1.0")
            let root = folder.appending("built-1.0.0/tally")
            let tally = InstalledTally(root: root, node: node, cookie: cookie)
            do {
                try await Self.upgrade(tally, folder.appending("built-1.1.0/tally-1.1.0.tar.gz"))
                _ = try await tally.run("stop")
            } catch {
                _ = try await tally.run("stop")
                throw error
            }
        }
    }

    /// The environment of the node counts, not that of the operator.
    private static func upgrade(_ tally: InstalledTally, _ tarball: FilePath) async throws {
        let environment: [Environment.Key: String?] = ["TALLY_TEXT": #"a "quoted" text"#]
        let program: [Environment.Key: String?] = ["RELIFT": Program.path.string, "TALLY_TEXT": nil]
        func parameters() async throws -> String {
            try await tally.run("eval", "lists:sort(application:get_all_env(tally))").output
        }
        let started = try await tally.run("daemon", environment: environment)
        try #require(started.status == 0, "\(started.errors)")
        let first = try await parameters()
        #expect(first.contains(#"{text,"a \"quoted\" text 1.0.0"}"#), "\(first)")

        let upgrade = try await tally.run("upgrade", tarball.string, environment: program)
        try #require(upgrade.status == 0, "\(upgrade.errors)")
        let upgraded = try await parameters()
        #expect(upgraded.contains(#"{text,"a \"quoted\" text 1.1.0"}"#), "\(upgraded)")
        #expect(try await tally.run("restart", environment: environment).status == 0)
        #expect(try await parameters() == upgraded)

        #expect(try await tally.run("downgrade", environment: program).status == 0)
        #expect(try await parameters() == first)
    }

    /// Builds a version of tally, with a template in place of its configuration.
    private static func build(_ version: String, _ node: String, _ cookie: String, in folder: FilePath) async throws {
        let work = folder.appending(version)
        let sample = Repository.fixtures.appending("tally")
        let commands = """
            mkdir '\(work)' && cp -R '\(sample)/\(version)/config' '\(sample)/\(version)/relift.config' '\(work)' &&
            '\(sample)/build.sh' \(version) '\(work)/_build/default' &&
            printf '%s\\n' '-name \(node)' '-setcookie \(cookie)' >'\(work)/config/vm.args'
            """
        let made = try await Program.run("sh", ["-c", commands])
        try #require(made.status == 0, "\(made.errors)")
        let built = try await Program.run(["build", "--output", folder.appending("built-\(version)").string], in: work)
        try #require(built.status == 0, "\(built.errors)")
        let releases = folder.appending("built-\(version)/tally/releases/\(version)")
        _ = try await Program.run("rm", [releases.appending("sys.config").string])
        let template =
            #"[{tally, [{port, ${NONE:-0}}, {port_file, "tally.port"}, {text, "${TALLY_TEXT} \#(version)"}]}]."#
        try File.write(Array(template.utf8), to: releases.appending("sys.config.src"))
    }
}
