import Diagnostics
import ErlangTerms
import ReleaseModel

extension ManifestReader {
    // MARK: - A release

    /// `{release, {Name, Version}, Applications}`, with `{erts, Version}` before the applications or settings behind them.
    mutating func readRelease(_ term: LocatedTerm) -> ReleaseDefinition? {
        var parts = term.children.dropFirst()
        guard let identity = parts.popFirst(), identity.tupleElements != nil else { return self.badRelease(term) }
        var runtime: LocatedTerm?
        if let next = parts.first, next.key == "erts" { runtime = parts.popFirst() }
        guard let applications = parts.popFirst(), parts.count <= 1 else { return self.badRelease(term) }

        let named = self.readIdentity(identity)
        let writtenRuntime = runtime.flatMap { self.readRuntime($0) }
        let entries = self.readApplications(applications)
        var settings = SettingsReader()
        if let own = parts.first { self.readSettings(own, into: &settings) }
        guard let named, let entries else { return nil }
        return ReleaseDefinition(
            name: named.name, version: named.version, runtime: writtenRuntime, applications: entries,
            settings: settings.settings)
    }

    private mutating func badRelease(_ term: LocatedTerm) -> ReleaseDefinition? {
        self.report(.badRelease(self.written(term), at: self.place(term)))
        return nil
    }

    private mutating func readIdentity(
        _ term: LocatedTerm
    ) -> (name: Written<ReleaseName>, version: Written<ReleaseVersion>)? {
        if term.children.count == 3, term.children[2].key == "extend" {
            self.report(.unsupportedExtension(at: self.place(term.children[2])))
            return nil
        }
        guard term.children.count == 2 else {
            self.report(.badRelease(self.written(term), at: self.place(term)))
            return nil
        }
        let name = self.readReleaseName(term.children[0])
        let version = self.readVersion(term.children[1])
        guard let name, let version else { return nil }
        return (name, version)
    }

    /// An atom, as in relx, or a string, as in `.rel` files.
    mutating func readReleaseName(_ term: LocatedTerm) -> Written<ReleaseName>? {
        guard let text = term.term.atomValue?.name ?? self.text(term), let name = ReleaseName(validating: text) else {
            self.report(.badName(self.written(term), of: "release", at: self.place(term)))
            return nil
        }
        return Written(name, at: term.range)
    }

    mutating func readVersion(_ term: LocatedTerm) -> Written<ReleaseVersion>? {
        let byTool: Set<Atom> = ["git", "semver", "cmd", "file"]
        if let key = term.term.atomValue ?? term.key, byTool.contains(key) {
            self.report(.unsupportedVersion(self.written(term), at: self.place(term)))
            return nil
        }
        guard let text = self.text(term), let version = ReleaseVersion(validating: text) else {
            self.report(.badVersion(self.written(term), of: "release", at: self.place(term)))
            return nil
        }
        return Written(version, at: term.range)
    }

    private mutating func readRuntime(_ term: LocatedTerm) -> Written<RuntimeVersion>? {
        guard term.children.count == 2, let text = self.text(term.children[1]),
            let version = RuntimeVersion(validating: text)
        else {
            self.report(.badVersion(self.written(term), of: "ERTS", at: self.place(term)))
            return nil
        }
        return Written(version, at: term.children[1].range)
    }

    private mutating func readSettings(_ term: LocatedTerm, into settings: inout SettingsReader) {
        guard let elements = term.listElements else {
            self.report(.badReleaseSettings(self.written(term), at: self.place(term)))
            return
        }
        for element in elements { self.readSetting(element, for: .release, into: &settings) }
    }

    // MARK: - Its applications

    private mutating func readApplications(_ term: LocatedTerm) -> [ReleaseDefinition.ApplicationEntry]? {
        guard let elements = term.listElements, self.text(term) == nil || elements.isEmpty else {
            self.report(.badApplications(self.written(term), at: self.place(term)))
            return nil
        }
        var entries: [ReleaseDefinition.ApplicationEntry] = []
        var seen: [ApplicationName: ByteRange] = [:]
        for element in elements {
            guard let entry = self.readApplication(element) else { continue }
            if let first = seen.updateValue(entry.name.range, forKey: entry.name.value) {
                self.report(
                    .applicationListedTwice(
                        entry.name.value.name, at: self.place(entry.name.range), first: self.place(first)))
            } else {
                entries.append(entry)
            }
        }
        return entries
    }

    /// `App`, or `{App, Version, Type, Included}` with at least one of the three behind the name; each may be left out.
    /// `Included` is a list of atoms, so `[]` includes nothing.
    private mutating func readApplication(_ term: LocatedTerm) -> ReleaseDefinition.ApplicationEntry? {
        var parts = (term.tupleElements ?? [term])[...]
        guard let first = parts.popFirst(), first.term.atomValue != nil else { return self.badApplication(term) }
        guard let atom = first.term.atomValue, let name = ApplicationName(validating: atom) else {
            self.report(.badName(self.written(first), of: "application", at: self.place(first)))
            return nil
        }
        guard term.tupleElements == nil || !parts.isEmpty else { return self.badApplication(term) }

        var version: Written<ApplicationVersion>?
        if let next = parts.first, let text = self.text(next), !text.isEmpty {
            guard let valid = ApplicationVersion(validating: text) else {
                self.report(.badVersion(self.written(next), of: "application", at: self.place(next)))
                return nil
            }
            version = Written(valid, at: next.range)
            parts.removeFirst()
        }
        var type: Written<StartType>?
        if let next = parts.first, let atom = next.term.atomValue {
            guard let valid = StartType(rawValue: atom.name) else {
                self.report(.badStartType(self.written(next), name: atom.name, at: self.place(next)))
                return nil
            }
            type = Written(valid, at: next.range)
            parts.removeFirst()
        }
        var included: Written<[ApplicationName]>?
        if let next = parts.first, let elements = next.listElements {
            let names = elements.compactMap { $0.term.atomValue.flatMap(ApplicationName.init(validating:)) }
            guard names.count == elements.count else { return self.badApplication(term) }
            included = Written(names, at: next.range)
            parts.removeFirst()
        }
        guard parts.isEmpty else { return self.badApplication(term) }
        return .init(name: Written(name, at: first.range), version: version, type: type, included: included)
    }

    private mutating func badApplication(_ term: LocatedTerm) -> ReleaseDefinition.ApplicationEntry? {
        self.report(.badApplication(self.written(term), at: self.place(term)))
        return nil
    }
}

extension ReleaseDefinition {
    func isSameRelease(as other: Self) -> Bool {
        self.name.value == other.name.value && self.version.value == other.version.value
    }
}
