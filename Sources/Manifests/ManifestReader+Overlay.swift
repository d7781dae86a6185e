import Diagnostics
import ErlangTerms
import ReleaseModel

extension ManifestReader {
    // MARK: - Steps

    /// rebar3 takes several overlays in reverse (`rebar_relx:merge_overlays/1`), so that those of profiles come last; of
    /// a release's own the last one counts.
    mutating func readOverlay(_ value: LocatedTerm, for scope: Scope, into settings: inout Settings) {
        guard let elements = self.elements(value, .overlay) else { return }
        let steps = elements.compactMap { self.readStep($0) }
        switch (scope, self.form) {
        case (.release, _): settings.overlay = steps
        case (.all, .terms): settings.overlay = (settings.overlay ?? []) + steps
        case (.all, .relxTerms), (.all, .relxSection): settings.overlay = steps + (settings.overlay ?? [])
        }
    }

    private mutating func readStep(_ term: LocatedTerm) -> Written<OverlayStep>? {
        let parts = term.tupleElements ?? []
        let texts = parts.dropFirst().map { part in self.path(part).map { Written($0, at: part.range) } }
        guard let name = term.key?.name else { return self.badStep(term) }
        let step: OverlayStep?
        switch (name, parts.count) {
        case ("mkdir", 2): step = texts[0].map { .makeFolder($0) }
        case ("copy", 3): step = Self.pair(texts).map { .copy(from: $0, to: $1) }
        case ("link", 3): step = Self.pair(texts).map { .link(from: $0, to: $1) }
        case ("template", 3): step = Self.pair(texts).map { .template(from: $0, to: $1, variables: nil) }
        case ("template", 4):
            step = Self.pair(Array(texts.prefix(2))).flatMap { from, to in
                texts[2].map { .template(from: from, to: to, variables: $0) }
            }
        case ("chmod", 3):
            guard let mode = self.readMode(parts[1]) else { return nil }
            step = texts[1].map { .changeMode(mode, $0) }
        default:
            let known = ["mkdir", "copy", "link", "template", "chmod"]
            return self.badStep(term, meant: known.contains(name) ? nil : NearestName.of(name, among: known))
        }
        guard let step else { return self.badStep(term) }
        return Written(step, at: term.range)
    }

    private static func pair(_ texts: [Written<String>?]) -> (Written<String>, Written<String>)? {
        guard texts.count == 2, let first = texts[0], let second = texts[1] else { return nil }
        return (first, second)
    }

    /// A number of permission bits, or a template that becomes a decimal number.
    private mutating func readMode(_ term: LocatedTerm) -> Written<OverlayStep.Mode>? {
        if let number = term.term.integerValue, (0...0o7777).contains(number), let bits = UInt16(exactly: number) {
            return Written(.bits(bits), at: term.range)
        }
        if let text = self.path(term) { return Written(.template(text), at: term.range) }
        self.report(.badMode(self.written(term), at: self.place(term)))
        return nil
    }

    private mutating func badStep(_ term: LocatedTerm, meant: String? = nil) -> Written<OverlayStep>? {
        self.report(.badOverlayStep(self.written(term), meant: meant, at: self.place(term)))
        return nil
    }

    // MARK: - Variables

    /// One file, or a list of files and of `{Name, Value}`.
    mutating func readOverlayVariables(_ value: LocatedTerm, _ key: SettingKey) -> [Written<OverlayVariables>] {
        if value.term.isAtom("undefined") { return [] }
        if key == .overlayVariables, let path = self.path(value) { return [Written(.file(path), at: value.range)] }
        guard let elements = self.elements(value, key) else { return [] }
        var variables: [Written<OverlayVariables>] = []
        for element in elements {
            if key == .overlayVariables, let path = self.path(element) {
                variables.append(Written(.file(path), at: element.range))
            } else if element.children.count == 2, let name = element.key {
                variables.append(Written(.value(name: name.name, element.children[1]), at: element.range))
            } else {
                self.reportWrongValue(element, key)
            }
        }
        return variables
    }
}
