import Diagnostics
import ErlangTerms
import HostFiles
import Manifests
import ReleaseLoading
import SystemPackage

/// The variables of overlays, as relx layers them (`rlx_overlay:generate_overlay_vars/2`): those of `overlay_vars` win over
/// those of the release, which win over `overlay_vars_values`; a text is a template over what came before it.
struct OverlayScope {
    /// The manifest's folder.
    let folder: FilePath
    let files: HostFileSystem
    /// The release's own, then those that any other wins over.
    private let standing: [OverlayValue.Pair]
    private var written: [OverlayValue.Pair] = []

    /// How deep files of variables may name each other.
    static let depthLimit = 16

    init(
        standing: [OverlayValue.Pair], _ manifest: EffectiveManifest, folder: FilePath, files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) {
        self.folder = folder
        self.files = files
        let defaults = Self.terms(of: manifest.overlayDefaults, in: manifest.source)
        self.standing = standing + defaults.map { .init(name: $0.name, value: Self.plain($0.value.term)) }
        self.add(self.merged(manifest.overlayVariables, in: manifest.source, &findings), &findings)
    }

    /// All variables, the ones that win first.
    var value: OverlayValue { .variables(self.written + self.standing) }

    /// The same with those of one more file, which win over all.
    func adding(_ file: Written<String>, of source: SourceFile, _ findings: inout [Diagnostic]) -> OverlayScope {
        let entry = Written(OverlayVariables.file(file.value), at: file.range)
        var scope = self
        scope.add(self.merged([entry], in: source, &findings), &findings)
        return scope
    }

    // MARK: - Merging

    /// A variable as written.
    private struct Entry {
        var name: String
        var value: LocatedTerm
        var source: SourceFile
    }

    private static func terms(of variables: [Written<OverlayVariables>], in source: SourceFile) -> [Entry] {
        variables.compactMap { variable in
            switch variable.value {
            case .file: nil
            case .value(let name, let term): Entry(name: name, value: term, source: source)
            }
        }
    }

    /// Of one name the last value counts: it takes the place of an earlier one, and goes to the end when it is from a file.
    private func merged(
        _ variables: [Written<OverlayVariables>], in source: SourceFile, _ findings: inout [Diagnostic]
    ) -> [Entry] {
        var entries: [Entry] = []
        for variable in variables {
            let place = Diagnostic.Place.source(SourceRange(source, variable.range))
            switch variable.value {
            case .value(let name, let term):
                let entry = Entry(name: name, value: term, source: source)
                if let index = entries.firstIndex(where: { $0.name == name }) {
                    entries[index] = entry
                } else {
                    entries.append(entry)
                }
            case .file(let path):
                let new = self.read(self.folder.pushing(FilePath(path)), at: place, depth: 0, &findings)
                let names = Set(new.map(\.name))
                entries = entries.filter { !names.contains($0.name) } + new
            }
        }
        return entries
    }

    /// The terms of a file of variables, and of those that it names, which lie beside it.
    private func read(
        _ path: FilePath, at place: Diagnostic.Place, depth: Int, _ findings: inout [Diagnostic]
    ) -> [Entry] {
        guard depth < Self.depthLimit else {
            findings.append(
                Diagnostic(
                    .overlayBadVariables, .error,
                    "files of variables name each other more than \(Self.depthLimit) times", at: place,
                    help: ["look for a file that names itself"]))
            return []
        }
        let source: SourceFile
        do {
            source = SourceFile(
                path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            var finding = error.diagnostic
            finding.notes.append(Diagnostic.Note("this names it", at: place))
            findings.append(finding)
            return []
        }
        guard let file = TermText.parseFile(source, &findings) else { return [] }
        var entries: [Entry] = []
        for term in file.terms {
            let text = term.term.stringValue ?? term.term.binaryBytes.map { String(decoding: $0, as: UTF8.self) }
            if let text, !text.isEmpty, !text.utf8.contains(0) {
                let other = path.removingLastComponent().pushing(FilePath(text))
                let new = self.read(other, at: file.place(term), depth: depth + 1, &findings)
                let names = Set(new.map(\.name))
                entries = entries.filter { !names.contains($0.name) } + new
            } else if let parts = term.tupleElements, parts.count == 2, let name = parts[0].term.atomValue {
                entries.append(Entry(name: name.name, value: parts[1], source: source))
            } else {
                findings.append(
                    Diagnostic(
                        .overlayBadVariables, .error,
                        "a file of variables holds `{Name, Value}.` and the names of further files as strings",
                        at: file.place(term), help: ["for example: {port, 8080}."]))
            }
        }
        return entries
    }

    // MARK: - Values

    private mutating func add(_ entries: [Entry], _ findings: inout [Diagnostic]) {
        var new: [OverlayValue.Pair] = []
        let before = self.written
        for entry in entries {
            self.written = new + before
            new.append(.init(name: entry.name, value: self.rendered(entry.value, entry.source, &findings)))
        }
        self.written = new + before
    }

    private func rendered(
        _ located: LocatedTerm, _ source: SourceFile, _ findings: inout [Diagnostic]
    ) -> OverlayValue {
        switch Self.plain(located.term) {
        case .text(let bytes) where located.term.isText:
            let place = OverlayTemplate.Location.term(SourceRange(source, located.range))
            guard let template = OverlayTemplate(bytes, at: place, &findings) else { return .text([]) }
            return .text(template.render(self.value, &findings) ?? [])
        case .variables:
            return .variables(
                (located.listElements ?? []).compactMap { element in
                    guard let name = element.children.first?.term.atomValue, element.children.count == 2 else {
                        return nil
                    }
                    return .init(name: name.name, value: self.rendered(element.children[1], source, &findings))
                })
        case .list:
            return .list((located.listElements ?? []).map { self.rendered($0, source, &findings) })
        case .text(let bytes): return .text(bytes)
        case .flag(let isOn): return .flag(isOn)
        }
    }

    /// A term as the value of a variable, without looking at its texts.
    private static func plain(_ term: Term) -> OverlayValue {
        if let text = term.stringValue { return .text(Array(text.utf8)) }
        switch term {
        case .binary(let bytes): return .text(bytes)
        case .atom(let atom):
            if atom == "true" { return .flag(true) }
            return atom == "false" ? .flag(false) : .text(Array(atom.name.utf8))
        case .list(let elements):
            let pairs = elements.compactMap { element -> OverlayValue.Pair? in
                guard let parts = element.tupleElements, parts.count == 2, let name = parts[0].atomValue else {
                    return nil
                }
                return .init(name: name.name, value: self.plain(parts[1]))
            }
            return pairs.count == elements.count ? .variables(pairs) : .list(elements.map(self.plain))
        case .integer, .bigInteger, .float, .tuple, .map, .improperList, .bitString, .pid, .port, .reference,
            .externalFunction, .closure, .nativeRecord:
            return .text(TermPrinter.lineBytes(term))
        }
    }
}

extension Term {
    /// A string or a binary, which is a template.
    fileprivate var isText: Bool { self.stringValue != nil || self.binaryBytes != nil }
}
