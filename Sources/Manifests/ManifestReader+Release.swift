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
            name: named.name, version: named.version, base: named.base, runtime: writtenRuntime,
            applications: entries, settings: settings.settings)
    }

    private mutating func badRelease(_ term: LocatedTerm) -> ReleaseDefinition? {
        self.report(.badRelease(self.written(term), at: self.place(term)))
        return nil
    }

    private struct Identity {
        var name: Written<ReleaseName>
        var version: Written<WrittenVersion>
        var base: Written<ReleaseDefinition.Base>?
    }

    /// `{Name, Version}` or `{Name, Version, {extend, Other}}`.
    private mutating func readIdentity(_ term: LocatedTerm) -> Identity? {
        let parts = term.children
        guard parts.count == 2 || (parts.count == 3 && parts[2].key == "extend") else {
            self.report(.badRelease(self.written(term), at: self.place(term)))
            return nil
        }
        let name = self.readReleaseName(parts[0])
        let version = self.readVersion(parts[1])
        var base: Written<ReleaseDefinition.Base>?
        if parts.count == 3 {
            guard let read = self.readBase(parts[2]) else { return nil }
            base = read
        }
        guard let name, let version else { return nil }
        return Identity(name: name, version: version, base: base)
    }

    /// `{extend, Name}` or `{extend, {Name, Version}}`.
    private mutating func readBase(_ term: LocatedTerm) -> Written<ReleaseDefinition.Base>? {
        guard term.children.count == 2 else {
            self.report(.badExtension(self.written(term), at: self.place(term)))
            return nil
        }
        let value = term.children[1]
        guard let parts = value.tupleElements else {
            return self.readReleaseName(value).map {
                Written(ReleaseDefinition.Base(name: $0.value, version: nil), at: value.range)
            }
        }
        guard parts.count == 2 else {
            self.report(.badExtension(self.written(term), at: self.place(term)))
            return nil
        }
        guard let name = self.readReleaseName(parts[0]), let version = self.readVersion(parts[1]) else { return nil }
        return Written(ReleaseDefinition.Base(name: name.value, version: version.value), at: value.range)
    }

    /// An atom, as in relx, or a string, as in `.rel` files.
    mutating func readReleaseName(_ term: LocatedTerm) -> Written<ReleaseName>? {
        guard let text = term.term.atomValue?.name ?? self.text(term), let name = ReleaseName(validating: text) else {
            self.report(.badName(self.written(term), of: "release", at: self.place(term)))
            return nil
        }
        return Written(name, at: term.range)
    }

    /// A string, or who knows the version.
    mutating func readVersion(_ term: LocatedTerm) -> Written<WrittenVersion>? {
        if let source = self.versionSource(term) { return Written(.from(source), at: term.range) }
        guard let text = self.text(term), let version = ReleaseVersion(validating: text) else {
            self.report(.badVersion(self.written(term), of: "release", at: self.place(term)))
            return nil
        }
        return Written(.text(version), at: term.range)
    }

    /// relx takes `git` and `semver` as strings too.
    private func versionSource(_ term: LocatedTerm) -> VersionSource? {
        let word = term.term.atomValue?.name ?? self.text(term)
        if word == "git" || word == "semver" { return .gitTag }
        guard let key = term.key, term.children.count == 2 else { return nil }
        let value = term.children[1]
        switch (key.name, value.term.atomValue?.name) {
        case ("git", "short"): return .gitCommit(isShort: true)
        case ("git", "long"): return .gitCommit(isShort: false)
        case ("semver", _): return .gitTag
        case ("cmd", nil): return self.path(value).map { .command($0) }
        case ("file", nil): return self.path(value).map { .file($0) }
        default: return nil
        }
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
