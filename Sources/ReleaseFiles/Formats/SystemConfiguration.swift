package import Diagnostics
package import ErlangTerms
package import ReleaseModel

extension SystemConfiguration {
    /// Reads the file; nil after a finding of error severity. The default rule is that of OTP's own reader.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .onlyTerm
    ) -> SystemConfiguration? {
        TermFileReader.read(source, rule: rule, kind: "a configuration file", &diagnostics) {
            Self.reading($0, in: source)
        }
    }

    /// Checks a term as the application controller does when a node starts.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<SystemConfiguration> {
        var reader = SystemConfigurationReader(source)
        let configuration = reader.configuration(term)
        return reader.findings.reading(configuration)
    }

    /// The bytes of the file: a line that tells the encoding, then the term, readably.
    package static func write(_ configuration: SystemConfiguration) -> [UInt8] {
        TermPrinter.file([configuration.term])
    }
}

private struct SystemConfigurationReader {
    var findings: FileFindings

    init(_ source: SourceFile) { self.findings = FileFindings(in: source) }

    private static let consequence = "The node does not start with it."

    /// In `sys.config` the application controller follows file names and merges sections, in other files it does not.
    private var isSysConfig: Bool { self.findings.source.path.split(separator: "/").last == "sys.config" }

    /// The configuration, as far as it is one; what is wrong goes to the findings.
    mutating func configuration(_ term: LocatedTerm) -> SystemConfiguration? {
        guard let elements = term.listElements else {
            self.findings.error(
                .sysConfigNotAList, "a configuration must be a list, found \(term.quoted)", at: term,
                because: Self.consequence, help: ["write `[{App, [{Parameter, Value}]}].`"])
            return nil
        }
        var sections: [Atom: LocatedTerm] = [:]
        var entries: [SystemConfiguration.Entry] = []
        for element in elements {
            guard let entry = self.entry(element) else { continue }
            if case .application(let section) = entry {
                if let first = sections[section.application] { self.repeated(section, element, first) }
                sections[section.application] = sections[section.application] ?? element
            }
            entries.append(entry)
        }
        return SystemConfiguration(entries: entries)
    }

    private mutating func entry(_ located: LocatedTerm) -> SystemConfiguration.Entry? {
        if let name = located.term.stringValue, !name.isEmpty {
            if !self.isSysConfig {
                self.findings.error(
                    .sysConfigIllegalEntry, "only `sys.config` may name other files, found \(located.quoted)",
                    at: located, because: Self.consequence, help: ["move the contents of that file here"])
            }
            return self.isSysConfig ? .file(name, located.range) : nil
        }
        guard let parts = located.tupleElements, parts.count == 2 else {
            self.illegal("\(located.quoted) is not `{App, [{Parameter, Value}]}`", located)
            return nil
        }
        guard let application = parts[0].term.atomValue else {
            self.illegal("the name of an application must be an atom, found \(parts[0].quoted)", parts[0])
            return nil
        }
        guard let elements = parts[1].listElements else {
            self.illegal(
                "the parameters of `\(application.name)` must be a list, found \(parts[1].quoted)", parts[1])
            return nil
        }
        let parameters = self.parameters(elements, of: application)
        return .application(.init(application: application, parameters: parameters, range: located.range))
    }

    private mutating func parameters(
        _ elements: [LocatedTerm], of application: Atom
    ) -> [SystemConfiguration.Parameter] {
        var parameters: [SystemConfiguration.Parameter] = []
        var seen: [Atom: LocatedTerm] = [:]
        for element in elements {
            guard let parts = element.tupleElements, parts.count == 2, let name = parts[0].term.atomValue else {
                self.findings.error(
                    .sysConfigIllegalParameter, "\(element.quoted) is not a parameter of `\(application.name)`",
                    at: element, because: "A parameter is `{Name, Value}` with an atom as name. \(Self.consequence)",
                    application: application.name)
                continue
            }
            if let first = seen[name] {
                self.findings.error(
                    .sysConfigRepeated, "the parameter `\(name.name)` of `\(application.name)` is given twice",
                    at: element, because: Self.consequence,
                    notes: [Diagnostic.Note("the first one", at: self.findings.place(first))],
                    help: ["remove one of them"], application: application.name)
            } else {
                seen[name] = element
            }
            parameters.append(.init(name: name, value: parts[1], range: element.range))
        }
        return parameters
    }

    private mutating func illegal(_ summary: String, _ located: LocatedTerm) {
        self.findings.error(
            .sysConfigIllegalEntry, summary, at: located, because: Self.consequence,
            help: ["write `{App, [{Parameter, Value}]}`"])
    }

    private mutating func repeated(
        _ section: SystemConfiguration.Section, _ located: LocatedTerm, _ first: LocatedTerm
    ) {
        let name = section.application.name
        let notes = [Diagnostic.Note("the first one", at: self.findings.place(first))]
        if self.isSysConfig {
            self.findings.warning(
                .sysConfigRepeated, "`\(name)` is configured twice", at: located,
                because: "The two are merged; of a parameter that both give, this one counts.", notes: notes,
                help: ["merge the two"], application: name)
        } else {
            self.findings.error(
                .sysConfigRepeated, "`\(name)` is configured twice", at: located, because: Self.consequence,
                notes: notes, help: ["merge the two"], application: name)
        }
    }
}
