import BeamFiles
import ErlangTerms
import ReleaseModel

extension ModuleCode {
    /// The calls of a function, and of what it calls in its module, to other modules, in the order of the import table;
    /// nil where there is no such function.
    func calls(reachedFrom name: Atom, _ arity: Int) -> [ModuleFacts.ImportedFunction]? {
        guard let initial = self.functions.firstIndex(where: { $0.name == name && $0.arity == arity }) else {
            return nil
        }
        var isReached = Array(repeating: false, count: self.functions.count)
        isReached[initial] = true
        var open = [initial]
        var calls: Set<Int> = []
        while let number = open.popLast() {
            let function = self.functions[number]
            calls.formUnion(function.remoteCalls)
            for callee in function.localCalls + function.funs where !isReached[callee] {
                isReached[callee] = true
                open.append(callee)
            }
        }
        return calls.sorted().map { ModuleFacts.ImportedFunction(self.imports[$0]) }
    }
}
