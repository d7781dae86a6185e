package import ErlangTerms

/// All functions that `init/1` of a module can come to, where its code says that for certain.
package struct InitialReach: Hashable, Sendable {
    /// A function of the module.
    package struct Function: Hashable, Sendable {
        package let name: Atom
        package let arity: Int
    }

    /// Of the module itself, `init/1` among them.
    package fileprivate(set) var functions: Set<Function> = []
    /// Of other modules, without built-in functions.
    package fileprivate(set) var calls: Set<BeamFile.Import> = []
}

extension BeamFile {
    /// What `init/1` reaches; nil where there is none, and where that is not certain: it calls a function that is only known
    /// when it runs, or makes a fun.
    package var initialReach: InitialReach? {
        guard let atoms = try? self.atoms, let layout = try? CodeLayout(self, atoms),
            let imports = try? self.imports(atoms),
            let initial = layout.functions.firstIndex(where: { $0.name == "init" && $0.arity == 1 })
        else { return nil }
        var reach = InitialReach()
        var open = [initial]
        while let number = open.popLast() {
            let function = layout.functions[number]
            let name = InitialReach.Function(name: function.name, arity: function.arity)
            guard reach.functions.insert(name).inserted else { continue }
            guard let code = try? FunctionCode(self, atoms, body: function.body) else { return nil }
            for instruction in code.instructions {
                switch instruction.opcode {
                case Opcode.call, Opcode.callLast, Opcode.callOnly:
                    guard let callee = instruction.label(1).flatMap(layout.function) else { return nil }
                    open.append(callee)
                case 7, 8, 78:
                    guard let call = instruction.integer(1), imports.indices.contains(call) else { return nil }
                    let target = imports[call]
                    if target.module == self.module {
                        let callee = layout.functions.firstIndex {
                            $0.name == target.function && $0.arity == target.arity
                        }
                        if let callee { open.append(callee) }
                    } else if target.module == "erlang", target.function == "apply" {
                        return nil
                    } else {
                        reach.calls.insert(target)
                    }
                // Calls of funs, `apply`, and instructions that make funs.
                case 75, 103, 112, 113, 171, 178: return nil
                default: break
                }
            }
        }
        return reach
    }
}
