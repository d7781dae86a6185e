package import ErlangTerms
package import ReleaseModel

/// The clauses of `code_change` to write for one module whose processes have another state than before, in the module's
/// language. They go into the newer version, whose code runs on both ways.
package struct CodeChangeSkeleton: Hashable, Sendable {
    package let module: ModuleName
    package let text: String

    init(_ module: ModuleName, _ change: StateComparison.Change, _ behaviour: StateShapes.Behaviour, older: String) {
        self.module = module
        let language = module.name.hasPrefix("Elixir.") ? SkeletonLanguage.elixir : .erlang
        let (up, down) = (
            language.clause(from: change.before, to: change.after, isDown: false, behaviour),
            language.clause(from: change.after, to: change.before, isDown: true, behaviour)
        )
        let comment = language == .erlang ? "%%" : "#"
        self.text =
            "\(comment) \(older): \(change.before)\n\(comment) now: \(change.after)\n"
            + (language == .erlang ? "\(down);\n\(up).\n" : "\(down)\n\(up)\n")
    }
}

/// How clauses are written.
private enum SkeletonLanguage {
    case erlang, elixir

    func clause(
        from: StateShape, to: StateShape, isDown: Bool, _ behaviour: StateShapes.Behaviour
    ) -> String {
        // Names that both have are carried over; places without names by their number.
        let (taken, given) = (from.placeNames ?? [], to.placeNames ?? [])
        let common = Set(taken).intersection(given)
        let isTuple = from.kind == .tuple && to.kind == .tuple
        // The record of the older version is no longer defined in the source.
        let pattern = isTuple ? self.tuple(from, common, isDefined: isDown) : self.name("State")
        let result =
            isTuple
            ? self.result(to, common, isDefined: !isDown)
            : from.kind == .map && to.kind == .map ? self.map(from, to) : self.undefined
        let hasName = behaviour.conversionArity == 4
        switch self {
        case .erlang:
            let version = isDown ? "{down, _Vsn}" : "_OldVsn"
            let name = hasName ? "StateName, " : ""
            return "code_change(\(version), \(name)\(pattern), _Extra) ->\n    {ok, \(name)\(result)}"
        case .elixir:
            let version = isDown ? "{:down, _vsn}" : "_old_vsn"
            let name = hasName ? "state_name, " : ""
            return "def code_change(\(version), \(name)\(pattern), _extra), do: {:ok, \(name)\(result)}"
        }
    }

    private var undefined: String { self == .erlang ? "undefined" : "nil" }

    /// A variable.
    private func name(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            name.unicodeScalars.append(
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? scalar : "_")
        }
        if self == .elixir { return name.lowercased() }
        let words = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
        let joined = words.joined()
        return joined.first.map { $0.isLetter } ?? false ? joined : "V\(joined)"
    }

    private func tuple(_ shape: StateShape, _ common: Set<String>, isDefined: Bool) -> String {
        let names = shape.placeNames ?? []
        if isDefined, case .record(let record, _) = shape, self == .erlang {
            let fields = names.filter(common.contains).map { "\($0) = \(self.name($0))" }
            return "#\(TermPrinter.line(.atom(record))){\(fields.joined(separator: ", "))}"
        }
        let values = names.map { common.contains($0) ? self.name($0) : "_\(self.name($0))" }
        return "{\((self.tag(shape) + values).joined(separator: ", "))}"
    }

    private func result(_ shape: StateShape, _ common: Set<String>, isDefined: Bool) -> String {
        if isDefined, case .record = shape, self == .erlang { return self.tuple(shape, common, isDefined: true) }
        let values = (shape.placeNames ?? []).map { common.contains($0) ? self.name($0) : self.undefined }
        return "{\((self.tag(shape) + values).joined(separator: ", "))}"
    }

    private func tag(_ shape: StateShape) -> [String] {
        shape.tag.map { [self == .erlang ? TermPrinter.line(.atom($0)) : self.key(.atom($0))] } ?? []
    }

    private func key(_ term: Term) -> String {
        guard self == .elixir, let atom = term.atomValue else { return TermPrinter.line(term) }
        let isPlain = atom.name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") }
        return isPlain ? ":\(atom.name)" : ":\"\(atom.name)\""
    }

    /// A map with the keys that come, and without those that go.
    private func map(_ from: StateShape, _ to: StateShape) -> String {
        let (old, new) = (from.keys ?? [], to.keys ?? [])
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        var text = self.name("State")
        switch self {
        case .erlang:
            if !removed.isEmpty {
                text = "maps:without([\(removed.map { self.key($0) }.joined(separator: ", "))], \(text))"
            }
            if !added.isEmpty {
                text = "maps:merge(#{\(added.map { "\(self.key($0)) => undefined" }.joined(separator: ", "))}, \(text))"
            }
        case .elixir:
            if !removed.isEmpty {
                text = "Map.drop(\(text), [\(removed.map { self.key($0) }.joined(separator: ", "))])"
            }
            if !added.isEmpty {
                text = "Map.merge(%{\(added.map { "\(self.key($0)) => nil" }.joined(separator: ", "))}, \(text))"
            }
        }
        return text
    }
}

extension StateShape {
    /// A name for each element of a tuple behind its tag.
    fileprivate var placeNames: [String]? {
        switch self {
        case .record: self.names
        case .tagged(_, let arity): (0..<max(0, arity - 1)).map { "element_\($0 + 2)" }
        case .tuple(let arity): (0..<arity).map { "element_\($0 + 1)" }
        case .map, .structure, .value: nil
        }
    }
}

extension GeneratedAppup {
    /// One for each module whose processes have another state than before.
    static func skeletons(_ changes: [ModuleChange], older: String) -> [CodeChangeSkeleton] {
        changes.flatMap { change in
            guard let states = change.states else { return [CodeChangeSkeleton]() }
            return states.changes.map {
                CodeChangeSkeleton(change.name, $0, states.new.behaviour, older: older)
            }
        }
    }
}
