import Diagnostics
import ErlangTerms
import ReleaseModel

/// Reads the term of an `.app` file key by key, in the order in which systools looks at the keys
/// (`systools_make:get_items/2`), so that the first problem found is the one that systools reports.
struct ApplicationReader {
    var findings: FileFindings
    private let term: LocatedTerm
    private let target: OTPRelease
    /// The first occurrence of each key.
    private var properties: [Atom: LocatedTerm] = [:]
    private var application: String?

    /// The keys of `app(4)`.
    private static let knownKeys = [
        "description", "vsn", "id", "modules", "registered", "applications", "optional_applications",
        "included_applications", "env", "maxT", "maxP", "start_phases", "mod", "runtime_dependencies",
    ]

    init(_ source: SourceFile, _ term: LocatedTerm, target: OTPRelease) {
        self.findings = FileFindings(in: source)
        self.term = term
        self.target = target
    }

    /// The specification; nil when something is wrong, which goes to the findings.
    mutating func specification() -> ApplicationSpecification? {
        guard let (nameTerm, elements) = self.outerShape() else { return nil }
        self.application = nameTerm.term.atomValue?.name
        self.collect(elements)

        let version = self.string("vsn", required: true)
        let id = self.string("id", required: false)
        let description = self.string("description", required: true)
        let modules = self.atoms("modules", required: true)
        let registered = self.atoms("registered", required: true)
        let applications = self.atoms("applications", required: true)
        let optional = self.atoms("optional_applications", required: false)
        let included = self.atoms("included_applications", required: false)
        let callback = self.callback()
        let phases = self.startPhases()
        let environment = self.pairs("env")
        let maximumTime = self.limit("maxT")
        let maximumProcesses = self.limit("maxP")
        let dependencies = self.runtimeDependencies()

        guard !self.findings.hasErrors else { return nil }
        guard let name = self.applicationName(nameTerm),
            let version = self.version(version),
            let modules = self.modules(modules), let applications = self.applicationNames(applications),
            let optional = self.applicationNames(optional), let included = self.applicationNames(included)
        else { return nil }
        return ApplicationSpecification(
            name: name, version: version, description: description?.text ?? "", id: id?.text ?? "", modules: modules,
            registered: registered.compactMap(\.term.atomValue), applications: applications,
            optionalApplications: optional, includedApplications: included, environment: environment ?? [],
            callback: callback, startPhases: phases, maximumTime: maximumTime, maximumProcesses: maximumProcesses,
            runtimeDependencies: dependencies)
    }

    // MARK: - Shape

    /// `{application, Name, Properties}`; the name is an atom.
    private mutating func outerShape() -> (name: LocatedTerm, properties: [LocatedTerm])? {
        let elements = self.term.tupleElements ?? []
        let isTagged = elements.first?.term == .atom("application")
        guard elements.count == 3, isTagged, elements[1].term.atomValue != nil else {
            let meant = elements.first?.term.atomValue.flatMap { NearestName.of($0.name, among: ["application"]) }
            self.findings.error(
                .appNotAnApplication, "this is not an application" + (meant.map { "; did you mean `\($0)`?" } ?? ""),
                at: isTagged ? self.term : elements.first ?? self.term,
                because: "An `.app` file holds `{application, Name, [{Key, Value}]}`, with an atom as name.",
                help: ["begin with `{application, NAME, [{description,\"…\"}, {vsn,\"…\"}, …]}.`"], otp: self.badFormat)
            return nil
        }
        if let properties = elements[2].listElements { return (elements[1], properties) }
        var otp = self.badFormat
        // systools takes an improper list for a list and crashes over its end.
        if case .improperList = elements[2].term { otp = self.reason(OTPText.crashReason) }
        self.findings.error(
            .appNotAnApplication, "the properties must be a list, found \(elements[2].quoted)", at: elements[2],
            help: ["write `[{Key, Value}, …]`"], otp: otp)
        return nil
    }

    private var badFormat: Term { .tuple(.atom("badly_formatted_application"), self.term.term) }

    /// `{What, {application, Name, Properties}}`.
    private func reason(_ what: Term) -> Term { .tuple(what, self.term.term) }

