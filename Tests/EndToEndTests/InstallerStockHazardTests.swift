import Diagnostics
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// Where OTP's own `release_handler` loses what it was given to keep and reports success, and relift does not lose it.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct InstallerStockHazardTests {
    private static let releases = "lists:sort([V || {_, V, _, _} <- release_handler:which_releases()])"

    @Test func tornRecordsAreLostByStockCodeAndRestoredInTheRunningNode() async throws {
        try await withInstallerFixture { fixture in
            let installed = try await fixture.relift("install", fixture.tarball.string, "--watch", "0")
            #expect(installed.status == 0, "\(installed.errors)")
            #expect(try await fixture.ask(Self.releases) == #"["1.0.0","1.1.0"]"#)
            #expect(try await fixture.tally.run("stop").status == 0)
            try fixture.tally.write("", to: "releases/RELEASES")
            #expect(try await fixture.tally.run("daemon").status == 0)

            // It boots, and has forgotten the other release; its next write makes that last.
            #expect(try await fixture.ask(Self.releases) == #"["1.1.0"]"#)
            #expect(
                try await fixture.ask("release_handler:install_release(\"1.0.0\")")
                    == #"{error,{no_such_release,"1.0.0"}}"#)
            #expect(
                try await fixture.ask("release_handler:set_removed(\"1.0.0\")")
                    == #"{error,{no_such_release,"1.0.0"}}"#)
            let state = try await fixture.hold()

            let repair = try await fixture.relift("repair")
            #expect(repair.status == 0 && repair.errors.contains("[repair/releases-made]"), "\(repair.errors)")
            #expect(try await fixture.ask(Self.releases) == #"["1.0.0","1.1.0"]"#)
            #expect(try await fixture.state() == state)
            let again = try await fixture.relift("repair")
            #expect(again.status == 0 && !again.errors.contains("[repair/"), "\(again.errors)")
            let back = try await fixture.relift("rollback", "--to", "1.0.0")
            #expect(back.status == 0, "\(back.errors)")
            #expect(try await fixture.running() == "1.0.0")
            #expect(try await fixture.state() == state)
        }
    }

    @Test func aMissingConfigurationEmptiesTheEnvironmentOfStockCodeOnly() async throws {
        try await withInstallerFixture { fixture in
            let port = "application:get_env(tally, port_file)"
            let tarball = try await fixture.pack("none", files: [("releases/1.1.0/sys.config", nil)])
            let refused = try await fixture.relift("install", tarball.string, "--watch", "0")
            #expect(refused.status == 3 && refused.errors.contains("[config/missing]"), "\(refused.errors)")
            #expect(try await fixture.ask(port) == #"{ok,"tally.port"}"#)

            try await Self.unpack(tarball, fixture)
            #expect(try await fixture.ask("release_handler:install_release(\"1.1.0\")") == #"{ok,"1.0.0",[]}"#)
            #expect(try await fixture.ask(port) == "undefined")
        }
    }

    @Test func aPlainTopProcessRestartsTheNodeOfStockCodeOnly() async throws {
        try await withInstallerFixture { fixture in
            let state = try await fixture.hold()
            try await fixture.startPlain()
            let refused = try await fixture.relift("install", fixture.tarball.string, "--watch", "0")
            #expect(
                refused.status == 3 && refused.errors.contains("[preflight/top-not-supervisor]"), "\(refused.errors)")
            #expect(try await fixture.state() == state)

            try await Self.unpack(fixture.tarball, fixture)
            let answer = try await fixture.ask("release_handler:install_release(\"1.1.0\")")
            #expect(answer.contains("timeout"), "\(answer)")
            #expect(try await fixture.runs("1.0.0", within: 20))
            #expect(try await fixture.ask("tally_counter:value(<<\"held\">>)") == "0")
        }
    }

    /// Puts a release where stock code wants it, and has it know of it.
    private static func unpack(_ tarball: FilePath, _ fixture: InstallerFixture) async throws {
        let unpacked = try await Program.run("tar", ["-xzf", tarball.string, "-C", fixture.root.string])
        #expect(unpacked.status == 0)
        let file = fixture.root.appending("releases/tally-1.1.0.rel")
        #expect(try await fixture.ask("release_handler:set_unpacked(\"\(file)\", [])") == #"{ok,"1.1.0"}"#)
    }

    // MARK: - Restarts of the emulator

    @Test func aProcessThatAWayBackPassedOverIsTold() async throws {
        try await withInstallerFixture { fixture in
            try await fixture.installForGood()
            try await fixture.hang()
            let report = try await fixture.installer().run(.rollback(version: nil))
            #expect(report.outcome.result == .rolledBack, "\(report.outcome)")
            let told = report.outcome.findings.filter { $0.id.rawValue == "installed/not-suspended" }
            #expect(told.map(\.severity) == [.warning], "\(report.outcome)")
            #expect((report.pause?.longest ?? 0) > 0, "\(String(describing: report.pause))")
            #expect(try await fixture.ask("code:is_loaded(relift_agent)") == "false")
            try await fixture.goOn()
        }
    }

    @Test(arguments: InstallerFixture.Restart.allCases)
    func aRestartOfTheEmulatorIsFollowedThereAndBack(_ restart: InstallerFixture.Restart) async throws {
        try await withInstallerFixture { fixture in
            let name = "releases/1.0.0/vm.args"
            let arguments = try fixture.text(name)
            let tarball = try await fixture.pack(
                "restart", files: [("releases/1.1.0/vm.args", arguments + "-heart\n")], restart: restart)
            let refused = try await fixture.relift("install", tarball.string, "--watch", "1")
            #expect(refused.status == 3 && refused.errors.contains("[release/heart-missing]"), "\(refused.errors)")
            // Without the file that says so, it is the node that does.
            try fixture.tally.write(arguments + "-heart\n", to: name)
            let looked = try await fixture.relift("install", tarball.string, "--watch", "1")
            #expect(looked.status == 3 && looked.errors.contains("[preflight/no-heart]"), "\(looked.errors)")

            #expect(try await fixture.tally.run("stop").status == 0)
            #expect(try await fixture.tally.run("daemon").status == 0)
            do {
                let first = try await fixture.tally.processIdentifier()
                let run = try await fixture.relift("install", tarball.string, "--watch", "2")
                #expect(run.status == 0, "\(run.output)\(run.errors)")
                #expect(run.errors.contains("wait for the node to come back"))
                #expect(!run.errors.contains("[install/node-restarted]"), "\(run.errors)")
                #expect(try await fixture.running() == "1.1.0")
                #expect(try await fixture.tally.processIdentifier() != first)
                let loaded = try await fixture.ask("code:is_loaded(relift_guard)")
                #expect(loaded == "false", "\(loaded)")
                #expect(try fixture.text("releases/start_erl.data").hasSuffix(" 1.1.0"))

                let back = try await fixture.relift("rollback")
                #expect(back.status == 0, "\(back.output)\(back.errors)")
                #expect(try await fixture.running() == "1.0.0")
                #expect(try fixture.text("releases/start_erl.data").hasSuffix(" 1.0.0"))
            } catch {
                _ = try? await fixture.tally.run("stop")
                throw error
            }
            // Heart would start a node that is killed.
            #expect(try await fixture.tally.run("stop").status == 0)
        }
    }
}
