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

    /// What no compiler of today writes, but `beam_lib` reads: Latin-1 atoms, old hashes, chunks left out or repeated.
    @Test func digestsOfUnusualFilesAreThoseOfBeamLib() async throws {
        let beam = try BeamFixture(version: 25, module: "closures").beam()
        func chunks(_ change: (ChunkName, [UInt8]) -> (ChunkName, [UInt8])?) -> [UInt8] {
            BeamContainer.file(beam.chunks.compactMap { change($0.name, Array(beam.data(of: $0))) })
        }
        let name = try #require(ChunkName("Mine"))
        let files = [
            chunks { name, data in (name == .atoms ? .latin1Atoms : name, data) },
            chunks { name, data in
                (
                    name,
                    name == .lambdas ? data.enumerated().map { $0.offset >= 24 ? 0x5a ^ $0.element : $0.element } : data
                )
            },
            chunks { name, data in name == .lambdas || name == .literals ? nil : (name, data) },
            chunks { name, data in
                [.locals, .attributes, .debugInformation, .lines, .types].contains(name) ? nil : (name, data)
            },
            BeamContainer.rebuilt(beam, adding: [(.strings, [1]), (.metadata, [2, 3]), (name, [4])]),
            BeamContainer.file(beam.chunks.reversed().map { ($0.name, Array(beam.data(of: $0))) }),
        ]
        let ours = try files.map { try BeamFile(parsing: $0).digest }
        let theirs = try await withTemporaryFolder { folder in
            for (index, file) in files.enumerated() { try File.write(file, to: folder.appending("\(index).beam")) }
            return try await OTP.evaluate(
                """
                [Folder] = init:get_plain_arguments(), io:setopts([{encoding, latin1}]),
                [begin {ok, {_, MD5}} = beam_lib:md5(filename:join(Folder, integer_to_list(N) ++ ".beam")),
                       file:write(standard_io, MD5) end || N <- lists:seq(0, \(files.count - 1))]
                """, arguments: [folder.string])
        }
        #expect(ours.flatMap { $0 } == theirs)
        #expect(ours[0] == (try beam.digest))
        #expect(ours[2] != (try beam.digest))
    }
}
