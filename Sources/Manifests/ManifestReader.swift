package import Diagnostics
import ErlangTerms
import ReleaseModel

extension Manifest {
    /// How a file holds a manifest.
    package enum Form: Sendable {
        /// The file's terms are the settings: `relift.config`.
        case terms
        /// The same with relx's standards and not ours: `relx.config`.
        case relxTerms
        /// The settings are the list in the file's `{relx, List}`; its other terms are somebody else's: `rebar.config`.
        case relxSection
    }

    /// Reads a manifest, with the settings of these profiles of a `rebar.config` merged in, later ones over earlier
    /// ones. Nil when a finding of error severity was appended.
    package static func read(
        _ source: SourceFile, form: Form = .terms, profiles: [String] = [], _ diagnostics: inout [Diagnostic]
    ) -> Manifest? {
        guard let file = TermText.parseFile(source, &diagnostics) else { return nil }
        var reader = ManifestReader(source: source, form: form, profiles: profiles.filter { $0 != "default" })
        let manifest = reader.read(file)
        diagnostics += reader.diagnostics
        return reader.diagnostics.hasErrors ? nil : manifest
    }
}

extension Manifest {
    /// Whether a `rebar.config` sets anything for relx, itself or in these profiles; where it does not, rebar3 looks into
    /// `relx.config`. A file that cannot be read does: reading it says what is wrong.
    package static func hasRelxSettings(_ source: SourceFile, profiles: [String]) -> Bool {
        var ignored: [Diagnostic] = []
        guard let file = TermText.parseFile(source, &ignored) else { return true }
        return ProfileMerge(of: file, profiles).terms.map { !$0.isEmpty } ?? true
    }
}

/// Turns the terms of one file into a manifest, and collects what is wrong with them.
struct ManifestReader {
    let source: SourceFile
    let form: Manifest.Form
    let profiles: [String]
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether settings of several profiles were merged, so that a key may well be there more than once.
    private var isMerged = false

    /// Who a setting is for.
    enum Scope {
        case all
        /// Inside `{release, …, Settings}`.
        case release
    }

    init(source: SourceFile, form: Manifest.Form = .terms, profiles: [String] = []) {
        self.source = source
        self.form = form
        self.profiles = profiles
    }

    // MARK: - The file

    mutating func read(_ file: TermFile) -> Manifest? {
        switch self.form {
        case .terms, .relxTerms: return self.read(file.terms)
        case .relxSection:
            let sections = file.terms.filter { $0.key == "relx" }
            let merge = ProfileMerge(of: file, self.profiles)
            for (profile, known) in merge.unknown {
                self.report(.unknownProfile(profile, known: known, in: self.source))
            }
            if !merge.isEmpty {
                guard let terms = merge.terms else {
                    self.report(.noRelxSection(at: merge.wrong.map(self.place) ?? .file(self.source.path)))
                    return nil
                }
                self.isMerged = true
                return self.read(terms)
            }
            guard let section = sections.first, let elements = section.children.dropFirst().first?.listElements,
                section.children.count == 2
            else {
                self.report(.noRelxSection(at: sections.first.map(self.place) ?? .file(self.source.path)))
                return nil
            }
            return self.read(elements)
        }
    }

    private mutating func read(_ terms: [LocatedTerm]) -> Manifest? {
        var releases: [ReleaseDefinition] = []
        var defaultRelease: (value: Written<ReleaseReference>, key: LocatedTerm)?
        var settings = SettingsReader()
        for term in terms {
            switch term.key {
            case "release":
                guard let release = self.readRelease(term) else { continue }
                if let index = releases.firstIndex(where: { $0.isSameRelease(as: release) }) {
                    let first = releases[index]
                    if self.isMerged {
                        releases[index] = release
                        continue
                    }
                    self.report(
                        .releaseGivenTwice(
                            release, at: self.place(release.name.range), first: self.place(first.name.range)))
                } else {
                    releases.append(release)
                }
            case "default_release":
                guard let reference = self.readDefaultRelease(term) else { continue }
                if let first = defaultRelease, !self.isMerged {
                    self.report(
                        .settingGivenTwice("default_release", at: self.place(term), first: self.place(first.key)))
                }
                defaultRelease = (reference, term)
            // It is for `relift appup` and `relift plan`; here it only has to be right.
            case "appup":
                var appup = AppupSettings()
                appup.read(term, self.source, &self.diagnostics)
            // It is for `relift check`.
            case "check":
                var check = CheckSettings()
                check.read(term, self.source, &self.diagnostics)
            default: self.readSetting(term, for: .all, into: &settings)
            }
        }
        if releases.isEmpty, !self.diagnostics.hasErrors { self.report(.noRelease(in: self.source)) }
        return Manifest(
            source: self.source, form: self.form, profiles: self.profiles, releases: releases,
            settings: settings.settings, defaultRelease: defaultRelease?.value)
    }

