package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// The application upgrade file, `NAME.appup` (`appup(4)`): `{Version, [{UpFrom, Script}], [{DownTo, Script}]}`, where
/// a version to come from or go to is a string (that very version) or a binary (a regular expression).
///
/// What the scripts say is not looked at: their grammar is checked when they are translated.
package enum AppupFile {
    /// Reads the file; nil after a finding of error severity. The default rule is that of OTP's own reader.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .firstTerm
    ) -> Appup? {
        TermFileReader.read(source, rule: rule, kind: "an application upgrade file", &diagnostics) {
            Self.reading($0, in: source)
        }
    }

    /// Checks a term. The reason is what `{error, systools_relup, Reason}` would hold, for the path of the source.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<Appup> {
        var reader = AppupReader(source)
        let appup = reader.appup(term)
        return reader.findings.reading(appup)
    }

    /// The term of the file.
    package static func term(_ appup: Appup) -> Term {
        func entries(_ entries: [Appup.Entry]) -> Term {
            .list(entries.map { .tuple($0.key.term, .list($0.script)) })
        }
        return .tuple(appup.version.term, entries(appup.up), entries(appup.down))
    }

    /// The bytes of the file: a line that tells the encoding, then the term, readably.
    package static func write(_ appup: Appup) -> [UInt8] { TermPrinter.file([self.term(appup)]) }
}

extension Appup.Key {
    /// Reads a version of the file.
    ///
    /// - Returns: nil for what is neither a string nor a binary in UTF-8.
    fileprivate init?(_ term: Term) {
        if let text = term.stringValue {
            self = .exact(text)
        } else if let pattern = term.binaryBytes.flatMap({ String(validating: $0, as: UTF8.self) }) {
            self = .pattern(pattern)
        } else {
            return nil
        }
    }
}

private struct AppupReader {
    var findings: FileFindings

    init(_ source: SourceFile) { self.findings = FileFindings(in: source) }

    /// The appup, as far as it is one; what is wrong goes to the findings.
    mutating func appup(_ term: LocatedTerm) -> Appup? {
        guard let elements = term.tupleElements, elements.count == 3 else {
            let file = Term.string(self.findings.source.path)
            self.findings.error(
                .appupNotAnAppup, "this is not an appup", at: term,
                because: "An `.appup` file holds `{Version, UpFrom, DownTo}`, this holds \(term.quoted).",
                help: ["write `{\"VERSION\", [{\"OLD\", [Instruction, …]}], [{\"OLD\", [Instruction, …]}]}.`"],
                otp: .tuple(.atom("file_problem"), .tuple(file, .tuple(.atom("ok"), term.term))))
            return nil
        }
        let version = Appup.Key(elements[0].term)
        if version == nil {
            self.findings.error(
                .appupNotAnAppup, "the version of an appup must be a string, found \(elements[0].quoted)",
                at: elements[0], help: ["write the version of the `.app` file: `\"VERSION\"`"])
        }
        let up = self.entries(elements[1], "versions to upgrade from")
        let down = self.entries(elements[2], "versions to downgrade to")
        return version.map { Appup(version: $0, up: up, down: down) }
    }

    private mutating func entries(_ located: LocatedTerm, _ what: String) -> [Appup.Entry] {
        guard let elements = located.listElements else {
            self.findings.error(
                .appupNotAnAppup, "the \(what) must be a list, found \(located.quoted)", at: located,
                help: ["write `[{\"OLD\", [Instruction, …]}]`, or `[]` for none"])
            return []
        }
        return elements.compactMap { self.entry($0) }
    }

    private mutating func entry(_ located: LocatedTerm) -> Appup.Entry? {
        guard let elements = located.tupleElements, elements.count == 2 else {
            self.skipped(located, "\(located.quoted) is not `{Version, Script}`")
            return nil
        }
        guard let key = self.key(elements[0]) else { return nil }
        guard let script = elements[1].term.listElements else {
            self.findings.error(
                .appupScriptNotAList, "the script must be a list of instructions, found \(elements[1].quoted)",
                at: elements[1], because: "systools crashes over it when the version matches.",
                help: ["write `[\(TermPrinter.line(elements[1].term))]`"])
            return nil
        }
        return Appup.Entry(key: key, script: script)
    }

    private mutating func key(_ located: LocatedTerm) -> Appup.Key? {
        if let key = Appup.Key(located.term) { return key }
        guard located.term.binaryBytes != nil else {
            self.skipped(located, "a version must be a string or a binary, found \(located.quoted)")
            return nil
        }
        self.findings.error(
            .appupNotAnAppup, "the regular expression is not in UTF-8", at: located,
            because: "systools crashes when it tries to match it.", help: ["write `<<\"…\"/utf8>>`"])
        return nil
    }

    private mutating func skipped(_ located: LocatedTerm, _ summary: String) {
        self.findings.warning(
            .appupEntrySkipped, summary, at: located, because: "OTP skips such an entry without a word.",
            help: ["write `{\"VERSION\", [Instruction, …]}`"])
    }
}
