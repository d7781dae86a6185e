import ErlangTerms
import ReleaseModel

extension ModuleChange.Handling {
    /// The newer code decides: on the way up its `code_change` runs after it was loaded, on the way down before it is
    /// exchanged. A supervisor must be one on both sides, since its `init/1` runs after the exchange both ways.
    ///
    /// A behaviour of which only the module is known counts when the module has the `code_change` of that kind: who writes
    /// one has a state to convert. A `code_change` that `use GenServer` filled in converts nothing, but the processes still
    /// have to stand still while their code is exchanged.
    init(old: ModuleRoles, new: ModuleRoles, older: ModuleFacts, newer facts: ModuleFacts) {
        let before = Set(old.all.compactMap(\.anyKind).filter(\.runsInitAgain))
        let kinds = new.all.compactMap(\.anyKind)
        if kinds.contains(where: { before.contains($0) }) {
            self = kinds.allSatisfy(\.runsInitAgain) && older.initializesLike(facts) ? .code : .supervisor
            return
        }
        for kind in ProcessKind.allCases where kinds.contains(kind) {
            for role in new.all where role.anyKind == kind {
                guard let function = role.codeChange.first(where: facts.exports.contains) else { continue }
                self = .codeChange(behaviour: role.subject, function: "\(function)")
                return
            }
        }
        // A server may handle system messages by itself.
        if facts.exports("system_code_change", 4) {
            self = .codeChange(behaviour: ProcessKind.special.text, function: "system_code_change/4")
            return
        }
        self = .code
    }
}

extension ModuleRole {
    /// The kind of process that has to do with the module, certainly or not.
    var anyKind: ProcessKind? {
        switch self {
        case .process(let kind, _), .wrapped(let kind, _): kind
        case .callbacks, .unknownBehaviour, .application, .behaviour, .nativeFunctions, .parseTransform,
            .protocolDefinition, .protocolImplementation, .structure, .exception:
            nil
        }
    }

    /// The functions of the module that may convert the state; the first one that it has is called.
    fileprivate var codeChange: [ModuleFacts.FunctionName] {
        // Who handles system messages for others calls a function of theirs, under the usual name.
        if case .wrapped(.special, _) = self { return [.init("code_change", 3), .init("code_change", 4)] }
        return self.anyKind?.codeChange.map { [$0] } ?? []
    }

    /// What it is called where its `code_change` is named behind it.
    fileprivate var subject: String {
        switch self {
        case .process(let kind, let behaviour?) where ProcessKind.ofBehaviour[behaviour] == nil:
            "\(kind.text) by its behaviour `\(behaviour)`"
        case .process(let kind, _): kind.text
        case .wrapped(let kind, let behaviour): "callback module of `\(behaviour)`, which is a \(kind.text),"
        case .callbacks, .unknownBehaviour, .application, .behaviour, .nativeFunctions, .parseTransform,
            .protocolDefinition, .protocolImplementation, .structure, .exception:
            ""
        }
    }

    /// Why nothing is converted when the code is exchanged; nil where there is nothing to say.
    fileprivate var remark: String? {
        switch self {
        case .process(.supervisorBridge, _): return "supervisor_bridge, whose process keeps its state in any case"
        case .process(let kind, _):
            guard let function = kind.codeChange else { return nil }
            return "\(self.subject) without `\(function)`, whose processes keep their states"
        case .wrapped(let kind, let behaviour):
            return "callback module of `\(behaviour)`, which is a \(kind.text), without a `code_change` to call"
        case .callbacks(let behaviour): return "called by others through behaviour `\(behaviour)`"
        case .unknownBehaviour(let behaviour): return "nothing is known of its behaviour `\(behaviour)`"
        case .application: return "application callback module, which no process runs"
        case .behaviour: return "it defines a behaviour"
        case .nativeFunctions: return "it loads its native functions anew"
        case .parseTransform: return "parse transform, which runs in compilers only"
        case .protocolDefinition: return "protocol"
        case .protocolImplementation(let definition): return "implementation of protocol `\(definition)`"
        case .structure: return "struct"
        case .exception: return "exception"
        }
    }
}

extension ModuleChange {
    /// What the module is, as far as it explains its instruction; a phrase, the same on both ways.
    var roleText: String? {
        guard let roles = self.newRoles, case .changed(_, _, let handling) = self.kind else { return nil }
        switch handling {
        case .supervisor:
            let kind = roles.all.lazy.compactMap(\.anyKind).first(where: \.runsInitAgain) ?? .supervisor
            return "\(kind.text), whose `init/1` runs again"
        case .codeChange(let behaviour, let function): return "\(behaviour) with `\(function)`"
        case .code:
            if let older, let newer, newer.supervisor != nil, older.initializesLike(newer) {
                return "supervisor whose `init/1` does and returns the same"
            }
            // Of processes that become something else more is said elsewhere.
            let isOtherKind = RoleChange(self) != nil
            let remarks = roles.all.filter { !isOtherKind || $0.processKind == nil }.compactMap(\.remark)
            return remarks.isEmpty ? nil : remarks.prefix(2).joined(separator: ", ")
        }
    }
}

extension ModuleFacts {
    /// Whether the `init/1` of a supervisor does and returns the same in both versions, for certain: then it need not run
    /// again, with all that it may do a second time.
    func initializesLike(_ other: ModuleFacts) -> Bool {
        guard let before = self.supervisor, let after = other.supervisor, let reach = before.initReach,
            reach == after.initReach, before.isConstant, after.isConstant, before.children == after.children,
            before.strategy == after.strategy, before.intensity == after.intensity, before.period == after.period,
            case .functions(let older, _) = self.code, case .functions(let newer, _) = other.code
        else { return false }
        func digests(_ functions: [Function]) -> [FunctionName: Digest] {
            Dictionary(
                functions.lazy.filter { reach.contains($0.name) }.map { ($0.name, $0.digest) },
                uniquingKeysWith: { first, _ in first })
        }
        return digests(older) == digests(newer)
    }
}
