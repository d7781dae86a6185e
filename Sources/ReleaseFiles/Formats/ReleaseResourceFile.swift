package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// The release resource file, `NAME.rel` (`rel(4)`):
/// `{release, {Name, Version}, {erts, ERTSVersion}, [Application]}`, where an application is `{App, Vsn}`,
/// `{App, Vsn, Type}`, `{App, Vsn, Included}` or `{App, Vsn, Type, Included}`.
package enum ReleaseResourceFile {
    /// Reads the file; nil after a finding of error severity. The default rule is that of OTP's own reader.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .firstTerm
    ) -> ReleaseResource? {
        TermFileReader.read(source, rule: rule, kind: "a release resource file", &diagnostics) {
            Self.reading($0, in: source)
        }
    }

    /// Checks a term in systools' order; the problems' reasons are what `{error, systools_make, Reason}` would hold.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<ReleaseResource> {
        var reader = ReleaseResourceReader(source)
        let resource = reader.resource(term)
        return reader.findings.reading(resource)
    }

    /// The term of the file.
    package static func term(_ resource: ReleaseResource) -> Term {
        .tuple(
            .atom("release"), .tuple(.string(resource.name.text), .string(resource.version.text)),
            .tuple(.atom("erts"), .string(resource.runtime.text)), .list(resource.applications.map(self.entryTerm)))
    }

    /// The bytes of the file: a line that tells the encoding, then the term, readably.
    package static func write(_ resource: ReleaseResource) -> [UInt8] { TermPrinter.file([self.term(resource)]) }

    /// An entry in the shortest of the four forms that says it.
    private static func entryTerm(_ entry: ReleaseResource.Entry) -> Term {
        var elements: [Term] = [.atom(entry.name.atom), .string(entry.version.text)]
        if entry.typeIsWritten || entry.type != .permanent { elements.append(.atom(entry.type.atom)) }
        if let included = entry.included { elements.append(.list(included.map { .atom($0.atom) })) }
        return .tuple(elements)
    }
}

private struct ReleaseResourceReader {
    var findings: FileFindings

    init(_ source: SourceFile) { self.findings = FileFindings(in: source) }

    /// The release; nil when something is wrong, which goes to the findings.
    mutating func resource(_ term: LocatedTerm) -> ReleaseResource? {
        guard let parts = self.parts(term) else { return nil }
        let name = self.text(parts.name, "the name of the release") { .tuple(.atom("illegal_name"), $0) }
        let version = self.text(parts.version, "the version of the release") { .tuple(.atom("illegal_form"), $0) }
        let runtime = self.text(parts.runtime, "the version of ERTS") {
            .tuple(.atom("illegal_form"), .tuple(.atom("erts"), $0))
        }
        let entries = self.entries(parts.applications)
        guard let name, let version, let runtime, let entries,
            let safeVersion = self.safe(ReleaseVersion(validating: version), version, parts.version, "a release"),
            let safeRuntime = self.safe(RuntimeVersion(validating: runtime), runtime, parts.runtime, "ERTS")
        else { return nil }
        let resource = ReleaseResource(
            name: ReleaseTitle(name), version: safeVersion, runtime: safeRuntime, applications: entries)
        if let problem = resource.mandatoryProblem {
            let places = ReleasePlaces(resource: TermFile(source: self.findings.source, terms: [term]))
            for diagnostic in problem.diagnostics(places) { self.findings.add(diagnostic, otp: problem.otpReason) }
        }
        return resource
    }

    private struct Parts {
        var name: LocatedTerm
        var version: LocatedTerm
        var runtime: LocatedTerm
        var applications: [LocatedTerm]
    }

