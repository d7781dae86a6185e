package import ErlangTerms

/// The forms of a module as the parser made them, macros expanded (`Dbgi` of `erlc +debug_info`, `Abst` before OTP 20):
/// its functions by name and arity, and its records.
package struct AbstractCode: Sendable {
    package struct FunctionName: Hashable, Sendable {
        package let name: Atom
        package let arity: Int
    }

    package let module: Atom
    /// The clauses of each function, as they stand in the form.
    let functions: [FunctionName: [Term]]
    /// The functions in the order of the file.
    let order: [FunctionName]
    /// The names of the fields of each record.
    let records: [Atom: [Atom]]
}

/// Why there is no abstract code to read.
package enum AbstractCodeAbsence: Error, Hashable, Sendable {
    /// Stripped, or compiled without `debug_info`.
    case noDebugInformation
    case encrypted
    /// Written by another compiler's backend, Elixir's for instance.
    case otherBackend(Atom)
    /// The chunk cannot be decoded, or is of no known form.
    case unreadable(String)
}

extension BeamFile {
    /// The functions of the module as abstract code, or why there are none. This decodes the largest chunk of the file.
    package var abstractCode: Result<AbstractCode, AbstractCodeAbsence> {
        let term: Term?
        do throws(BeamFileError) {
            term = try self.debugInformationTerm
        } catch {
            if case .encrypted = error.code { return .failure(.encrypted) }
            return .failure(.unreadable(error.description))
        }
        guard let term else { return .failure(.noDebugInformation) }
        guard let parts = term.tupleElements, let tag = parts.first?.atomValue else {
            return .failure(.unreadable("debug information of an unknown form"))
        }
        if tag == "debug_info_v1", parts.count == 3, let backend = parts[1].atomValue {
            guard backend == "erl_abstract_code" else { return .failure(.otherBackend(backend)) }
            // `none` for a file that was compiled without `debug_info`.
            guard let forms = parts[2].tupleElements?.first?.listElements else { return .failure(.noDebugInformation) }
            return .success(AbstractCode(module: self.module, forms: forms))
        }
        if tag == "raw_abstract_v1", parts.count == 2, let forms = parts[1].listElements {
            return .success(AbstractCode(module: self.module, forms: forms))
        }
        return .failure(.unreadable("debug information of an unknown form"))
    }
}

extension AbstractCode {
    /// The functions among the forms; what is none is passed over.
    init(module: Atom, forms: [Term]) {
        var functions: [FunctionName: [Term]] = [:]
        var order: [FunctionName] = []
        var records: [Atom: [Atom]] = [:]
        for form in forms {
            if let attribute = AbstractNode(form), attribute.kind == "attribute", attribute.count == 2,
                attribute[0].isAtom("record"), let (name, fields) = Self.fields(attribute[1])
            {
                records[name] = fields
                continue
            }
            guard let parts = form.tupleElements, parts.count == 5, parts[0].isAtom("function"),
                let name = parts[2].atomValue, let arity = parts[3].integerValue, let clauses = parts[4].listElements
            else { continue }
            let function = FunctionName(name: name, arity: arity)
            if functions.updateValue(clauses, forKey: function) == nil { order.append(function) }
        }
        self.init(module: module, functions: functions, order: order, records: records)
    }
}

/// A node of abstract code: `{kind, annotation, part…}`.
struct AbstractNode {
    let kind: Atom
    let parts: ArraySlice<Term>

    init?(_ term: Term) {
        guard case .tuple(let elements) = term, elements.count >= 2, let kind = elements[0].atomValue else {
            return nil
        }
        self.kind = kind
        self.parts = elements[2...]
    }

    var count: Int { self.parts.count }
    subscript(_ index: Int) -> Term { self.parts[self.parts.startIndex + index] }
}

/// A clause of a function, `case`, `if` or `fun`: `{clause, annotation, patterns, guards, body}`.
struct AbstractClause {
    let patterns: [Term]
    /// Alternatives of conjunctions.
    let guards: [[Term]]
    let body: [Term]

    init?(_ term: Term) {
        guard let node = AbstractNode(term), node.kind == "clause", node.count == 3,
            let patterns = node[0].listElements, let guards = node[1].listElements, let body = node[2].listElements
        else { return nil }
        self.patterns = patterns
        self.guards = guards.map { $0.listElements ?? [] }
        self.body = body
    }
}
