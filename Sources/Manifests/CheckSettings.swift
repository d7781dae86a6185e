package import Diagnostics
import ErlangTerms
import ReleaseModel

/// What a project says about the findings of `relift check`: `{check, Settings}` in `relift.config`.
///
/// ```erlang
/// {check, [{severity, 'appup/state-shape-changed', warning},
///          {suppress, 'appup/nif-module', "the library keeps no state"},
///          {suppress, {'appup/init-not-repeatable', shop_sup}, "it only logs"}]}.
/// ```
package struct CheckSettings: Hashable, Sendable {
    /// A severity as written; of two for one ID the last counts.
    package struct Severity: Hashable, Sendable {
        package let id: Diagnostic.ID
        package let level: FindingPolicy.Level
        /// Of the ID.
        package let place: Diagnostic.Place
    }

    package var severities: [Severity] = []
    /// Their places are those of the IDs.
    package var suppressions: [FindingPolicy.Suppression] = []

    package init() {}

    /// The settings as a policy.
    package var policy: FindingPolicy {
        FindingPolicy(
            levels: Dictionary(self.severities.map { ($0.id, $0.level) }, uniquingKeysWith: { _, last in last }),
            suppressions: self.suppressions)
    }

    /// Reads the setting out of a manifest and looks at nothing else in it; nil when a finding of error severity was
    /// appended. A manifest without the setting says nothing.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> CheckSettings? {
        var found: [Diagnostic] = []
        guard let file = TermText.parseFile(source, &found) else {
            diagnostics += found
            return nil
        }
        var settings = CheckSettings()
        for term in file.terms where term.key == "check" { settings.read(term, source, &found) }
        diagnostics += found
        return found.hasErrors ? nil : settings
    }

    /// A finding for every ID that is none of those a program has.
    package func unknownIDs(known: [Diagnostic.ID]) -> [Diagnostic] {
        let names = Set(known)
        let written = self.severities.map { ($0.id, $0.place) } + self.suppressions.map { ($0.id, $0.place) }
        return written.filter { !names.contains($0.0) }.map { id, place in
            Diagnostic.unknownFinding(
                id, meant: NearestName.of(id.rawValue, among: known.map(\.rawValue).sorted()), at: place)
        }
    }

    mutating func read(_ term: LocatedTerm, _ source: SourceFile, _ diagnostics: inout [Diagnostic]) {
        let reader = ManifestReader(source: source)
        guard term.children.count == 2, let settings = term.children[1].listElements else {
            diagnostics.append(.wrongCheckSettings(reader.written(term), at: reader.place(term)))
            return
        }
        for setting in settings {
            let parts = setting.children
            switch setting.key {
            case "severity" where parts.count == 3: self.readSeverity(parts, setting, reader, &diagnostics)
            case "suppress" where parts.count == 3: self.readSuppression(parts, setting, reader, &diagnostics)
            case "suppress" where parts.count == 2:
                diagnostics.append(.suppressionWithoutReason(reader.written(setting), at: reader.place(setting)))
            default: diagnostics.append(.wrongCheckSettings(reader.written(setting), at: reader.place(setting)))
            }
        }
    }

    private mutating func readSeverity(
        _ parts: [LocatedTerm], _ setting: LocatedTerm, _ reader: ManifestReader, _ diagnostics: inout [Diagnostic]
    ) {
        guard let id = reader.findingID(parts[1]) else {
            diagnostics.append(.wrongCheckSettings(reader.written(setting), at: reader.place(setting)))
            return
        }
        guard let level = parts[2].term.atomValue.flatMap({ FindingPolicy.Level(rawValue: $0.name) }) else {
            diagnostics.append(.wrongLevel(reader.written(parts[2]), at: reader.place(parts[2])))
            return
        }
        self.severities.append(Severity(id: id, level: level, place: reader.place(parts[1])))
    }

    private mutating func readSuppression(
        _ parts: [LocatedTerm], _ setting: LocatedTerm, _ reader: ManifestReader, _ diagnostics: inout [Diagnostic]
    ) {
        var kind = parts[1]
        var subject: String?
        if let pair = kind.tupleElements {
            guard pair.count == 2, let name = pair[1].term.atomValue else {
                diagnostics.append(.wrongCheckSettings(reader.written(setting), at: reader.place(setting)))
                return
            }
            (kind, subject) = (pair[0], name.name)
        }
        guard let id = reader.findingID(kind) else {
            diagnostics.append(.wrongCheckSettings(reader.written(setting), at: reader.place(setting)))
            return
        }
        guard let reason = reader.text(parts[2]), reason.contains(where: { !$0.isWhitespace }) else {
            diagnostics.append(.suppressionWithoutReason(reader.written(setting), at: reader.place(setting)))
            return
        }
        self.suppressions.append(.init(id, of: subject, because: reason, at: reader.place(kind)))
    }
}

extension ManifestReader {
    /// `'area/name'`, as an atom or a string.
    fileprivate func findingID(_ term: LocatedTerm) -> Diagnostic.ID? {
        guard let text = term.term.atomValue?.name ?? self.text(term), text.contains("/") else { return nil }
        return Diagnostic.ID(text)
    }
}

extension Diagnostic {
    private static let example =
        "{check, [{severity, 'appup/state-shape-changed', warning}, {suppress, 'appup/nif-module', \"why\"}]}."

    @inline(never)
    fileprivate static func wrongCheckSettings(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error,
            "`check` takes a list of `{severity, ID, Level}` and `{suppress, ID, Reason}`, not `\(written)`", at: place,
            explanation:
                "`ID` is that of a finding, in single quotes; a suppression may be for one application or module: "
                + "`{suppress, {ID, Name}, Reason}`.",
            help: ["for example: \(self.example)"])
    }

    @inline(never)
    fileprivate static func wrongLevel(_ written: String, at place: Place) -> Self {
        let levels = FindingPolicy.Level.allCases.map(\.rawValue)
        return Self(
            .manifestWrongValue, .error, "there is no severity `\(written)`", at: place,
            help: [
                NearestName.of(written, among: levels).map { "did you mean `\($0)`?" }
                    ?? "it is one of " + levels.map { "`\($0)`" }.joined(separator: ", ")
            ])
    }

    @inline(never)
    fileprivate static func suppressionWithoutReason(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "a suppression needs a reason: `\(written)`", at: place,
            explanation: "Whoever reads the manifest later must be able to see whether the reason still holds.",
            help: ["for example: {suppress, 'appup/nif-module', \"the library keeps no state\"}"])
    }

    @inline(never)
    fileprivate static func unknownFinding(_ id: ID, meant: String?, at place: Place) -> Self {
        Self(
            .manifestUnknownFinding, .error, "there is no finding `\(id)`", at: place,
            explanation: "The setting would have no effect.",
            help: [meant.map { "did you mean `\($0)`?" } ?? "`relift explain` lists all of them"])
    }
}
