import BeamFiles
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Every compiled module of the installed OTP, against what its `beam_lib` says.
@Suite(.enabled(if: OTP.isInstalled)) struct BeamLibTests {
    /// `{Path, MD5, Exports, Imports, Locals, Attributes, CompileInfo, Version, [{Chunk, Offset, Size}]}` of each file.
    private static let expression = """
        [Target] = init:get_plain_arguments(),
        Files = filelib:wildcard(code:root_dir() ++ "/lib/*/ebin/*.beam"),
        Facts = fun(File) ->
            {ok, Bytes} = file:read_file(File),
            {ok, {Module, Chunks}} = beam_lib:chunks(Bytes,
                [exports, imports, locals, attributes, compile_info], [allow_missing_chunks]),
            {ok, {Module, MD5}} = beam_lib:md5(Bytes),
            {ok, {Module, Version}} = beam_lib:version(Bytes),
            [Module] = [M || {module, M} <- beam_lib:info(Bytes)],
            [Index] = [I || {chunks, I} <- beam_lib:info(Bytes)],
            Values = [V || {_, V} <- Chunks],
            list_to_tuple([File, Module, MD5, Version, Index | Values])
        end,
        ok = file:write_file(Target, term_to_binary([Facts(F) || F <- Files]))
        """

    @Test func factsOfAllInstalledModulesAreThoseOfBeamLib() async throws {
        let facts = try await withTemporaryFolder { folder in
            let target = folder.appending("facts")
            _ = try await OTP.evaluate(Self.expression, arguments: [target.string])
            return try ExternalTerm.decode(try File.read(target))
        }
        let files = try #require(facts.listElements)
        #expect(files.count > 500)
        for file in files {
            let theirs = try #require(file.tupleElements)
            let path = try #require(theirs[0].stringValue)
            let beam = try BeamFile(parsing: try File.read(FilePath(path)))
            let ours: [Term] = [
                theirs[0], .atom(beam.module), .binary(try beam.digest), .list(try beam.version),
                BeamTerms.index(beam), try BeamTerms.exports(beam), try BeamTerms.imports(beam),
                try BeamTerms.locals(beam),
                try BeamTerms.attributes(beam), .list(try beam.compileInformation),
            ]
            try #require(ours == theirs, "\(path)")
        }
    }
}