    /// The outer shape of the term.
    private mutating func parts(_ term: LocatedTerm) -> Parts? {
        let help = ["write `{release, {\"NAME\",\"VERSION\"}, {erts,\"ERTSVERSION\"}, [{App,\"VERSION\"}, …]}.`"]
        func malformed(_ summary: String, _ located: LocatedTerm, _ findings: inout FileFindings, otp: Term? = nil) {
            findings.error(
                .relNotARelease, summary, at: located, because: "OTP calls this a badly formatted release.",
                help: help, otp: otp ?? .atom("badly_formatted_release"))
        }
        guard let elements = term.tupleElements, let tag = elements.first, tag.term == .atom("release") else {
            let first = term.tupleElements?.first
            let meant = first?.term.atomValue.flatMap { NearestName.of($0.name, among: ["release"]) }
            malformed(
                meant.map { "this is not a release; did you mean `\($0)`?" } ?? "this is not a release",
                first ?? term, &self.findings)
            return nil
        }
        guard elements.count == 4 else {
            malformed("a release has four elements, this has \(elements.count)", term, &self.findings)
            return nil
        }
        guard let names = elements[1].tupleElements, names.count == 2 else {
            malformed("name and version must be `{Name, Version}`, found \(elements[1].quoted)", elements[1], &findings)
            return nil
        }
        guard let erts = elements[2].tupleElements, erts.count == 2, erts[0].term == .atom("erts") else {
            malformed("expected `{erts, Version}`, found \(elements[2].quoted)", elements[2], &self.findings)
            return nil
        }
        guard let applications = elements[3].listElements else {
            var otp: Term?
            if case .improperList(let list) = elements[3].term {
                let reason = Term.tuple(.atom("bad_generator"), list.tail)
                otp = .tuple(.atom("EXIT"), .tuple(reason, .emptyList))
            }
            malformed(
                "the applications must be a list, found \(elements[3].quoted)", elements[3], &self.findings, otp: otp)
            return nil
        }
        return Parts(name: names[0], version: names[1], runtime: erts[1], applications: applications)
    }

    private mutating func text(
        _ located: LocatedTerm, _ what: String, otp: (Term) -> Term
    ) -> String? {
        let text = OTPText(located.term)
        switch text {
        case .text(let value): return value
        case .notText, .crash:
            let help = located.term.atomValue.map { "write it in double quotes: `\"\($0.name)\"`" }
            self.findings.error(
                .relNotAString, "\(what) must be a string, found \(located.quoted)", at: located,
                help: [help ?? "write it in double quotes, like `\"1.0\"`"],
                otp: text.isCrash ? OTPText.crashReason : otp(located.term))
            return nil
        }
    }

    private mutating func safe<Name>(
        _ name: Name?, _ text: String, _ located: LocatedTerm, _ what: String
    ) -> Name? {
        if name == nil {
            self.findings.error(
                .relUnsafeVersion, "`\(text)` cannot be the version of \(what)", at: located,
                because: "It becomes the name of a file or folder, so it may not be empty, `.`, `..` or hold a `/`.")
        }
        return name
    }

    // MARK: - Applications

    /// Nil when one of them is wrong. systools answers with all illegal entries at once, unless it crashes over one.
    private mutating func entries(_ terms: [LocatedTerm]) -> [ReleaseResource.Entry]? {
        var entries: [ReleaseResource.Entry] = []
        var illegal: [(term: LocatedTerm, reason: EntryProblem)] = []
        for term in terms {
            switch Self.entry(term) {
            case .success(let entry): entries.append(entry)
            case .failure(let problem): illegal.append((term, problem))
            }
        }
        guard !illegal.isEmpty else { return entries }
        let otpIllegal = illegal.filter { $0.reason.isIllegalForOTP }.map(\.term.term)
        let otp: Term? =
            illegal.contains { $0.reason.crashesOTP }
            ? OTPText.crashReason
            : otpIllegal.isEmpty ? nil : .tuple(.atom("illegal_applications"), .list(otpIllegal))
        for (index, (_, problem)) in illegal.enumerated() {
            self.findings.error(
                problem.isIllegalForOTP ? .relIllegalApplication : .relUnsafeName, problem.summary, at: problem.place,
                because: problem.isIllegalForOTP
                    ? "An application is `{App,\"Vsn\"}`, optionally with its start type, its inclusions, or both."
                    : "It becomes the name of a file or folder, so it may not be empty, `.`, `..` or hold a `/`.",
                help: problem.help, otp: index == 0 ? otp : nil)
        }
        return nil
    }

    private struct EntryProblem: Error {
        var summary: String
        var place: LocatedTerm
        var help: [String] = []
        var isIllegalForOTP = true
        var crashesOTP = false
    }

