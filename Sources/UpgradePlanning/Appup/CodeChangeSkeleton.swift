import ErlangTerms
package import ReleaseModel

/// The clauses of `code_change` to write for one module whose processes have another state than before, in the module's
/// language. They go into the newer version, whose code runs on both ways.
package struct CodeChangeSkeleton: Hashable, Sendable {
    package let module: ModuleName
    /// A whole function with comments; lines end with a line feed.
    package let text: String

    /// Nil where nothing is to be written.
    init?(_ module: ModuleName, _ states: StateComparison, older: String, newer: String) {
        let changes = states.changes.filter { change in
            UpgradeMode.allCases.contains { states.fault(change, $0) != nil }
        }
        if changes.isEmpty { return nil }
        let language = module.name.hasPrefix("Elixir.") ? SkeletonLanguage.elixir : .erlang
        let behaviour = states.new.behaviour
        var comments: [String] = []
        var clauses: [String] = []
        for change in changes {
            comments += ["\(older): \(change.before)", "\(newer): \(change.after)"]
            if change.isByPlace {
                comments.append("What is in the same place is carried over: the names are not known.")
            }
            if !change.hasSameOutline {
                comments.append("\(language.unbound) is yours to write: what becomes of the one in the other's place.")
            }
        }
        // A clause for the way down comes first: the others take any version.
        for mode in [UpgradeMode.down, .up] {
            for change in changes { clauses.append(language.clause(change, mode, behaviour)) }
        }
        // States of other shapes go on as they are.
        if !states.old.gaps.isEmpty || states.old.shapes.count > changes.count {
            clauses.append(language.clause(nil, .up, behaviour))
        }
        self.module = module
        let mark = language == .erlang ? "%% " : "# "
        self.text =
            comments.map { "\(mark)\($0)\n" }.joined()
            + (language == .erlang
                ? clauses.joined(separator: ";\n") + ".\n" : clauses.joined(separator: "\n\n") + "\n")
    }
}

extension StateComparison.Change {
    /// Whether what both have is carried over: two tuples or two maps.
    fileprivate var hasSameOutline: Bool {
        (self.before.placeNames != nil && self.after.placeNames != nil)
            || (self.before.keys != nil && self.after.keys != nil)
    }
}

extension StateComparison.Change {
    /// Whether one of two tuples has no names.
    fileprivate var isByPlace: Bool {
        self.hasSameOutline && self.before.keys == nil && (self.before.names == nil || self.after.names == nil)
    }
}

/// How clauses are written.
private enum SkeletonLanguage {
    case erlang, elixir

    /// A variable that the clause does not bind, so that it does not compile before somebody looked at it.
    var unbound: String { self == .erlang ? "NewState" : "new_state" }

    /// - Parameter change: nil for the clause that takes everything else.
    func clause(_ change: StateComparison.Change?, _ mode: UpgradeMode, _ behaviour: StateShapes.Behaviour) -> String {
        let (pattern, result) = change.map { self.conversion($0, mode) } ?? (self.state, self.state)
        let name = behaviour.conversionArity == 4 ? self == .erlang ? "StateName, " : "state_name, " : ""
        switch self {
        case .erlang:
            let version = mode == .down ? "{down, _Vsn}" : "_OldVsn"
            return "code_change(\(version), \(name)\(pattern), _Extra) ->\n    {ok, \(name)\(result)}"
        case .elixir:
            let version = mode == .down ? "{:down, _vsn}" : "_old_vsn"
            return "def code_change(\(version), \(name)\(pattern), _extra) do\n  {:ok, \(name)\(result)}\nend"
        }
    }

    private var state: String { self == .erlang ? "State" : "state" }
    private var undefined: String { self == .erlang ? "undefined" : "nil" }

    private func conversion(_ change: StateComparison.Change, _ mode: UpgradeMode) -> (pattern: String, result: String)
    {
        var (from, to) = mode == .up ? (change.before, change.after) : (change.after, change.before)
        if change.isByPlace { (from, to) = (from.withoutNames, to.withoutNames) }
        if let taken = from.placeNames, let given = to.placeNames {
            // The record of the older version is no longer defined in the source.
            let variables = self.variables(taken)
            return (
                self.pattern(from, taken, variables, kept: Set(given), isDefined: mode == .down),
                self.result(to, given, variables, isDefined: mode == .up)
            )
        }
        if let taken = from.keys, let given = to.keys { return (self.state, self.map(taken, given)) }
        return ("_\(self.state)", self.unbound)
    }