    private mutating func readDefaultRelease(_ term: LocatedTerm) -> Written<ReleaseReference>? {
        guard term.children.count == 2 else {
            self.report(.notASetting(self.written(term), at: self.place(term)))
            return nil
        }
        let value = term.children[1]
        let parts = value.tupleElements ?? [value]
        guard parts.count <= 2, let first = parts.first, let name = self.readReleaseName(first) else {
            if !(1...2).contains(parts.count) {
                self.report(
                    .wrongValue(
                        key: "default_release", form: "a release's name or `{Name, Version}`",
                        example: "{default_release, my_release}.", self.written(value), at: self.place(value)))
            }
            return nil
        }
        guard parts.count == 2 else {
            return Written(ReleaseReference(name: name.value, version: nil), at: value.range)
        }
        guard let version = self.readVersion(parts[1]) else { return nil }
        return Written(ReleaseReference(name: name.value, version: version.value), at: value.range)
    }

    // MARK: - Settings

    /// What was read so far, and where, so that a second value for one key is seen.
    struct SettingsReader {
        var settings = Settings()
        var seen: [Atom: ByteRange] = [:]
    }

    mutating func readSetting(_ term: LocatedTerm, for scope: Scope, into reader: inout SettingsReader) {
        guard let key = term.key else {
            self.report(.notASetting(self.written(term), at: self.place(term)))
            return
        }
        guard let known = SettingKey(rawValue: key.name) else {
            self.reportUnknown(key, of: term, in: scope)
            return
        }
        guard term.children.count == 2 else {
            self.report(.notASetting(self.written(term), at: self.place(term)))
            return
        }
        let value = term.children[1]
        let addsUp = known.addsUp || (known == .overlay && scope == .all)
        if !addsUp, let first = reader.seen.updateValue(term.range, forKey: key), !self.isMerged {
            self.report(.settingGivenTwice(key.name, at: self.place(term), first: self.place(first)))
        }
        self.readValue(value, known, for: scope, into: &reader.settings)
    }

    private mutating func reportUnknown(_ key: Atom, of term: LocatedTerm, in scope: Scope) {
        let isPair = term.children.count == 2
        if isPair, let unsupported = UnsupportedKey.named(key) {
            if !unsupported.harmless.contains(term.children[1].term) {
                self.report(.unsupportedKey(unsupported, at: self.place(term)))
            }
            return
        }
        var known = SettingKey.allCases.map(\.rawValue) + UnsupportedKey.all.map(\.name)
        switch scope {
        case .all: known += ["release", "default_release", "appup", "check"]
        case .release: break
        }
        let meant = NearestName.of(key.name, among: known)
        if isPair || meant != nil {
            self.report(.unknownKey(key.name, meant: meant, at: self.place(term.children[0])))
        } else {
            self.report(.notASetting(self.written(term), at: self.place(term)))
        }
    }

    // MARK: - Values

    /// A text that can be a path: a string or a UTF-8 binary, not empty, without NUL.
    func path(_ located: LocatedTerm) -> String? {
        guard let text = self.text(located), !text.isEmpty, !text.utf8.contains(0) else { return nil }
        return text
    }

    /// A string or a UTF-8 binary.
    func text(_ located: LocatedTerm) -> String? {
        if let bytes = located.term.binaryBytes { return String(validating: bytes, as: UTF8.self) }
        return located.term.stringValue
    }

    // MARK: - Findings

    mutating func report(_ diagnostic: Diagnostic) { self.diagnostics.append(diagnostic) }

    func place(_ located: LocatedTerm) -> Diagnostic.Place { self.place(located.range) }

    func place(_ range: ByteRange) -> Diagnostic.Place { .source(SourceRange(self.source, range)) }

    /// A term as the user wrote it, in one line and short enough for a message.
    func written(_ located: LocatedTerm) -> String {
        let bytes = self.source.bytes
        let upper = min(Int(located.range.upperBound), bytes.count)
        let lower = min(Int(located.range.lowerBound), upper)
        let words = String(decoding: bytes[lower..<upper], as: UTF8.self).split(whereSeparator: \.isWhitespace)
        let text = words.joined(separator: " ")
        return text.count <= 60 ? text : text.prefix(57) + "…"
    }
}

extension LocatedTerm {
    /// The first element of a tuple, if it is an atom.
    var key: Atom? { self.tupleElements?.first?.term.atomValue }
}
