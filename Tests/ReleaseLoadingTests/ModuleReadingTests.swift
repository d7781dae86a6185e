import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What is read of the modules of two releases, and what is not.
@Suite(.enabled(if: OTP.isInstalled)) struct ModuleReadingTests {
    /// `a` with modules `same`, `other` and one that only this version has; `sasl` with a module that never changes.
    private static func write(_ version: String, in folder: FilePath) async throws {
        try await SmallRelease.write(in: folder, version: version)
        _ = try await OTP.evaluate(
            """
            [Folder, Version] = init:get_plain_arguments(),
            Write = fun(Application, Source) ->
                Forms = [begin {ok, Tokens, _} = erl_scan:string(Text ++ "."), {ok, F} = erl_parse:parse_form(Tokens), F end
                    || Text <- Source],
                {ok, Module, Beam} = compile:forms(Forms, []),
                ok = file:write_file(filename:join([Folder, "lib", Application, "ebin", Module]) ++ ".beam", Beam) end,
            A = "a-" ++ Version,
            Write("sasl-1", ["-module(steady)"]),
            Write(A, ["-module(same)", "-export([f/0])", "f() -> 1"]),
            Write(A, ["-module(other)", "-export([f/0])", "f() -> " ++ Version]),
            Write(A, ["-module(only" ++ Version ++ ")"])
            """, arguments: [folder.string, version])
    }

    private func releases(
        in folder: FilePath, versions: (old: String, new: String)
    ) async throws -> (old: LoadedRelease, new: LoadedRelease, loader: ReleaseLoader) {
        try await Self.write(versions.old, in: folder.appending("old"))
        try await Self.write(versions.new, in: folder.appending("new"))
        var findings: [Diagnostic] = []
        func load(_ name: String) async throws -> LoadedRelease {
            let loader = ReleaseLoaderTests.loader(folder.appending("\(name)/lib"))
            let path = folder.appending("\(name)/small.rel").string
            return try #require(await loader.load(path, reading: [.packedModules], &findings), "\(findings)")
        }
        return (try await load("old"), try await load("new"), ReleaseLoaderTests.loader())
    }

    private func names(_ release: LoadedRelease, withCode: Bool) throws -> [String] {
        let application = try #require(release.release.applications.first { $0.name.name == "a" }).application
        return application.modules.values.filter { ($0.code != .notRead) == withCode }
            .map(\.name.name).sorted()
    }

    @Test func onlyChangedModulesAreReadWithTheirCode() async throws {
        try await withTemporaryFolder { folder in
            var (old, new, loader) = try await self.releases(in: folder, versions: ("1", "2"))
            var findings: [Diagnostic] = []
            let same = await loader.readModules(of: &old, and: &new, &findings)
            #expect(findings == [])
            #expect(same.map(\.name).sorted() == ["kernel", "sasl", "stdlib"])
            #expect(try self.names(old, withCode: true) == ["only1", "other"])
            #expect(try self.names(new, withCode: true) == ["only2", "other"])
            #expect(try self.names(new, withCode: false) == ["same"])
            #expect(new.release[.sasl]?.application.modules.isEmpty == true)
            #expect(
                new.release.applicationsInStartOrder.last?.application.modules.count == 3,
                "both orders of the applications know the modules")
        }
    }

    @Test func anApplicationOfOneVersionWithOtherBytesIsNotTheSame() async throws {
        try await withTemporaryFolder { folder in
            var (old, new, loader) = try await self.releases(in: folder, versions: ("1", "1"))
            var findings: [Diagnostic] = []
            #expect(await loader.readModules(of: &old, and: &new, &findings).count == 4)
            let steady = folder.appending("new/lib/sasl-1/ebin/steady.beam")
            try File.write(try File.read(folder.appending("new/lib/a-1/ebin/only1.beam")), to: steady)
            #expect(
                await loader.readModules(of: &old, and: &new, &findings).map(\.name).sorted().contains("sasl") == false)
        }
    }

    @Test(arguments: [("CInf", true), ("Dbgi", true), ("Attr", false), ("LitT", false)])
    func anApplicationThatWasCompiledElsewhereIsTheSame(chunk: String, isSame: Bool) async throws {
        try await withTemporaryFolder { folder in
            var (old, new, loader) = try await self.releases(in: folder, versions: ("1", "1"))
            _ = try await OTP.evaluate(
                """
                [File, Name] = init:get_plain_arguments(),
                {ok, _, Chunks} = beam_lib:all_chunks(File),
                {ok, Beam} = beam_lib:build_module(lists:keystore(Name, 1, Chunks, {Name, term_to_binary([])})),
                ok = file:write_file(File, Beam)
                """, arguments: [folder.appending("new/lib/sasl-1/ebin/steady.beam").string, chunk])
            var findings: [Diagnostic] = []
            let same = await loader.readModules(of: &old, and: &new, &findings)
            #expect(same.contains(.sasl) == isSame)
            #expect((new.release[.sasl]?.application.modules.isEmpty ?? false) == isSame)
        }
    }

    /// The files of a tarball lie in no folder: that there is nothing to compare does not make them equal.
    @Test func changedCodeOfOneVersionIsSeenInTarballs() async throws {
        try await withTemporaryFolder { folder in
            _ = try await self.releases(in: folder, versions: ("1", "1"))
            _ = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(),
                Forms = [{attribute,1,module,steady}, {attribute,1,export,[{f,0}]},
                    {function,1,f,0,[{clause,1,[],[],[{atom,1,changed}]}]}],
                {ok, steady, Beam} = compile:forms(Forms, []),
                ok = file:write_file(File, Beam)
                """, arguments: [folder.appending("new/lib/sasl-1/ebin/steady.beam").string])
            var findings: [Diagnostic] = []
            var loaded: [LoadedRelease] = []
            let loader = ReleaseLoaderTests.loader()
            for name in ["old", "new"] {
                let release = folder.appending(name)
                let tarball = folder.appending("\(name).tar.gz").string
                _ = try await Program.run("mkdir", ["-p", release.appending("releases").string])
                _ = try await Program.run("cp", ["small.rel", "releases/small.rel"], in: release)
                _ = try await Program.run("tar", ["-czf", tarball, "lib", "releases"], in: release)
                let read = await loader.load(tarball, reading: [.packedModules], &findings)
                loaded.append(try #require(read, "\(findings)"))
            }
            var (before, after) = (loaded[0], loaded[1])
            let same = await loader.readModules(of: &before, and: &after, &findings)
            #expect(!same.contains(.sasl))
            let sasl = try #require(after.release[.sasl]).application
            #expect(sasl.modules.values.contains { $0.code != .notRead })
        }
    }

    @Test func aModuleThatCannotBeReadIsAFinding() async throws {
        try await withTemporaryFolder { folder in
            var (old, new, loader) = try await self.releases(in: folder, versions: ("1", "2"))
            try File.write(Array("no module".utf8), to: folder.appending("new/lib/a-2/ebin/other.beam"))
            var findings: [Diagnostic] = []
            _ = await loader.readModules(of: &old, and: &new, &findings)
            #expect(findings.map(\.id.rawValue) == ["beam/not-a-module"])
            #expect(try self.names(old, withCode: true) == ["only1", "other"])
        }
    }
}
