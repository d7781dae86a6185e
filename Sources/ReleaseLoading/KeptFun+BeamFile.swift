import BeamFiles
import ErlangTerms
import ReleaseModel

extension KeptFun {
    /// Those of a module, in the order of its code, without repetition; none where the code cannot be read.
    static func all(_ beam: BeamFile, behaviours: [Atom]) -> [KeptFun] {
        guard let flows = try? beam.funFlows, !flows.isEmpty, let exports = try? beam.exports else { return [] }
        let callbacks =
            behaviours.lazy.compactMap(StateShapes.Behaviour.init(attribute:)).first
            .map { StateCallback.all($0, exports) } ?? []
        var found: [KeptFun] = []
        func add(_ fun: KeptFun) { if !found.contains(fun) { found.append(fun) } }
        for (name, arity, origin, flow) in flows {
            let function = ModuleFacts.FunctionName(origin.name, origin.arity)
            for callback in callbacks where callback.name == name && callback.arity == arity {
                if flow.returned.contains(where: callback.keepsFun) { add(KeptFun(function: function)) }
            }
            for call in flow.calls where self.isKept(call) {
                add(KeptFun(function: function, call: ModuleFacts.ImportedFunction(call.target)))
            }
        }
        return found
    }

    private static func isKept(_ call: FunFlow.Call) -> Bool {
        self.keeping[call.target.module]?[call.target.function]?[call.target.arity].map { position in
            call.arguments.indices.contains(position) && call.arguments[position]?.holdsFun ?? false
        } ?? false
    }

    /// What keeps one of its arguments until somebody replaces it, by arity the number of that argument, from 0 on.
    private static let keeping: [Atom: [Atom: [Int: Int]]] = [
        "application": ["set_env": [3: 2, 4: 2]],
        "ets": ["insert": [2: 1], "insert_new": [2: 1], "update_element": [3: 2]],
        "persistent_term": ["put": [2: 1]],
        "timer": ["apply_interval": [2: 1, 4: 3], "apply_repeatedly": [2: 1, 4: 3]],
    ]
}

extension StateCallback {
    /// Whether what it returns has a fun in the state.
    fileprivate func keepsFun(_ value: FunFlow.Value) -> Bool {
        guard case .tuple(let elements) = value, case .atom(let tag)?? = elements.first else { return false }
        return self.forms.contains { form in
            form.tag == tag && form.arities.contains(elements.count) && (elements[form.state]?.holdsFun ?? false)
        }
    }
}
