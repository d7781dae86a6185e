import ByteParsing
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Against the installed OTP: what we write it reads, what it writes we read, and the bytes are the same.
@Suite(.enabled(if: OTP.isInstalled)) struct ExternalTermOTPTests {
    /// Reads records of a 4-byte length and a binary from a file, and writes what `expression` makes of each binary `B`.
    private func transform(_ inputs: [[UInt8]], _ expression: String) async throws -> [[UInt8]] {
        try await withTemporaryFolder { folder in
            var writer = ByteWriter()
            for input in inputs {
                writer.writeBigEndian(UInt32(input.count))
                writer.write(input)
            }
            let file = folder.appending("records")
            try File.write(writer.bytes, to: file)
            let output = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(), {ok, Data} = file:read_file(File),
                Each = fun(B) -> \(expression) end,
                Results = [Each(B) || <<N:32, B:N/binary>> <= Data],
                ok = file:write_file(File, [[<<(byte_size(R)):32>>, R] || R <- Results])
                """, arguments: [file.string])
            #expect(output.isEmpty)
            let data = try File.read(file)
            var cursor = ByteCursor(data.span)
            var results: [[UInt8]] = []
            while !cursor.isAtEnd {
                let count = try cursor.readBigEndian(UInt32.self)
                results.append(try cursor.readBytes(count: Int(count)))
            }
            return results
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func randomTermsAreWrittenAsOTPWritesThem(seed: UInt64) async throws {
        var random = RandomTerm(seed: seed)
        let terms = (0..<1000).map { _ in random.next() }
        let ours = terms.map { ExternalTerm.encode($0, atoms: .latin1) }
        let theirs = try await self.transform(ours, "term_to_binary(binary_to_term(B), [{minor_version, 1}])")
        try #require(theirs.count == ours.count)
        for (index, term) in terms.enumerated() where ours[index] != theirs[index] {
            Issue.record("seed \(seed), term \(index): \(term)")
        }
    }

    /// With this option OTP 25 writes as later versions do, except ports.
    @Test(arguments: [3] as [UInt64])
    func randomTermsAreWrittenAsLaterVersionsWriteThem(seed: UInt64) async throws {
        var random = RandomTerm(seed: seed, hasIdentifiers: false)
        let terms = (0..<1000).map { _ in random.next() }
        let ours = terms.map { ExternalTerm.encode($0, atoms: .utf8) }
        let theirs = try await self.transform(ours, "term_to_binary(binary_to_term(B), [{minor_version, 2}])")
        #expect(theirs == ours)
    }

    @Test func longStringsBecomeLists() async throws {
        for count in [65_535, 65_536] {
            let ours = ExternalTerm.encode(.list([Term](repeating: .integer(120), count: count)))
            let theirs = try await self.transform([ours], "term_to_binary(lists:duplicate(\(count), $x))")
            #expect(theirs == [ours])
        }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func termsThatOTPWroteAreRead(seed: UInt64) async throws {
        var random = RandomTerm(seed: seed)
        let terms = (0..<500).map { _ in random.next(depth: 5) }
        let ours = terms.map { ExternalTerm.encode($0, atoms: .utf8) }
        for options in ["[]", "[compressed]", "[{compressed, 9}, {minor_version, 2}]", "[{minor_version, 0}]"] {
            let theirs = try await self.transform(ours, "term_to_binary(binary_to_term(B), \(options))")
            for (term, bytes) in zip(terms, theirs) {
                let read = try ExternalTerm.decode(bytes)
                #expect(read == term, "seed \(seed), options \(options)")
            }
        }
    }

    @Test func bootFilesReadAndWriteToTheSameBytes() async throws {
        let root = try #require(OTP.root)
        let listing = try await OTP.evaluate(
            #"""
            [io:format("~s~n", [F]) || Pattern <- ["/bin/*.boot", "/releases/*/*.boot"],
                                       F <- filelib:wildcard(code:root_dir() ++ Pattern)]
            """#)
        let paths = String(decoding: listing, as: UTF8.self).split(separator: "\n")
        #expect(paths.count >= 4, "boot files under \(root)")
        for path in paths {
            let bytes = try File.read(FilePath(String(path)))
            let term = try ExternalTerm.decode(bytes)
            #expect(ExternalTerm.encode(term, atoms: .latin1) == bytes, "\(path)")
        }
    }
}
