package import ErlangTerms

/// The outer form of a process's state: what must stay the same for new code to go on with it.
package enum StateShape: Hashable, Sendable {
    /// A record whose fields are known by name from debug information, without the tag.
    case record(name: Atom, fields: [Atom])
    /// A tuple with an atom in front; the arity counts the atom.
    case tagged(name: Atom, arity: Int)
    case tuple(arity: Int)
    /// A map with these keys, in the order of terms.
    case map(keys: [Term])
    /// An Elixir struct, without `__struct__`, in the order of terms.
    case structure(name: Atom, keys: [Term])
    /// Something without parts of its own.
    case value(Kind)

    /// What a term is, as guards tell terms apart.
    package enum Kind: String, Hashable, Sendable {
        case atom, number, tuple, map, list, binary, function, identifier
    }

    package var kind: Kind {
        switch self {
        case .record, .tagged, .tuple: .tuple
        case .map, .structure: .map
        case .value(let kind): kind
        }
    }

    /// Elements of the tuple that it is, the tag among them.
    package var arity: Int? {
        switch self {
        case .record(_, let fields): fields.count + 1
        case .tagged(_, let arity), .tuple(let arity): arity
        case .map, .structure, .value: nil
        }
    }

    /// The atom in front of the tuple.
    package var tag: Atom? {
        switch self {
        case .record(let name, _), .tagged(let name, _): name
        case .tuple, .map, .structure, .value: nil
        }
    }

    /// The keys of a map.
    package var keys: [Term]? {
        switch self {
        case .map(let keys), .structure(_, let keys): keys
        case .record, .tagged, .tuple, .value: nil
        }
    }
}

extension StateShape: CustomStringConvertible {
    /// In Erlang's notation, structs in Elixir's: `#state{items, total}`, `{state, _, _}`, `#{items, total}`,
    /// `%Cart{items, total}`.
    package var description: String {
        func line(_ term: Term) -> String { TermPrinter.line(term) }
        func list(_ parts: [String]) -> String {
            parts.count > 40
                ? parts.prefix(40).joined(separator: ", ") + ", … (\(parts.count))" : parts.joined(separator: ", ")
        }
        switch self {
        case .record(let name, let fields):
            return "#\(line(.atom(name))){\(list(fields.map { line(.atom($0)) }))}"
        case .tagged(let name, let arity):
            return "{\(list([line(.atom(name))] + Array(repeating: "_", count: max(0, arity - 1))))}"
        case .tuple(let arity): return "{\(list(Array(repeating: "_", count: arity)))}"
        case .map(let keys): return "#{\(list(keys.map(line)))}"
        case .structure(let name, let keys):
            let short = name.name.hasPrefix("Elixir.") ? String(name.name.dropFirst(7)) : name.name
            return "%\(short){\(list(keys.map { $0.atomValue?.name ?? line($0) }))}"
        case .value(let kind):
            switch kind {
            case .atom: return "an atom"
            case .number: return "a number"
            case .tuple: return "a tuple"
            case .map: return "a map"
            case .list: return "a list"
            case .binary: return "a binary"
            case .function: return "a fun"
            case .identifier: return "a pid, port or reference"
            }
        }
    }
}
