package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// `releases/RELEASES`, which `release_handler` keeps of a target system: a list, newest first, of
/// `{release, Name, Version, ERTSVersion, [{App, Version, Folder}], Status}`.
package enum ReleasesFile {
    /// Reads the file; nil after a finding of error severity. The default rule is that of OTP's own reader.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .onlyTerm
    ) -> [ReleaseRecord]? {
        TermFileReader.read(source, rule: rule, kind: "`RELEASES`", &diagnostics) { Self.reading($0, in: source) }
    }

    /// Checks a term. `release_handler` reports nothing: whatever is wrong, it invents one entry and goes on.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<[ReleaseRecord]> {
        var reader = ReleasesReader(source)
        let records = reader.records(term)
        return reader.findings.reading(records)
    }

    /// The term of the file.
    package static func term(_ records: [ReleaseRecord]) -> Term { .list(records.map(\.term)) }

    /// In the order given. `current` is stored as `unpacked`, as release_handler does.
    package static func write(_ records: [ReleaseRecord]) -> [UInt8] {
        TermPrinter.file([
            self.term(
                records.map { record in
                    var stored = record
                    if stored.status == .current { stored.status = .unpacked }
                    return stored
                })
        ])
    }
}

extension ReleaseRecord {
    /// `{release, …}`.
    package var term: Term {
        .tuple(
            .atom("release"), .string(self.name), .string(self.version),
            self.runtime.map { .string($0) } ?? .atom("undefined"),
            .list(
                self.libraries.map {
                    .tuple(.atom($0.application.atom), .string($0.version.text), .string($0.directory))
                }), .atom(self.status.rawValue))
    }
}

private struct ReleasesReader {
    var findings: FileFindings
    private static let consequence =
        "`release_handler` then forgets every release but the running one, and the next change makes that permanent."

    init(_ source: SourceFile) { self.findings = FileFindings(in: source) }

    /// The records, as far as they are ones; what is wrong goes to the findings.
    mutating func records(_ term: LocatedTerm) -> [ReleaseRecord]? {
        guard let elements = term.listElements else {
            self.findings.error(
                .releasesNotAList, "`RELEASES` must hold a list, found \(term.quoted)", at: term,
                because: Self.consequence, help: ["`relift repair` makes the file again from what is on disk"])
            return nil
        }
        var records: [ReleaseRecord] = []
        var first: [String: LocatedTerm] = [:]
        for element in elements {
            guard let record = self.record(element) else { continue }
            if let other = first[record.version] {
                self.findings.warning(
                    .releasesRepeatedVersion, "version `\(record.version)` is listed twice", at: element,
                    because: "Every operation works on the first entry.",
                    notes: [Diagnostic.Note("the first one", at: self.findings.place(other))])
            } else {
                first[record.version] = element
            }
            records.append(record)
        }
        return records
    }

    private mutating func illegal(_ summary: String, _ located: LocatedTerm, help: [String] = []) {
        self.findings.error(
            .releasesIllegalEntry, summary, at: located,
            because: "An entry is `{release, Name, Version, ERTSVersion, [{App, Version, Folder}], Status}`.",
            help: help)
    }

    private mutating func record(_ located: LocatedTerm) -> ReleaseRecord? {
        guard let parts = located.tupleElements, parts.count == 6, parts[0].term == .atom("release") else {
            self.illegal("\(located.quoted) is not a release", located)
            return nil
        }
        let name = self.string(parts[1], "name of the release")
        let version = self.string(parts[2], "version of the release")
        let isUndefined = parts[3].term == .atom("undefined")
        let runtime = isUndefined ? nil : self.string(parts[3], "version of ERTS")
        let libraries = self.libraries(parts[4])
        guard let status = parts[5].term.atomValue.flatMap({ ReleaseRecord.Status(rawValue: $0.name) }) else {
            let names = ReleaseRecord.Status.allCases.map(\.rawValue)
            let meant = parts[5].term.atomValue.flatMap { NearestName.of($0.name, among: names) }
            self.illegal(
                "\(parts[5].quoted) is not the status of a release", parts[5],
                help: meant.map { ["did you mean `\($0)`?"] } ?? [])
            return nil
        }
        guard let name, let version, let libraries, isUndefined || runtime != nil else { return nil }
        return ReleaseRecord(name: name, version: version, runtime: runtime, libraries: libraries, status: status)
    }

    private mutating func string(_ located: LocatedTerm, _ what: String) -> String? {
        let text = located.term.stringValue
        if text == nil { self.illegal("the \(what) must be a string, found \(located.quoted)", located) }
        return text
    }

    private mutating func libraries(_ located: LocatedTerm) -> [ReleaseRecord.Library]? {
        guard let elements = located.listElements else {
            self.illegal("the applications must be a list, found \(located.quoted)", located)
            return nil
        }
        var libraries: [ReleaseRecord.Library] = []
        for element in elements {
            guard let parts = element.tupleElements, parts.count == 3,
                let application = parts[0].term.atomValue.flatMap({ ApplicationName(validating: $0) }),
                let version = parts[1].term.stringValue.flatMap({ ApplicationVersion(validating: $0) }),
                let directory = parts[2].term.stringValue
            else {
                self.illegal("\(element.quoted) is not `{App, Version, Folder}`", element)
                return nil
            }
            libraries.append(.init(application: application, version: version, directory: directory))
        }
        return libraries
    }
}
