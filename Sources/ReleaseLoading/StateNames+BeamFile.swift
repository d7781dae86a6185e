import BeamFiles
import ErlangTerms
import ReleaseModel

extension StateNames {
    /// The states of a `gen_statem`; nil where `callback_mode/0` does not tell what they are.
    ///
    /// - Parameter version: what a way through `code_change/4` says of its first argument.
    init?(
        _ beam: BeamFile, _ callbacks: [StateCallback], _ exports: [BeamFile.Function],
        _ execution: inout SymbolicExecution, version: (SymbolicFacts) -> StateConversion.Version
    ) {
        guard let modes = execution.returns(of: "callback_mode", 0, tracking: []), modes.isComplete,
            modes.returns.count == 1, case .term(let mode)? = modes.returns.first?.value,
            let atoms = try? beam.atoms.atoms
        else { return nil }
        let areFunctions: Bool
        switch (mode.listElements ?? [mode]).compactMap(\.atomValue).first(where: { $0 != "state_enter" }) {
        case "state_functions": areFunctions = true
        case "handle_event_function": areFunctions = false
        default: return nil
        }
        var entered: Set<Atom> = []
        for callback in callbacks {
            let tracked: Set<Int> = callback.state.map { [$0] } ?? []
            guard let outcome = execution.returns(of: callback.name, callback.arity, tracking: tracked) else {
                continue
            }
            for result in outcome.returns {
                guard let elements = result.facts.elements(result.value), let first = elements.first,
                    let tag = result.facts.constant(first)?.atomValue
                else { continue }
                for form in callback.forms
                where form.tag == tag && form.state == 2 && form.arities.contains(elements.count) {
                    if let name = result.facts.constant(elements[1])?.atomValue { entered.insert(name) }
                }
            }
        }
        let functions = Set(exports.lazy.filter { $0.arity == 3 }.map(\.name))
        self.init(
            entered: entered, known: areFunctions ? functions : Set(atoms), areFunctions: areFunctions,
            conversions: Self.conversions(exports, &execution, version))
    }

    private static func conversions(
        _ exports: [BeamFile.Function], _ execution: inout SymbolicExecution,
        _ version: (SymbolicFacts) -> StateConversion.Version
    ) -> [Conversion]? {
        guard exports.contains(where: { $0.name == "code_change" && $0.arity == 4 }) else { return [] }
        guard let outcome = execution.returns(of: "code_change", 4, tracking: [0, 1]), outcome.isComplete else {
            return nil
        }
        let name = SymbolicValue.argument(1)
        return outcome.returns.map { result in
            let given = result.facts.elements(result.value).flatMap { $0.count == 3 ? $0[1] : nil }
            let wanted = result.facts[name]?.constant?.atomValue
            let constant = given.flatMap { result.facts.constant($0)?.atomValue }
            return Conversion(
                version: version(result.facts), name: wanted,
                others: Set((result.facts[name]?.otherConstants ?? []).compactMap(\.atomValue)),
                keepsName: given == name || (constant != nil && constant == wanted))
        }
    }
}
