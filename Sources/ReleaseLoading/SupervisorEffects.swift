import BeamFiles
import ErlangTerms
import ReleaseModel

extension SupervisorChildren {
    /// The calls of `init/1`, and of what it calls in its module, that do something which cannot be done twice: they make
    /// what exists once, under a name or on a port. In the order of the import table.
    static func effects(of code: ModuleCode) -> [ModuleFacts.ImportedFunction] {
        guard let initial = code.functions.firstIndex(where: { $0.name == "init" && $0.arity == 1 }) else { return [] }
        var isReached = Array(repeating: false, count: code.functions.count)
        isReached[initial] = true
        var open = [initial]
        var calls: Set<Int> = []
        while let number = open.popLast() {
            let function = code.functions[number]
            calls.formUnion(function.remoteCalls)
            for callee in function.localCalls + function.funs where !isReached[callee] {
                isReached[callee] = true
                open.append(callee)
            }
        }
        return calls.sorted().compactMap { number in
            let call = code.imports[number]
            guard self.unrepeatable[call.module]?[call.function]?.contains(call.arity) ?? false else { return nil }
            return ModuleFacts.ImportedFunction(module: call.module, function: call.function, arity: call.arity)
        }
    }

    private static let unrepeatable: [Atom: [Atom: Set<Int>]] = [
        "erlang": ["register": [2], "open_port": [2]],
        "ets": ["new": [2]],
        "gen_sctp": ["open": [0, 1, 2]],
        "gen_tcp": ["listen": [2]],
        "gen_udp": ["open": [1, 2]],
        "global": ["register_name": [2, 3]],
        "ssl": ["listen": [2]],
    ]
}