    private static func entry(_ term: LocatedTerm) -> Result<ReleaseResource.Entry, EntryProblem> {
        do { return .success(try self.validEntry(term)) } catch { return .failure(error) }
    }

    private static func validEntry(_ term: LocatedTerm) throws(EntryProblem) -> ReleaseResource.Entry {
        guard let elements = term.tupleElements, (2...4).contains(elements.count) else {
            throw EntryProblem(summary: "\(term.quoted) is not an application", place: term)
        }
        guard let nameAtom = elements[0].term.atomValue else {
            throw EntryProblem(
                summary: "the name of an application must be an atom, found \(elements[0].quoted)", place: elements[0])
        }
        let typeTerm = elements.count == 4 || (elements.count == 3 && !elements[2].term.isList) ? elements[2] : nil
        let includedTerm =
            elements.count == 4 ? elements[3] : elements.count == 3 && elements[2].term.isList ? elements[2] : nil
        // A type that is not an atom, and inclusions that are not a list, are refused before the version is looked at.
        if let typeTerm, typeTerm.term.atomValue == nil {
            throw EntryProblem(summary: "expected a start type or a list, found \(typeTerm.quoted)", place: typeTerm)
        }
        if elements.count == 4, let includedTerm, !includedTerm.term.isList {
            throw EntryProblem(
                summary: "inclusions must be a list of atoms, found \(includedTerm.quoted)", place: includedTerm)
        }
        let version: String
        switch OTPText(elements[1].term) {
        case .text(let text): version = text
        case .notText:
            throw EntryProblem(
                summary: "the version of `\(nameAtom.name)` must be a string, found \(elements[1].quoted)",
                place: elements[1])
        case .crash:
            throw EntryProblem(
                summary: "the version of `\(nameAtom.name)` must be a string, found \(elements[1].quoted)",
                place: elements[1], help: ["write it in double quotes"], crashesOTP: true)
        }
        let type = try self.type(typeTerm)
        let included = try self.included(includedTerm)
        guard let name = ApplicationName(validating: nameAtom) else {
            throw EntryProblem(
                summary: "`\(nameAtom.name)` cannot be the name of an application", place: elements[0],
                isIllegalForOTP: false)
        }
        guard let version = ApplicationVersion(validating: version) else {
            throw EntryProblem(
                summary: "`\(version)` cannot be the version of an application", place: elements[1],
                isIllegalForOTP: false)
        }
        return ReleaseResource.Entry(
            name: name, version: version, type: type ?? .permanent, included: included, typeIsWritten: type != nil)
    }

    private static func type(_ located: LocatedTerm?) throws(EntryProblem) -> StartType? {
        guard let located, let atom = located.term.atomValue else { return nil }
        if let type = StartType(rawValue: atom.name) { return type }
        let names = StartType.allCases.map(\.rawValue)
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        throw EntryProblem(
            summary: "`\(atom.name)` is not a start type", place: located,
            help: [NearestName.of(atom.name, among: names).map { "did you mean `\($0)`?" } ?? "start types are \(list)"]
        )
    }

    private static func included(_ located: LocatedTerm?) throws(EntryProblem) -> [ApplicationName]? {
        guard let located else { return nil }
        guard let elements = located.listElements else {
            throw EntryProblem(summary: "inclusions must be a list of atoms, found \(located.quoted)", place: located)
        }
        var names: [ApplicationName] = []
        for element in elements {
            guard let atom = element.term.atomValue else {
                throw EntryProblem(
                    summary: "inclusions must be a list of atoms, found \(element.quoted) in it", place: element,
                    help: [
                        "an entry is `{App,Vsn}`, with a type, with `[Included]`, or with both in this order"
                    ])
            }
            guard let name = ApplicationName(validating: atom) else {
                throw EntryProblem(
                    summary: "`\(atom.name)` cannot be the name of an application", place: element,
                    isIllegalForOTP: false)
            }
            names.append(name)
        }
        return names
    }
}

extension OTPText {
    fileprivate var isCrash: Bool { if case .crash = self { true } else { false } }
}
