package import Diagnostics
import ErlangTerms

/// The files of small releases, for examples of explanations. Such a release has `kernel` 8.5, `stdlib` 4.2 and, unless an
/// example says otherwise, `sasl` 4.2, which are not shown.
extension Explanation.File {
    /// The applications whose files an example leaves out.
    package static let leftOut = [("kernel", "8.5"), ("stdlib", "4.2"), ("sasl", "4.2")]

    /// A `.rel` file of the release `shop`.
    ///
    /// - Parameter entries: in Erlang's syntax, behind those of `kernel`, `stdlib` and `sasl`.
    package static func release(
        _ path: String, _ version: String, runtime: String = "13.1", sasl: String? = "4.2", _ entries: [String]
    ) -> Self {
        let libraries = ["{kernel,\"8.5\"}", "{stdlib,\"4.2\"}"] + (sasl.map { ["{sasl,\"\($0)\"}"] } ?? [])
        let lines = [libraries.joined(separator: ",")] + entries
        return Self(
            path,
            """
            {release, {"shop","\(version)"}, {erts,"\(runtime)"},
             [\(lines.joined(separator: ",\n  "))]}.
            """)
    }

    /// An `.app` file below `lib`.
    ///
    /// - Parameter keys: further lines with keys, in Erlang's syntax.
    package static func application(
        _ name: String, _ version: String, modules: [String] = [], uses: [String] = [], _ keys: [String] = []
    ) -> Self {
        let needs = name == "kernel" ? [] : name == "stdlib" ? ["kernel"] : ["kernel", "stdlib"] + uses
        let lines = [
            "{description,\"\"}, {vsn,\"\(version)\"}, {modules,[\(modules.joined(separator: ","))]}, {registered,[]}",
            "{applications,[\(needs.joined(separator: ","))]}",
        ]
        return Self(
            "lib/\(name)-\(version)/ebin/\(name).app",
            """
            {application, \(name),
             [\((lines + keys).joined(separator: ",\n  "))]}.
            """)
    }

    /// The source of a module below `lib`, to be compiled into the application's `ebin`.
    ///
    /// - Parameter text: what follows `-module(NAME).`
    package static func source(_ module: String, of application: String, _ version: String, _ text: String) -> Self {
        Self(
            "lib/\(application)-\(version)/src/\(module).erl",
            "-module(\(TermPrinter.line(.atom(Atom(module))))).\n\(text)")
    }

    /// ``source(_:of:_:_:)`` of a module with one function, `price/0`, that answers `value`.
    package static func source(_ module: String, of application: String, _ version: String, price value: String) -> Self
    {
        self.source(module, of: application, version, "-export([price/0]).\n\nprice() -> \(value).")
    }

    /// The commands that compile the sources of versions of an application.
    package static func compilation(of application: String, _ versions: [String] = ["1", "2"]) -> [String] {
        versions.map { version in
            let folder = "lib/\(application)-\(version)"
            return "erlc +debug_info -o \(folder)/ebin \(folder)/src/*.erl"
        }
    }

    /// An `.appup` file below `lib`.
    package static func appup(_ name: String, _ version: String, _ text: String) -> Self {
        Self("lib/\(name)-\(version)/ebin/\(name).appup", text)
    }
}
