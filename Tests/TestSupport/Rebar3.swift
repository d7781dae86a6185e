import SystemPackage

/// The rebar3 of this host, as an oracle.
package enum Rebar3 {
    private static let path = FilePath("/usr/bin/rebar3")

    package static var isInstalled: Bool { (try? File.read(self.path)) != nil }

    /// Runs an expression with rebar3's modules loaded; what it prints.
    package static func evaluate(_ expression: String) async throws -> String {
        let loading = """
            {ok, S} = escript:extract("\(self.path)", []),
            {ok, Files} = zip:unzip(proplists:get_value(archive, S), [memory]),
            [code:load_binary(list_to_atom(filename:basename(N, ".beam")), N, B)
             || {N, B} <- Files, filename:extension(N) =:= ".beam"],
            """
        let run = try await Program.run(
            "erl", ["-noshell", "-noinput", "-eval", "\(loading) \(expression), halt()."])
        return run.output
    }
}
