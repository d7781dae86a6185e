package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// What a project says about the generation of its appups: `{appup, Settings}` in `relift.config`.
///
/// ```erlang
/// {appup, [{behaviours, [{my_server, gen_server}, {ranch_protocol, code}]}]}.
/// ```
package struct AppupSettings: Equatable, Sendable {
    /// What the behaviours of the project and of its dependencies are.
    package var behaviours: [Atom: BehaviourMapping.Meaning] = [:]

    package init() {}

    /// Reads the setting out of a manifest and looks at nothing else in it; nil when a finding of error severity was
    /// appended. A manifest without the setting says nothing.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> AppupSettings? {
        var found: [Diagnostic] = []
        guard let file = TermText.parseFile(source, &found) else {
            diagnostics += found
            return nil
        }
        var settings = AppupSettings()
        for term in file.terms where term.key == "appup" { settings.read(term, source, &found) }
        diagnostics += found
        return found.hasErrors ? nil : settings
    }

    mutating func read(_ term: LocatedTerm, _ source: SourceFile, _ diagnostics: inout [Diagnostic]) {
        let reader = ManifestReader(source: source)
        guard term.children.count == 2, let settings = term.children[1].listElements else {
            diagnostics.append(.wrongAppupSettings(reader.written(term), at: reader.place(term)))
            return
        }
        for setting in settings {
            guard setting.key == "behaviours", setting.children.count == 2, let pairs = setting.children[1].listElements
            else {
                diagnostics.append(.wrongAppupSettings(reader.written(setting), at: reader.place(setting)))
                continue
            }
            for pair in pairs {
                guard pair.children.count == 2, let behaviour = pair.key,
                    let meaning = pair.children[1].term.atomValue.flatMap({ BehaviourMapping.Meaning($0.name) })
                else {
                    diagnostics.append(.wrongBehaviour(reader.written(pair), at: reader.place(pair)))
                    continue
                }
                self.behaviours[behaviour] = meaning
            }
        }
    }
}

extension Diagnostic {
    @inline(never)
    fileprivate static func wrongAppupSettings(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "`appup` takes a list of settings such as `behaviours`, not `\(written)`",
            at: place, help: ["for example: {appup, [{behaviours, [{my_server, gen_server}]}]}."])
    }

    @inline(never)
    fileprivate static func wrongBehaviour(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "a behaviour is a pair of its name and what it is, not `\(written)`",
            at: place,
            explanation: "What it is decides how running processes take changed code of its modules.",
            help: [
                "it is one of \(BehaviourMapping.Meaning.names.map { "`\($0)`" }.joined(separator: ", "))",
                "for example: {appup, [{behaviours, [{my_server, gen_server}]}]}.",
            ])
    }
}