    private mutating func collect(_ elements: [LocatedTerm]) {
        for element in elements {
            guard let key = element.tupleElements?.first?.term.atomValue else { continue }
            guard let first = self.properties[key] else {
                self.properties[key] = element
                continue
            }
            guard Self.knownKeys.contains(key.name) else { continue }
            self.findings.warning(
                .appRepeatedKey, "`\(key.name)` is given twice", at: element,
                because: "OTP uses the first one and ignores this one.",
                notes: [Diagnostic.Note("the first one", at: self.findings.place(first))], help: ["remove one of them"],
                application: self.application)
        }
        for (key, element) in self.properties.sorted(by: { $0.value.range.lowerBound < $1.value.range.lowerBound })
        where !Self.knownKeys.contains(key.name) {
            let missing = Self.knownKeys.filter { self.properties[Atom($0)] == nil }
            guard let meant = NearestName.of(key.name, among: missing) else { continue }
            self.findings.warning(
                .appMisspeltKey, "unknown key `\(key.name)`; did you mean `\(meant)`?", at: element,
                because: "OTP ignores keys it does not know.", help: ["rename it to `\(meant)`"],
                application: self.application)
        }
    }

    // MARK: - Keys

    /// The value of a key, if it is there in the form `{Key, Value}`. Any other tuple counts as missing, as in OTP.
    private mutating func value(_ key: Atom, required: Bool) -> LocatedTerm? {
        guard let property = self.properties[key] else {
            if required { self.missing(key, at: self.term) }
            return nil
        }
        guard let elements = property.tupleElements, elements.count == 2 else {
            self.missing(key, at: property)
            return nil
        }
        return elements[1]
    }

    private mutating func missing(_ key: Atom, at located: LocatedTerm) {
        self.findings.error(
            .appMissingKey,
            located == self.term ? "the key `\(key.name)` is missing" : "`\(key.name)` needs exactly one value",
            at: located,
            because: "Every application must say its version, description, modules, registered names and"
                + " what it depends on, even if that is nothing.",
            help: ["add `{\(key.name),\(Self.emptyValue(of: key))}`"], application: self.application,
            otp: self.reason(.tuple(.atom("missing_param"), .atom(key))))
    }

    private static func emptyValue(of key: Atom) -> String {
        switch key.name {
        case "vsn", "description", "id": "\"\""
        case "mod": "{Module,[]}"
        case "maxT", "maxP": "infinity"
        default: "[]"
        }
    }

    private mutating func wrong(
        _ key: Atom, _ located: LocatedTerm, expected: String, help: [String] = [], otp: Term? = nil
    ) {
        self.findings.error(
            .appWrongValue, "`\(key.name)` must be \(expected), found \(located.quoted)", at: located,
            because: Self.wrongValue, help: help,
            application: self.application,
            otp: self.reason(otp ?? .tuple(.atom("bad_param"), .atom(key))))
    }

    private static let wrongValue = "OTP neither builds a release with this application nor loads it."

    private struct LocatedText {
        var text: String
        var located: LocatedTerm
    }

    private mutating func string(_ key: Atom, required: Bool) -> LocatedText? {
        guard let located = self.value(key, required: required) else { return nil }
        switch OTPText(located.term) {
        case .text(let text): return LocatedText(text: text, located: located)
        case .notText: self.wrong(key, located, expected: "a string", help: Self.quoting(located))
        case .crash:
            self.wrong(key, located, expected: "a string", help: Self.quoting(located), otp: OTPText.crashReason)
        }
        return nil
    }

    private static func quoting(_ located: LocatedTerm) -> [String] {
        if let atom = located.term.atomValue { return ["write it in double quotes: `\"\(atom.name)\"`"] }
        guard let bytes = located.term.binaryBytes else { return [] }
        return ["write it without `<<` and `>>`: `\"\(String(decoding: bytes, as: UTF8.self))\"`"]
    }

    /// The elements of a list of atoms.
    private mutating func atoms(_ key: Atom, required: Bool) -> [LocatedTerm] {
        guard let located = self.value(key, required: required) else { return [] }
        guard let elements = located.listElements else {
            self.wrong(key, located, expected: "a list of atoms")
            return []
        }
        if let element = elements.first(where: { $0.term.atomValue == nil }) {
            self.findings.error(
                .appWrongValue, "`\(key.name)` must be a list of atoms, found \(element.quoted) in it", at: element,
                because: Self.wrongValue,
                help: element.tupleElements?.first?.term.atomValue.map { ["write `\($0.name)` alone"] } ?? [],
                application: self.application, otp: self.reason(.tuple(.atom("bad_param"), .atom(key))))
            return []
        }
        if self.target.refusesDuplicateEntries { self.findDuplicates(key, elements) }
        return elements
    }

    private mutating func findDuplicates(_ key: Atom, _ elements: [LocatedTerm]) {
        var first: [Term: LocatedTerm] = [:]
        var repeated: [LocatedTerm] = []
        for element in elements {
            if first[element.term] == nil { first[element.term] = element } else { repeated.append(element) }
        }
        let otp = self.reason(.tuple(.atom("dupl_entry"), .atom(key), .list(repeated.map(\.term))))
        for (index, element) in repeated.enumerated() {
            self.findings.error(
                .appDuplicateEntry, "\(element.quoted) stands twice in `\(key.name)`", at: element,
                because: "OTP 26 and later refuse it; older ones report something misleading, or nothing.",
                notes: first[element.term].map { [Diagnostic.Note("first here", at: self.findings.place($0))] } ?? [],
                help: ["remove one of them"], application: self.application, otp: index == 0 ? otp : nil)
        }
    }