    // MARK: - Tuples

    private func pattern(
        _ shape: StateShape, _ names: [String], _ variables: [String: String], kept: Set<String>, isDefined: Bool
    ) -> String {
        if isDefined, let record = self.record(shape, names.filter(kept.contains), variables) { return record }
        let values = names.map { name in
            let variable = variables[name] ?? "_"
            return kept.contains(name) ? variable : "_\(variable)"
        }
        return "{\((self.tag(shape) + values).joined(separator: ", "))}"
    }

    private func result(
        _ shape: StateShape, _ names: [String], _ variables: [String: String], isDefined: Bool
    ) -> String {
        if isDefined, let record = self.record(shape, names.filter { variables[$0] != nil }, variables) {
            return record
        }
        return "{\((self.tag(shape) + names.map { variables[$0] ?? self.undefined }).joined(separator: ", "))}"
    }

    /// The record with these fields, of which the others have their defaults; nil for what is no record with names.
    private func record(_ shape: StateShape, _ fields: [String], _ variables: [String: String]) -> String? {
        guard case .record(let record, _) = shape, self == .erlang else { return nil }
        let values = fields.map { "\($0) = \(variables[$0] ?? self.undefined)" }
        return "#\(TermPrinter.line(.atom(record))){\(values.joined(separator: ", "))}"
    }

    /// A variable for each name, no two the same.
    private func variables(_ names: [String]) -> [String: String] {
        var taken: Set<String> = ["StateName", "state_name", "Vsn", "vsn", "OldVsn", "old_vsn", "Extra", "extra"]
        var variables: [String: String] = [:]
        for (index, name) in names.enumerated() {
            var variable = self.variable(name)
            if !taken.insert(variable).inserted {
                variable = self == .erlang ? "Field\(index + 1)" : "field_\(index + 1)"
                taken.insert(variable)
            }
            variables[name] = variable
        }
        return variables
    }

    private func variable(_ text: String) -> String {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        switch self {
        case .erlang:
            let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            return joined.first.map { $0.isLetter } ?? false ? joined : "V\(joined)"
        // Words of the language are no names.
        case .elixir: return "v_\(words.joined(separator: "_").lowercased())"
        }
    }

    private func tag(_ shape: StateShape) -> [String] { shape.tag.map { [self.key(.atom($0))] } ?? [] }

    // MARK: - Maps

    private func key(_ term: Term) -> String {
        guard self == .elixir, let atom = term.atomValue else { return TermPrinter.line(term) }
        let isPlain =
            atom.name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") }
            && !atom.name.isEmpty
        return isPlain ? ":\(atom.name)" : ":\"\(atom.name)\""
    }

    /// A map with the keys that come, and without those that go.
    private func map(_ old: [Term], _ new: [Term]) -> String {
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        let keys = removed.map { self.key($0) }.joined(separator: ", ")
        let values = added.map { "\(self.key($0)) => \(self.undefined)" }.joined(separator: ", ")
        var text = self.state
        if !removed.isEmpty {
            text = self == .erlang ? "maps:without([\(keys)], \(text))" : "Map.drop(\(text), [\(keys)])"
        }
        if !added.isEmpty {
            text = self == .erlang ? "maps:merge(#{\(values)}, \(text))" : "Map.merge(%{\(values)}, \(text))"
        }
        return text
    }
}

extension StateShape {
    /// A record as any other tuple.
    fileprivate var withoutNames: StateShape {
        if case .record(let name, let fields) = self { .tagged(name: name, arity: fields.count + 1) } else { self }
    }

    /// A name for each element of a tuple behind its tag.
    fileprivate var placeNames: [String]? {
        switch self {
        case .record: self.names
        case .tagged(_, let arity): (0..<max(0, arity - 1)).map { "element_\($0 + 2)" }
        case .tuple(let arity): (0..<max(0, arity)).map { "element_\($0 + 1)" }
        case .map, .structure, .value: nil
        }
    }
}

extension GeneratedAppup {
    /// One for each module whose processes have another state than before that is not converted.
    static func skeletons(_ changes: [ModuleChange], older: String, newer: String) -> [CodeChangeSkeleton] {
        changes.compactMap { change in
            change.states.flatMap { CodeChangeSkeleton(change.name, $0, older: older, newer: newer) }
        }
    }
}
