import Diagnostics
import HostFiles
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// A script that fails before its point of no return: `release_handler` has given the applications the specifications and
/// parameters of the other release by then, and leaves them so.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct InstallerPutBackTests {
    /// All that `release_handler` changes before a script.
    private static let everything = """
        lists:sort([{A, [case K of {env, E} -> {env, lists:sort(E)}; _ -> K end || K <- element(2, application:get_all_key(A))]} \
        || {A, _, _} <- application:loaded_applications()]) ++ \
        [E || E <- tuple_to_list(sys:get_state(application_controller)), is_list(E), lists:keymember(tally, 1, E)]
        """

    /// Puts the acceptor into old code. The check before an installation runs it, too, and comes first.
    private static let squat = """
        case erlang:check_old_code(tally_acceptor) of true -> ok; false -> code:load_file(tally_acceptor) end.
        """

    /// Lets the check pass, and not the installation.
    private static let refuse = """
        case whereis(relift_agent_kept) of undefined -> ok; _ -> throw({error, not_now}) end.
        """

    @Test func anUpgradeThatMeetsALingeringProcessLeavesEveryParameterAsItWas() async throws {
        try await withInstallerFixture { fixture in
            let tarball = try await fixture.pack("up", up: Self.squat, softly: true)
            let state = try await fixture.hold()
            // In no file: only a copy of what was live brings it back.
            _ = try await fixture.ask("application:set_env(tally, busy_above, 17)")
            let before = try await fixture.ask(Self.everything)
            let releases = try await fixture.ask("release_handler:which_releases()")
            try #require(before.contains("busy_above,17"), "\(before)")
            try await fixture.hang()

            let report = try await fixture.installer().run(InstallerFixture.install, tarball: tarball)
            #expect(report.outcome.result == .rolledBack, "\(report.outcome)")
            let findings = report.outcome.findings.map { "\($0.id)" }
            #expect(findings.contains("node/old-processes"), "\(findings)")
            #expect(findings.contains("install/applications-put-back"), "\(findings)")
            #expect(!findings.contains("install/node-restarted"))
            #expect(try await fixture.ask(Self.everything) == before)
            #expect(try await fixture.ask("release_handler:which_releases()") == releases)
            #expect(try await fixture.ask("registered() -- (registered() -- [relift_agent_kept])") == "[]")
            #expect(try await fixture.ask("code:is_loaded(relift_agent)") == "false")
            #expect(try await fixture.state() == state)

            try await fixture.goOn()
            let good = try await fixture.installer().run(InstallerFixture.install, tarball: fixture.tarball)
            #expect(good.outcome.result == .committed, "\(good.outcome)")
            #expect(try await fixture.ask("application:get_env(tally, history_length)") == "{ok,5}")
            #expect(try await fixture.state() == state)
        }
    }

    @Test func aRollbackWhoseScriptRefusesDoesSo() async throws {
        try await withInstallerFixture { fixture in
            let tarball = try await fixture.pack("down", down: Self.refuse)
            let state = try await fixture.hold()
            let up = try await fixture.installer().run(InstallerFixture.install, tarball: tarball)
            try #require(up.outcome.result == .committed, "\(up.outcome)")
            let before = try await fixture.ask(Self.everything)
            let releases = try await fixture.ask("release_handler:which_releases()")
            try #require(before.contains("history_length,5"), "\(before)")

            let report = try await fixture.installer().run(.rollback(version: nil))
            #expect(report.outcome.result == .failed && report.outcome.running == "1.1.0", "\(report)")
            #expect(report.outcome.findings.contains { "\($0.id)" == "install/applications-put-back" })
            #expect(try await fixture.ask(Self.everything) == before)
            #expect(try await fixture.ask("release_handler:which_releases()") == releases)
            #expect(try await fixture.state() == state)

            _ = try await Program.run(
                "cp",
                ["other/releases/1.1.0/relup", "root/releases/1.1.0/relup"], in: fixture.root.removingLastComponent())
            let back = try await fixture.installer().run(.rollback(version: nil))
            #expect(back.outcome.result == .rolledBack, "\(back.outcome)")
            #expect(try await fixture.ask("application:get_env(tally, history_length)") == "undefined")
            #expect(try await fixture.state() == state)
        }
    }

    /// relift killed when the script has failed and nothing is put back yet: what the node kept is found by the repair.
    @Test func aRepairPutsBackWhatAKilledReliftDidNot() async throws {
        try await withInstallerFixture { fixture in
            let tarball = try await fixture.pack("killed", up: Self.squat, softly: true)
            let before = try await fixture.ask(Self.everything)
            try await fixture.hang()
            let faulty = FaultyFiles()
            let installer = try fixture.installer(faulty.files) { progress in
                // The line of the journal that says so is written and synced; that it ended is never written.
                if case .began(.install) = progress { faulty.kill(after: 2) }
            }
            _ = await installer.run(InstallerFixture.install, tarball: tarball)
            #expect(try await fixture.ask(Self.everything) != before)
            let repair = try await fixture.repairer().repair()
            #expect(repair.isSettled, "\(repair.findings)")
            #expect(repair.findings.contains { "\($0.id)" == "install/applications-put-back" }, "\(repair.findings)")
            #expect(try await fixture.ask(Self.everything) == before)
            #expect(try await fixture.running() == "1.0.0")
            try await fixture.goOn()
        }
    }
}

extension InstallerFixture {
    /// A tarball of tally 1.1.0 whose scripts begin with these expressions; with `softly` they load the acceptor only if no
    /// process lingers in its old code.
    func pack(_ name: String, up: String = "ok.", down: String = "ok.", softly: Bool = false) async throws -> FilePath {
        let relup = self.root.removingLastComponent().appending("other/releases/1.1.0/relup")
        let text = try await OTP.evaluate(
            """
            [File, Up, Down, Softly] = init:get_plain_arguments(),
            {ok, [{Version, Ups, Downs}]} = file:consult(File),
            Apply = fun(Text) ->
                {ok, Tokens, _} = erl_scan:string(Text),
                {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                {apply, {erl_eval, exprs, [Expressions, []]}}
            end,
            Load = fun({load, {tally_acceptor, _, _}}) when Softly =:= "true" ->
                {load, {tally_acceptor, soft_purge, soft_purge}}; (Other) -> Other end,
            Way = fun(Text, Ways) -> [{V, D, [Apply(Text) | lists:map(Load, S)]} || {V, D, S} <- Ways] end,
            io:format("~tp.~n", [{Version, Way(Up, Ups), Way(Down, Downs)}])
            """, arguments: [relup.string, up, down, String(softly)])
        return try await self.pack(name, files: [("releases/1.1.0/relup", String(decoding: text, as: UTF8.self))])
    }

    /// Stops the acceptor in the middle of what it does, as a driver that hangs would.
    func hang() async throws {
        let answer = try await self.ask(
            """
            begin code:purge(tally_acceptor), Asker = self(), spawn(fun() -> register(holder, self()),
            erlang:suspend_process(whereis(tally_acceptor)), Asker ! held, receive go_on -> ok end end),
            receive held -> held after 5000 -> late end end
            """)
        try #require(answer == "held")
    }

    func goOn() async throws { _ = try await self.ask("holder ! go_on") }
}