    private mutating func callback() -> ApplicationSpecification.Callback? {
        guard let located = self.value("mod", required: false), located.term != .emptyList else { return nil }
        guard let elements = located.tupleElements, elements.count == 2, let atom = elements[0].term.atomValue,
            let module = ModuleName(validating: atom)
        else {
            self.wrong(
                "mod", located, expected: "`{Module, Arguments}`",
                help: located.term.atomValue.map { ["write `{mod,{\($0.name),[]}}`"] } ?? [],
                otp: .tuple(.atom("missing_param"), .atom("mod")))
            return nil
        }
        return .init(module: module, arguments: elements[1].term)
    }

    private mutating func startPhases() -> [Term]? {
        guard let property = self.properties["start_phases"]?.tupleElements, property.count == 2,
            property[1].term == .atom("undefined")
        else { return self.pairs("start_phases") }
        return nil
    }

    /// A list of pairs with an atom in front; nil when the key is absent.
    private mutating func pairs(_ key: Atom) -> [Term]? {
        guard let located = self.value(key, required: false) else { return nil }
        guard let elements = located.listElements else {
            self.wrong(key, located, expected: "a list of `{Key, Value}`")
            return nil
        }
        let isPair = { (element: LocatedTerm) in
            element.tupleElements.map { $0.count == 2 && $0[0].term.atomValue != nil } ?? false
        }
        if let element = elements.first(where: { !isPair($0) }) {
            self.findings.error(
                .appWrongValue,
                "`\(key.name)` must be a list of `{Key, Value}` with an atom as key, found"
                    + " \(element.quoted) in it", at: element, because: Self.wrongValue, application: self.application,
                otp: self.reason(.tuple(.atom("bad_param"), .atom(key))))
            return nil
        }
        return elements.map(\.term)
    }

    private mutating func limit(_ key: Atom) -> ApplicationSpecification.Limit {
        guard let located = self.value(key, required: false), located.term != .atom("infinity") else {
            return .infinity
        }
        if let value = located.term.integerValue, value > 0 { return .value(value) }
        self.wrong(key, located, expected: "a positive integer or `infinity`", help: ["write `infinity` for no limit"])
        return .infinity
    }

    /// OTP does not look at this key.
    private mutating func runtimeDependencies() -> [String] {
        guard let property = self.properties["runtime_dependencies"]?.tupleElements, property.count == 2 else {
            return []
        }
        let texts = (property[1].listElements ?? []).map(\.term.stringValue)
        guard property[1].listElements != nil, texts.allSatisfy({ $0 != nil }) else {
            self.findings.warning(
                .appWrongValue, "`runtime_dependencies` must be a list of strings, found \(property[1].quoted)",
                at: property[1], help: ["write `[\"kernel-8.0\", …]`"], application: self.application)
            return []
        }
        return texts.compactMap { $0 }
    }

    // MARK: - Names that become paths

    private mutating func unsafe(_ text: String, _ located: LocatedTerm, _ what: String) {
        self.findings.error(
            .appUnsafeName, "`\(text)` cannot be \(what)", at: located,
            because: "It becomes part of a path, so it may not be empty, `.`, `..` or hold a `/`.",
            application: self.application)
    }

    private mutating func applicationName(_ located: LocatedTerm) -> ApplicationName? {
        guard let atom = located.term.atomValue else { return nil }
        let name = ApplicationName(validating: atom)
        if name == nil { self.unsafe(atom.name, located, "the name of an application") }
        return name
    }

    private mutating func version(_ text: LocatedText?) -> ApplicationVersion? {
        guard let text else { return nil }
        let version = ApplicationVersion(validating: text.text)
        if version == nil { self.unsafe(text.text, text.located, "the version of an application") }
        return version
    }

    private mutating func applicationNames(_ located: [LocatedTerm]) -> [ApplicationName]? {
        let names = located.compactMap { self.applicationName($0) }
        return names.count == located.count ? names : nil
    }

    private mutating func modules(_ located: [LocatedTerm]) -> [ModuleName]? {
        var modules: [ModuleName] = []
        for element in located {
            guard let atom = element.term.atomValue else { continue }
            if let module = ModuleName(validating: atom) {
                modules.append(module)
            } else {
                self.unsafe(atom.name, element, "the name of a module")
            }
        }
        return modules.count == located.count ? modules : nil
    }
}
