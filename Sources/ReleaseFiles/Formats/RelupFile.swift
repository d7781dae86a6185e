package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// The release upgrade file, `relup` (`relup(4)`): `{Version, [{UpFrom, Description, Script}], [{DownTo, Description,
/// Script}]}`.
///
/// What the scripts say is not looked at.
package enum RelupFile {
    /// Reads the file; nil after a finding of error severity. The default rule is that of OTP's own reader.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .onlyTerm
    ) -> Relup? {
        TermFileReader.read(source, rule: rule, kind: "a release upgrade file", &diagnostics) {
            Self.reading($0, in: source)
        }
    }

    /// Checks a term. The reason is release_handler's, for the path of the source.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<Relup> {
        var reader = RelupReader(source)
        let relup = reader.relup(term)
        return reader.findings.reading(relup)
    }

    /// The term of the file.
    package static func term(_ relup: Relup) -> Term {
        func entries(_ entries: [Relup.Entry]) -> Term {
            .list(entries.map { .tuple(.string($0.version.text), $0.description, .list($0.instructions)) })
        }
        return .tuple(.string(relup.version.text), entries(relup.up), entries(relup.down))
    }

    /// The bytes of the file: a line that tells the encoding, then the term, readably.
    package static func write(_ relup: Relup) -> [UInt8] { TermPrinter.file([self.term(relup)]) }
}

private struct RelupReader {
    var findings: FileFindings

    init(_ source: SourceFile) { self.findings = FileFindings(in: source) }

    private var badFile: Term { .tuple(.atom("bad_relup_file"), .string(self.findings.source.path)) }

    /// The relup, as far as it is one; what is wrong goes to the findings.
    mutating func relup(_ term: LocatedTerm) -> Relup? {
        let help = ["make it again with `relift relup`"]
        guard let elements = term.tupleElements, elements.count == 3 else {
            self.findings.error(
                .relupNotARelup, "this is not a relup", at: term,
                because: "A `relup` holds `{Version, UpFrom, DownTo}`, this holds \(term.quoted).", help: help,
                otp: self.badFile)
            return nil
        }
        guard let version = self.version(elements[0]) else { return nil }
        let up = self.entries(elements[1])
        let down = self.entries(elements[2])
        return Relup(version: version, up: up, down: down)
    }

    private mutating func version(_ located: LocatedTerm) -> ReleaseVersion? {
        let version = located.term.stringValue.flatMap { ReleaseVersion(validating: $0) }
        if version == nil {
            self.findings.error(
                .relupNotARelup, "\(located.quoted) is not the version of a release", at: located,
                because: "It must be a string that can be the name of a folder.", otp: self.badFile)
        }
        return version
    }

    private mutating func entries(_ located: LocatedTerm) -> [Relup.Entry] {
        guard let elements = located.listElements else {
            self.findings.error(
                .relupNotARelup, "expected a list of `{Version, Description, Script}`, found \(located.quoted)",
                at: located, help: ["make it again with `relift relup`"], otp: self.badFile)
            return []
        }
        return elements.compactMap { element in
            guard let parts = element.tupleElements, parts.count == 3, let script = parts[2].term.listElements else {
                self.findings.error(
                    .relupIllegalEntry, "\(element.quoted) is not `{Version, Description, Script}`", at: element,
                    because: "The script must be a list of instructions.")
                return nil
            }
            return self.version(parts[0]).map {
                Relup.Entry(version: $0, description: parts[1].term, instructions: script)
            }
        }
    }
}
