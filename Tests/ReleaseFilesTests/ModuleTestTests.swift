import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// The options that look at modules, `src_tests` and `exref`, against systools.
@Suite(.enabled(if: OTP.isInstalled)) struct ModuleTestTests {
    /// Applications with modules whose object files are missing, old, and without source, as real files.
    private func answers(in folder: FilePath) async throws -> [Term] {
        _ = try await OTP.evaluate(
            """
            Mk = fun(Dir, Mods) ->
                Ebin = filename:join([Dir, "shop-1", "ebin"]), Src = filename:join([Dir, "shop-1", "src"]),
                ok = filelib:ensure_path(Ebin), ok = filelib:ensure_path(Src),
                [ok = file:write_file(filename:join(Ebin, atom_to_list(A) ++ ".app"), io_lib:format("~p.~n",
                    [{application, A, [{description, ""}, {vsn, "1"}, {modules, Ms}, {registered, []},
                     {applications, []}]}]))
                 || {A, Ms} <- [{shop, [M || {M, _} <- Mods]}, {kernel, []}, {stdlib, []}, {sasl, []}]],
                [begin
                    Name = atom_to_list(M),
                    Forms = [{attribute, 1, module, M}, {attribute, 1, export, [{go, 0}]},
                             {function, 1, go, 0, [{clause, 1, [], [], [{call, 1,
                                {remote, 1, {atom, 1, shop_lost}, {atom, 1, close}}, [{integer, 1, 7}]}]}]}],
                    {ok, M, Beam} = compile:forms(Forms, [debug_info]),
                    Object = filename:join(Ebin, Name ++ ".beam"), Source = filename:join(Src, Name ++ ".erl"),
                    State =:= missing orelse (ok = file:write_file(Object, Beam)),
                    State =:= no_source orelse (ok = file:write_file(Source, <<>>)),
                    State =:= old andalso (ok = file:change_time(Object, {{2001, 1, 1}, {1, 1, 1}}))
                 end || {M, State} <- Mods],
                Base = filename:join(Dir, "t"),
                ok = file:write_file(Base ++ ".rel", io_lib:format("~p.~n", [{release, {"t", "1"}, {erts, "1"},
                    [{kernel, "1"}, {stdlib, "1"}, {sasl, "1"}, {shop, "1"}]}])),
                fun(Options) -> systools:make_script(Base, [silent, {path, [Ebin]} | Options]) end
            end,
            Warn = Mk("warn", [{shop_a, old}, {shop_b, ok}, {shop_c, no_source}]),
            Fail = Mk("fail", [{shop_a, missing}, {shop_b, old}, {shop_c, missing}]),
            Answers = [Warn([src_tests]), Warn([src_tests, warnings_as_errors]), Fail([src_tests]), Fail([]),
                Warn([{exref, [shop]}])],
            ok = file:write_file("answers", term_to_binary(Answers))
            """, workingDirectory: folder)
        return try ExternalTerm.decode(try Files.read(folder.appending("answers"))).listElements ?? []
    }

    private func ours(_ folder: String, _ options: ReleaseResolution.Options) throws -> Term {
        func application(_ name: String, modules: [Atom] = []) throws -> Application {
            Application(
                specification: ApplicationSpecification(
                    name: try #require(ApplicationName(validating: Atom(name))),
                    version: try #require(ApplicationVersion(validating: "1")),
                    modules: try modules.map { try #require(ModuleName(validating: $0)) }),
                directory: "\(folder)/shop-1/ebin")
        }
        let applications =
            try ["kernel", "stdlib", "sasl"].map { try application($0) }
            + [application("shop", modules: ["shop_a", "shop_b", "shop_c"])]
        let resource = ReleaseResource(
            name: ReleaseTitle("t"), version: try #require(ReleaseVersion(validating: "1")),
            runtime: try #require(RuntimeVersion(validating: "1")),
            applications: applications.map { .init(name: $0.name, version: $0.version) })
        do {
            let warnings = try ReleaseResolution(resource, applications: applications, options: options).warnings
            return .tuple(
                .atom("ok"), .atom("systools_make"),
                .list(warnings.compactMap(\.otpWarning).map { .tuple(.atom("warning"), $0) }))
        } catch {
            return .tuple(.atom("error"), .atom("systools_make"), error.otpReason)
        }
    }

    @Test func answersAboutModulesAreThoseOfSystools() async throws {
        func states(
            _ states: [Atom: ReleaseResolution.ModuleFileState]
        ) throws -> [ModuleName: ReleaseResolution.ModuleFileState] {
            try Dictionary(
                uniqueKeysWithValues: states.map { (try #require(ModuleName(validating: $0.key)), $0.value) })
        }
        let warn = try states(["shop_a": .objectOutOfDate, "shop_b": .current, "shop_c": .sourceNotFound])
        let fail = try states(["shop_a": .objectMissing, "shop_b": .objectOutOfDate])
        let undefined = ModuleFacts.ImportedFunction(module: "shop_lost", function: "close", arity: 1)
        let ours = [
            try self.ours("warn", .init(moduleFiles: warn)),
            try self.ours("warn", .init(moduleFiles: warn, treatsWarningsAsErrors: true)),
            try self.ours("fail", .init(moduleFiles: fail)), try self.ours("fail", .init()),
            try self.ours("warn", .init(undefinedFunctions: .success([undefined]))),
        ]
        try await withTemporaryFolder { folder in
            let theirs = try await self.answers(in: folder)
            #expect(ours == theirs)
        }
    }
}
