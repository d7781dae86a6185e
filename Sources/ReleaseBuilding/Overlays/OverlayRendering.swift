import Diagnostics
import ReleaseModel

/// The value of a variable of overlays.
indirect enum OverlayValue: Equatable {
    case text([UInt8])
    /// `true` and `false`: they show as words, and choose sections.
    case flag(Bool)
    case list([OverlayValue])
    /// The first of several values of one name counts.
    case variables([Pair])

    struct Pair: Equatable {
        var name: String
        var value: OverlayValue
    }

    subscript(name: String) -> OverlayValue? {
        guard case .variables(let pairs) = self else { return nil }
        return pairs.first { $0.name == name }?.value
    }
}

extension OverlayTemplate {
    /// What rendering may come to.
    static let outputLimit = 64 << 20

    /// The text with the values of `scope`; nil after findings, one for each variable that there is not.
    ///
    /// `step` is where the template is asked for, for notes.
    func render(_ scope: OverlayValue, step: Diagnostic.Place? = nil, _ findings: inout [Diagnostic]) -> [UInt8]? {
        var rendering = Rendering(template: self)
        rendering.render(self.nodes, [scope])
        for missing in rendering.missing {
            findings.append(self.missing(missing.name, missing.range, scope, step))
        }
        if rendering.isTooLarge {
            findings.append(
                Diagnostic(
                    .overlayBadTemplate, .error,
                    "the rendered text is larger than \(Self.outputLimit >> 20) MiB", at: self.location.place(0..<0),
                    help: ["a section stands for each element of a list: look at the lists in each other"]))
        }
        return rendering.missing.isEmpty && !rendering.isTooLarge ? rendering.output : nil
    }

    private func missing(
        _ name: String, _ range: Range<Int>, _ scope: OverlayValue, _ step: Diagnostic.Place?
    ) -> Diagnostic {
        var known: [String] = []
        if case .variables(let pairs) = scope { known = pairs.map(\.name) }
        return Diagnostic(
            .overlayMissingVariable, .error, "there is no variable `\(name)`", at: self.location.place(range),
            explanation: "relx would leave the place empty without a word.",
            notes: step.map { [Diagnostic.Note("the overlay asks for it here", at: $0)] } ?? [],
            help: [
                NearestName.of(name, among: known).map { "did you mean `\($0)`?" }
                    ?? "give it a value: {overlay_vars, [{\(name), \"VALUE\"}]}."
            ])
    }
}

/// One pass over a template.
private struct Rendering {
    let template: OverlayTemplate
    var output: [UInt8] = []
    var missing: [(name: String, range: Range<Int>)] = []
    var isTooLarge = false
    /// Lists in lists multiply: what may be done is bounded, not only what comes out.
    private var steps = 0

    init(template: OverlayTemplate) { self.template = template }

    mutating func render(_ nodes: [OverlayTemplate.Node], _ scopes: [OverlayValue]) {
        for node in nodes {
            self.steps += 1
            guard self.output.count <= OverlayTemplate.outputLimit, self.steps < 4_000_000 else {
                self.isTooLarge = true
                return
            }
            switch node {
            case .text(let range): self.output += self.template.bytes[range]
            case .variable(let name, let range):
                guard let value = Self.find(name, in: scopes) else {
                    if !self.missing.contains(where: { $0.range == range }) { self.missing.append((name, range)) }
                    continue
                }
                self.output += value.shown
            case .section(let name, let isInverted, let nodes):
                self.renderSection(Self.find(name, in: scopes), isInverted, nodes, scopes)
            }
        }
    }

    /// A section whose variable is not there is none, as with `false`: that is how templates ask.
    private mutating func renderSection(
        _ value: OverlayValue?, _ isInverted: Bool, _ nodes: [OverlayTemplate.Node], _ scopes: [OverlayValue]
    ) {
        let isOff: Bool =
            switch value {
            case nil, .flag(false), .list([]): true
            case .flag(true), .text, .list, .variables: false
            }
        guard isOff == isInverted else { return }
        switch value {
        case .list(let elements) where !isInverted:
            for element in elements where !self.isTooLarge { self.render(nodes, [element] + scopes) }
        case .variables where !isInverted:
            self.render(nodes, (value.map { [$0] } ?? []) + scopes)
        case .list, .variables, .text, .flag, nil: self.render(nodes, scopes)
        }
    }

    /// `name`, `name.inner` or `.`; of several scopes the innermost that has the first part.
    private static func find(_ name: String, in scopes: [OverlayValue]) -> OverlayValue? {
        if name == "." { return scopes.first }
        for scope in scopes { if let value = scope[name] { return value } }
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count > 1, let first = parts.first else { return nil }
        for scope in scopes {
            guard var value = scope[first] else { continue }
            for part in parts.dropFirst() {
                guard let inner = value[part] else { return nil }
                value = inner
            }
            return value
        }
        return nil
    }
}

extension OverlayValue {
    /// The value in the place of a variable.
    fileprivate var shown: [UInt8] {
        switch self {
        case .text(let bytes): bytes
        case .flag(let isOn): Array((isOn ? "true" : "false").utf8)
        case .list(let elements): elements.flatMap(\.shown)
        case .variables: []
        }
    }
}
