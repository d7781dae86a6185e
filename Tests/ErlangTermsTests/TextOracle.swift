import ByteParsing
import ErlangTerms
import SystemPackage
import TestSupport

/// What the installed OTP makes of texts of terms.
enum TextOracle {
    enum Answer: Equatable, CustomStringConvertible {
        case terms([Term])
        case refused(String)

        var description: String {
            switch self {
            case .terms(let terms): "\(terms.map { TermPrinter.line($0) })"
            case .refused(let reason): "refused: \(reason)"
            }
        }
    }

    /// Calls `file:consult/1` on each text. One run of `erl` serves them all; the terms come back in the external
    /// format, so that our reading of text is not needed to check our reading of text.
    static func consult(_ texts: [[UInt8]]) async throws -> [Answer] {
        let answers = try await self.transform(
            texts,
            """
            ok = file:write_file(Scratch, B),
            term_to_binary(
              try file:consult(Scratch) of
                {ok, Ts} -> {ok, Ts};
                {error, {L, M, E}} when is_atom(M) ->
                  {error, unicode:characters_to_binary(io_lib:format("~p ~ts", [L, try M:format_error(E) catch _:_ -> [] end]))};
                {error, E} -> {error, atom_to_binary(E)}
              catch _:_ -> {error, <<"crash">>} end)
            """)
        return try answers.map { bytes in
            let term = try ExternalTerm.decode(bytes)
            guard let elements = term.tupleElements, elements.count == 2 else { return .refused("\(term)") }
            if elements[0].isAtom("ok"), let terms = elements[1].listElements { return .terms(terms) }
            return .refused(String(decoding: elements[1].binaryBytes ?? [], as: UTF8.self))
        }
    }

    /// Applies an Erlang expression over the binary `B` to each input; it makes a binary (or iodata). `Scratch` is the
    /// name of a file that it may use.
    static func transform(
        _ inputs: [[UInt8]], _ expression: String, flags: [String] = []
    ) async throws -> [[UInt8]] {
        try await withTemporaryFolder { folder in
            var writer = ByteWriter()
            for input in inputs {
                writer.writeBigEndian(UInt32(input.count))
                writer.write(input)
            }
            let file = folder.appending("records")
            try File.write(writer.bytes, to: file)
            _ = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(), {ok, Data} = file:read_file(File), Scratch = File ++ ".scratch",
                Each = fun(B) -> \(expression) end,
                Results = [iolist_to_binary(Each(B)) || <<N:32, B:N/binary>> <= Data],
                ok = file:write_file(File, [[<<(byte_size(R)):32>>, R] || R <- Results])
                """, arguments: [file.string], flags: flags)
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
}
