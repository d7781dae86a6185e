import CompatibilityRules
import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// What rules warn of happens: their examples on a live node, installed by OTP's own `release_handler`, break, and their
/// twins do not.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct WitnessTests {
    struct Witness: Sendable, CustomTestStringConvertible {
        let rule: any Rule.Type
        /// Runs on the node before the upgrade.
        var start = "ok"
        /// What is reported after the release was made permanent.
        var report = "ok"
        /// The last line of what the node says.
        let bad: String
        let good: String

        var testDescription: String { self.rule.explanation.id.rawValue }
    }

    /// Whether the process of `shop` was asked to convert its state.
    private static let watch = """
        begin whereis(shop) =/= undefined orelse shop:start_link(), erlang:trace(whereis(shop), true, ['receive']) end
        """
    private static let conversion = """
        receive {trace, _, 'receive', {system, _, {change_code, _, _, _}}} -> converted after 300 -> untouched end
        """

    static let witnesses: [Witness] = [
        Witness(rule: UnknownInstruction.self, bad: "refused", good: "installed ok"),
        Witness(rule: BeforePointOfNoReturn.self, bad: "refused", good: "installed ok"),
        Witness(rule: ObjectCodeOfOtherVersion.self, bad: "refused", good: "installed ok"),
        Witness(rule: ModuleNotInRelease.self, bad: "refused", good: "installed ok"),
        Witness(rule: ObjectCodeNotRead.self, bad: "restarted", good: "installed ok"),
        Witness(rule: ApplyTargetMissing.self, bad: "restarted", good: "installed ok"),
        Witness(rule: CodeChangeMissing.self, bad: "restarted", good: "installed ok"),
        Witness(rule: SupervisorStillSuspended.self, bad: "restarted", good: "installed ok"),
        Witness(rule: SupervisorDynamicModules.self, bad: "restarted", good: "installed ok"),
        Witness(rule: TopNotSupervisor.self, bad: "restarted", good: "installed ok"),
        Witness(
            rule: NotResumed.self, report: "try gen_server:call(shop, x, 300) catch exit:{timeout, _} -> silent end",
            bad: "installed silent", good: "installed 2"),
        Witness(
            rule: NotStarted.self, report: "is_pid(whereis(shop))", bad: "installed false", good: "installed true"),
        Witness(
            rule: NotSuspended.self, start: watch, report: conversion, bad: "installed untouched",
            good: "installed converted"),
        Witness(
            rule: UpdateWithoutChild.self, start: watch, report: conversion, bad: "installed untouched",
            good: "installed converted"),
        Witness(
            rule: KillsAtCommit.self, start: "put(shop, shop:start())", report: "is_process_alive(get(shop))",
            bad: "installed false", good: "installed true"),
        Witness(
            rule: FunKept.self, report: "try gen_server:call(shop, 1) catch exit:{{{badfun, _}, _}, _} -> badfun end",
            bad: "installed badfun", good: "installed 3"),
        Witness(
            rule: UndefinedAfter.self, report: "try till:sum() catch error:undef -> undef end", bad: "installed undef",
            good: "installed 2"),
        Witness(
            rule: CodeLeftBehind.self, start: "till:sum()", report: "code:is_loaded(till) =/= false",
            bad: "installed true", good: "installed false"),
        Witness(
            rule: SupervisorNotUpdated.self, report: "element(6, sys:get_state(shop_sup))", bad: "installed 1",
            good: "installed 9"),
    ]

    @Test(arguments: witnesses) func theExampleBreaksAndItsTwinDoesNot(witness: Witness) async throws {
        let example = witness.rule.explanation.example
        try await withTemporaryFolder { folder in
            for (files, expected) in [([], witness.bad), (witness.rule.mended, witness.good)] {
                let place = folder.appending(files.isEmpty ? "example" : "mended")
                let output = try await Self.install(example, files, witness, in: place)
                #expect(output.split(separator: "\n").last.map(String.init) == expected, "\(output)")
            }
        }
    }

    /// Makes the releases of an example, and installs the second one on a node that runs the first.
    private static func install(
        _ example: Explanation.Example, _ mended: [Explanation.File], _ witness: Witness, in folder: FilePath
    ) async throws -> String {
        let others = Explanation.File.leftOut.map { Explanation.File.application($0.0, $0.1) }
        for file in others + example.files + mended {
            let path = folder.appending(file.path)
            _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
            try File.write(Array((file.text + "\n").utf8), to: path)
        }
        for command in example.commands.dropLast() {
            // Directories of applications without sources have no ebin yet; those with some do.
            let run = try await Program.run("sh", ["-c", command], in: folder)
            #expect(run.status == 0, "\(run.errors)")
        }
        if !example.files.contains(where: { $0.path == "releases/2/relup" }) {
            let run = try await Program.run(
                "sh",
                [
                    "-c",
                    """
                    mkdir -p releases/1 releases/2 &&
                    '\(Program.path.string)' relup shop-2.rel --from shop-1.rel --lib lib --otp none &&
                    mv relup releases/2 && cp shop-1.rel releases/1/shop.rel && cp shop-2.rel releases/2/shop.rel
                    """,
                ], in: folder)
            #expect(run.status == 0, "\(run.errors)")
        }
        let output = try await OTP.evaluate(
            Self.expression(start: witness.start, report: witness.report), workingDirectory: folder)
        return String(decoding: output, as: UTF8.self)
    }

    /// Says `installed` with the report, `refused`, or, when the node has restarted and runs this again, `restarted`.
    private static func expression(start: String, report: String) -> String {
        """
        filelib:is_file("started") andalso begin io:format("~nrestarted~n"), halt(0) end,
        ok = file:write_file("started", ""),
        logger:set_primary_config(level, none),
        Root = filename:absname("."),
        Releases = filename:join(Root, "releases"),
        Library = filename:join(Root, "lib"),
        Of = fun(V) ->
            {ok, [{release, Name, _, Applications}]} = file:consult(filename:join([Releases, V, "shop.rel"])),
            Folder = filename:join(Releases, V),
            ok = file:write_file(filename:join(Folder, "start.boot"), term_to_binary({script, Name, []})),
            ok = file:write_file(filename:join(Folder, "sys.config"), "[].\\n"),
            [{A, AV, Library} || {A, AV} <- Applications]
        end,
        {One, Two} = {Of("1"), Of("2")},
        Own = [{A, V} || {A, V, _} <- One, not lists:member(A, [kernel, stdlib, sasl])],
        [true = code:add_patha(filename:join([Library, atom_to_list(A) ++ "-" ++ V, "ebin"])) || {A, V} <- Own],
        ok = application:load(sasl),
        ok = application:set_env(sasl, releases_dir, Releases),
        ok = release_handler:create_RELEASES(Root, Releases, filename:join(Releases, "1/shop.rel"), One),
        {ok, _} = application:ensure_all_started(sasl),
        [{A, ok} = {A, application:start(A)} || {A, _} <- Own],
        \(start),
        {ok, "2"} = release_handler:set_unpacked(filename:join(Releases, "2/shop.rel"), Two),
        case release_handler:install_release("2") of
            {ok, "1", _} ->
                ok = release_handler:make_permanent("2"), timer:sleep(100),
                io:format("~ninstalled ~0p~n", [begin \(report) end]);
            {error, _} -> timer:sleep(3000), io:format("~nrefused~n")
        end
        """
    }
}
