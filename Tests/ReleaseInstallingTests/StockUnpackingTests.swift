import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// What relift places is what OTP's own `release_handler` would have unpacked.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5))) struct StockUnpackingTests {
    /// Makes a root with version 1 and the tarball of version 2 in `releases`, with systools.
    private static func prepare(_ folder: FilePath) async throws {
        let script = """
            application:load(sasl),
            Erts = erlang:system_info(version),
            Base = [begin {ok, V} = application:get_key(A, vsn), {A, V} end || A <- [kernel, stdlib, sasl]],
            [begin
                ok = filelib:ensure_dir("root/lib/shop-" ++ V ++ "/ebin/x"),
                ok = file:write_file("shop.erl", "-module(shop). -export([version/0]). version() -> " ++ V ++ "."),
                {ok, _} = compile:file("shop", [{outdir, "root/lib/shop-" ++ V ++ "/ebin"}]),
                ok = file:write_file("root/lib/shop-" ++ V ++ "/ebin/shop.app", io_lib:format("~p.~n", [{application, shop,
                    [{description, ""}, {vsn, V}, {modules, [shop]}, {registered, []}, {applications, [kernel, stdlib]}]}])),
                ok = file:write_file("root/lib/shop-" ++ V ++ "/ebin/shop.appup", io_lib:format("~p.~n",
                    [{V, [{<<".*">>, [{load_module, shop}]}], [{<<".*">>, [{load_module, shop}]}]}])),
                ok = file:write_file("shop-" ++ V ++ ".rel", io_lib:format("~p.~n",
                    [{release, {"shop", V}, {erts, Erts}, Base ++ [{shop, V}]}])),
                {ok, _, _} = systools:make_script("shop-" ++ V, [silent, {path, ["root/lib/*/ebin"]}])
            end || V <- ["1", "2"]],
            ok = filelib:ensure_dir("root/releases/1/x"),
            {ok, _} = file:copy("shop-1.rel", "root/releases/1/shop-1.rel"),
            {ok, _} = file:copy("shop-1.boot", "root/releases/1/start.boot"),
            ok = file:write_file("root/releases/1/sys.config", "[]."),
            ok = file:write_file("sys.config", "[]."),
            ok = file:write_file("root/releases/start_erl.data", Erts ++ " 1"),
            {ok, _, _, _} = systools:make_relup("shop-2", ["shop-1"], ["shop-1"], [silent, {path, ["root/lib/*/ebin"]}]),
            {ok, _, _} = systools:make_tar("shop-2", [silent, {path, ["root/lib/*/ebin"]}]),
            [begin
                Ebin = filename:join([code:lib_dir(A), "ebin"]), To = "root/lib/" ++ atom_to_list(A) ++ "-" ++ V ++ "/ebin/",
                ok = filelib:ensure_dir(To), {ok, Files} = file:list_dir(Ebin),
                [{ok, _} = file:copy(filename:join(Ebin, F), To ++ F) || F <- Files, filename:extension(F) =/= ".appup"]
            end || {A, V} <- Base],
            ok = file:del_dir_r("root/lib/shop-2"),
            ok = release_handler:create_RELEASES(
                "", filename:absname("root/releases"), filename:absname("root/releases/1/shop-1.rel"), [])
            """
        _ = try await OTP.evaluate(script, workingDirectory: folder)
    }

    /// Boots version 1 of a root and evaluates an expression in it; what it prints.
    private static func run(_ expression: String, in root: FilePath) async throws -> String {
        let otp = try #require(OTP.root)
        let runtime = try #require(HostFileSystem().entries(of: otp).first { $0.name.string.hasPrefix("erts-") })
        let wrapped = """
            try begin \(expression) end, halt(0) catch C:R:S -> io:format("~p:~p ~p~n", [C, R, S]), halt(1) end.
            """
        let bin = otp.appending(runtime.name).appending("bin")
        let run = try await Program.run(
            bin.appending("erlexec").string,
            [
                "-noinput", "+S", "2", "-boot", root.appending("releases/1/start").string, "-config",
                root.appending("releases/1/sys").string, "-kernel", "logger_level", "none", "-eval", wrapped,
            ], in: root,
            environment: [
                "ROOTDIR": root.string, "BINDIR": bin.string, "EMU": "beam", "PROGNAME": "erl", "HOME": root.string,
                "ERL_CRASH_DUMP_SECONDS": "0",
            ])
        try #require(run.status == 0, "\(run.output)\(run.errors)")
        return run.output
    }

    private static func listing(_ root: FilePath) async throws -> [String] {
        let find = """
            find . -path ./releases/.relift -prune -o -type d -printf '%y %P\\n' -o -type l -printf '%y %P %l\\n' -o \
            -type f -printf '%y %P ' -exec sha256sum {} \\; | sort
            """
        let run = try await Program.run("sh", ["-c", find], in: root)
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test func theSameTreeAndTheSameRecordsAsStockUnpacking() async throws {
        try await withTemporaryFolder { folder in
            try await Self.prepare(folder)
            let (stock, ours) = (folder.appending("stock"), folder.appending("ours"))
            for root in [stock, ours] {
                _ = try await Program.run("cp", ["-a", folder.appending("root").string, root.string])
            }
            let tarball = folder.appending("shop-2.tar.gz")
            _ = try await Program.run("cp", [tarball.string, stock.appending("releases").string])
            _ = try await Self.run(#"{ok, "2"} = release_handler:unpack_release("shop-2")"#, in: stock)

            var findings: [Diagnostic] = []
            let system = try #require(TargetSystem(root: ours, files: HostFileSystem(), &findings))
            let staged = try #require(ReleaseStaging(system).stage(tarball, &findings), "\(findings)")
            #expect(staged.placement.moves == ["lib/shop-2", "releases/2"])
            try staged.placement.place(in: ours, HostFileSystem())
            let file = staged.placement.resourceFile(in: ours)
            let libraries = TermPrinter.line(staged.placement.libraryFolders)
            let check = #"io:format("~0p", [release_handler:check_install_release("2")])"#
            let answer = try await Self.run(
                "{ok, \"2\"} = release_handler:set_unpacked(\"\(file)\", \(libraries)), \(check)", in: ours)
            #expect(answer.hasPrefix(#"{ok,"1","#), "\(answer)")
            #expect(try await Self.run(check, in: stock) == answer)

            let (theirs, own) = (try await Self.listing(stock), try await Self.listing(ours))
            #expect(theirs.contains { $0.hasPrefix("f releases/2/relup") && !theirs.isEmpty })
            #expect(Set(theirs).symmetricDifference(own).sorted() == [])
            let records = FilePath("releases/RELEASES")
            #expect(try File.read(stock.pushing(records)) == File.read(ours.pushing(records)))
        }
    }
}
