import ErlangTerms
import SystemPackage
import TestSupport

/// Real systools, asked many questions in one Erlang process.
enum SystoolsOracle {
    enum Answer: Hashable, Sendable {
        case script([Term])
        /// The reason inside `{error, systools_rc, Reason}`; a crash has an empty stack.
        case error(Term)
        /// `translate_scripts` did not return; the class of the crash.
        case raised(Term)
    }

    static func translate(_ cases: [TranslationCase]) async throws -> [Answer] {
        let answers = try await self.evaluate(
            """
            fun({Mode, Scripts, Applications, Previous}) ->
                Cut = fun({R, [{M, F, A, L} | _]}) when is_atom(M), is_atom(F), is_list(L), not is_tuple(A) -> {R, []};
                         (R) -> R end,
                try systools_rc:translate_scripts(Mode, Scripts, Applications, Previous) of
                    {ok, Script} -> {ok, Script};
                    {error, systools_rc, Reason} -> {error, Cut(Reason)}
                catch error:Reason -> {raised, Reason}
                end
            end
            """, .list(cases.map(\.term)))
        return try (answers.listElements ?? []).map { answer in
            guard let pair = answer.tupleElements, pair.count == 2 else { throw UnexpectedAnswer(term: answer) }
            switch pair[0] {
            case .atom("ok"): return .script(pair[1].listElements ?? [])
            case .atom("error"): return .error(pair[1])
            default: return .raised(pair[1])
            }
        }
    }

    /// Calls an Erlang function with each element of a list, and returns the list of results.
    static func evaluate(_ function: String, _ arguments: Term) async throws -> Term {
        try await withTemporaryFolder { folder in
            let (input, output) = (folder.appending("in"), folder.appending("out"))
            try File.write(ExternalTerm.encode(arguments), to: input)
            _ = try await OTP.evaluate(
                """
                [In, Out] = init:get_plain_arguments(),
                {ok, Bytes} = file:read_file(In),
                F = \(function),
                ok = file:write_file(Out, term_to_binary([F(X) || X <- binary_to_term(Bytes)]))
                """, arguments: [input.string, output.string])
            return try ExternalTerm.decode(File.read(output))
        }
    }

    struct UnexpectedAnswer: Error {
        let term: Term
    }
}
