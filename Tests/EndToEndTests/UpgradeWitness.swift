import SystemPackage
import TestSupport
import Testing

/// A tree with two releases of the application `shop`, and a node of the first one that OTP's own `release_handler` takes
/// to the second: what really becomes of a node where `relift check` sees a hazard.
struct UpgradeWitness {
    /// Further files, and those that replace what is there by default, relative to the folder.
    var files: [(path: String, text: String)] = []
    /// The scripts of the relup; `{{stdlib}}` stands for the version of `stdlib`.
    var script = """
        [{load_object_code,{shop,"2",[shop]}}, point_of_no_return, {load,{shop,brutal_purge,brutal_purge}}]
        """
    /// Commands of the shell that are run in the folder before the node starts.
    var preparations: [String] = []
    var flags: [String] = []

    /// What was seen, and what `relift check` said before.
    struct Outcome {
        /// What the node says of itself after each boot and after the upgrade.
        let log: [String]
        /// The findings of `relift check`.
        let findings: Set<String>
    }

    private var restarts: Bool { self.script.contains("restart") }

    private static func module(_ version: Int) -> String {
        "-module(shop).\n-export([version/0]).\nversion() -> \(version).\n"
    }

    /// - Parameter state: an Erlang expression that says what the node is like.
    func run(reporting state: String) async throws -> Outcome {
        try await withTemporaryFolder { folder in
            try await self.write(in: folder)
            for command in self.preparations {
                let run = try await Program.run("sh", ["-c", command], in: folder)
                #expect(run.status == 0, "\(command)\n\(run.errors)")
            }
            let stdlib = try await self.makeBootFiles(in: folder)
            let relup = self.script.replacing("{{stdlib}}", with: stdlib)
            try File.write(
                Array("{\"2\",[{\"1\",[],\(relup)}],[{\"1\",[],\(relup)}]}.\n".utf8),
                to: folder.appending("releases/2/relup"))
            let check = try await Program.run(["check", ".@1", ".@2"], in: folder)
            let findings = (check.output + check.errors).matches(of: /(?m)\[([a-z-]+\/[a-z-]+)\]$/).map { String($0.1) }
            let log = try await self.upgrade(in: folder, state)
            return Outcome(log: log, findings: Set(findings))
        }
    }

    private func write(in folder: FilePath) async throws {
        var files: [String: String] = [:]
        for version in [1, 2] {
            files["lib/shop-\(version)/src/shop.erl"] = Self.module(version)
            files["lib/shop-\(version)/ebin/shop.app"] = """
                {application,shop,[{description,""},{vsn,"\(version)"},{modules,[shop]},{registered,[]},
                 {applications,[kernel,stdlib]},{env,[{port,none}]}]}.
                """
            files["lib/shop-\(version)/ebin/shop.appup"] = """
                {"\(version)",[{"1",[{load_module,shop}]}],[{"1",[{load_module,shop}]}]}.
                """
        }
        files["releases/1/sys.config"] = "[{shop,[{port,1}]}]."
        for (path, text) in self.files { files[path] = text }
        for path in files.keys.sorted() {
            let file = folder.appending(path)
            _ = try await Program.run("mkdir", ["-p", file.removingLastComponent().string])
            try File.write(Array("\(files[path] ?? "")\n".utf8), to: file)
        }
        for version in [1, 2] {
            _ = try await Program.run("mkdir", ["-p", folder.appending("releases/\(version)").string])
            let library = folder.appending("lib/shop-\(version)")
            let compiled = try await Program.run(
                "erlc",
                ["+debug_info", "-o", library.appending("ebin").string, library.appending("src/shop.erl").string])
            #expect(compiled.status == 0, "\(compiled.output)\(compiled.errors)")
        }
    }

    /// Also writes the `.rel` files and `RELEASES`; answers the version of `stdlib`.
    private func makeBootFiles(in folder: FilePath) async throws -> String {
        let answer = try await OTP.evaluate(
            """
            application:load(sasl),
            Base = [begin {ok, V} = application:get_key(A, vsn), {A, V} end || A <- [kernel, stdlib, sasl]],
            [begin
                Name = "releases/" ++ Vsn ++ "/shop",
                ok = file:write_file(Name ++ ".rel", io_lib:format("~p.~n",
                    [{release, {"shop", Vsn}, {erts, erlang:system_info(version)}, Base ++ [{shop, Vsn}]}])),
                {ok, _, _} = systools:make_script(Name,
                    [silent, local, {path, ["lib/*/ebin"]}, {outdir, "releases/" ++ Vsn}]),
                {ok, _} = file:copy(Name ++ ".boot", "releases/" ++ Vsn ++ "/start.boot")
            end || Vsn <- ["1", "2"]],
            ok = release_handler:create_RELEASES(code:root_dir(), filename:absname("releases"),
                filename:absname("releases/1/shop.rel"), [{shop, "1", filename:absname("lib")}]),
            ok = file:write_file("releases/start_erl.data", "1 1"),
            io:put_chars(proplists:get_value(stdlib, Base))
            """, workingDirectory: folder)
        return String(decoding: answer, as: UTF8.self)
    }

    /// Runs a node, whose first boot upgrades it; a boot after that ends it.
    private func upgrade(in folder: FilePath, _ state: String) async throws -> [String] {
        let expression = """
            spawn(fun() ->
                logger:set_primary_config(level, none),
                Log = filename:absname("log"),
                Say = fun(What) -> ok = file:write_file(Log, io_lib:format("~0p~n", [What]), [append]) end,
                State = fun() -> \(state) end,
                Now = fun() -> {[V || {_, V, _, S} <- release_handler:which_releases(), S =:= current
                    orelse S =:= permanent andalso not lists:keymember(current, 4, release_handler:which_releases())],
                    State()} end,
                case filelib:is_regular(Log) of
                    true -> Say({booted, Now()}), halt();
                    false ->
                        Say({booted, Now()}),
                        spawn(fun() -> timer:sleep(60000), halt(1) end),
                        {ok, "2"} = release_handler:set_unpacked(filename:absname("releases/2/shop.rel"),
                            [{shop, "2", filename:absname("lib")}]),
                        case release_handler:install_release("2") of
                            {ok, _, _} -> Say({installed, Now()}), timer:sleep(\(self.restarts ? 10000 : 500));
                            _ -> Say(failed), timer:sleep(10000)
                        end,
                        halt()
                end
            end).
            """
        _ = try await Program.run(
            "erl",
            [
                "-noinput", "+S", "2", "-boot", folder.appending("releases/1/start").string, "-config",
                folder.appending("releases/1/sys").string, "-sasl", "releases_dir",
                "\"\(folder.appending("releases"))\"",
            ] + self.flags.map { $0.replacing("{{folder}}", with: folder.string) } + ["-eval", expression], in: folder,
            environment: ["HEART_COMMAND": "", "ERL_CRASH_DUMP_SECONDS": "0"])
        // Heart starts its command when the node is gone.
        try await Task.sleep(for: .seconds(self.flags.contains("-heart") ? 3 : 0))
        let log = try File.read(folder.appending("log"))
        return String(decoding: log, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
