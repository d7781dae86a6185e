import ErlangTerms

/// The functions of a module, each with a digest of what it does.
///
/// The digest is that of the function's instructions with all their operands spelt out: atoms by text, literals and
/// strings by value, imports by module, name and arity, funs by the function they are made of, other functions of the
/// module by name and arity, labels by their order in the function. So it does not depend on how tables are numbered,
/// on other functions, on lines, on debug information, nor on where and when the module was compiled.
///
/// All of it comes from chunks that `beam_lib:strip/1` leaves in a file.
package struct ModuleCode: Hashable, Sendable {
    /// In the order of the code.
    package let functions: [CompiledFunction]
    /// What ``CompiledFunction/remoteCalls`` counts.
    package let imports: [BeamFile.Import]
    /// Of the definitions of native records (OTP 29 and later), which belong to no function.
    package let recordsDigest: CodeDigest?

    /// The calls without a timeout for a connection, or its data, that return into the module.
    package var endlessWaits: [BeamFile.Import] {
        Set(self.functions.flatMap(\.returningCalls)).map { self.imports[$0] }.filter(WaitingCalls.isEndless)
    }

    /// The functions that call a function or make a fun of it, by number, ascending.
    package func callers(of function: Int) -> [Int] {
        self.functions.indices.filter {
            self.functions[$0].localCalls.contains(function) || self.functions[$0].funs.contains(function)
        }
    }
}

extension BeamFile {
    /// Reads the code of all functions.
    package var moduleCode: ModuleCode {
        get throws(BeamFileError) {
            let atoms = try self.atoms
            let layout = try CodeLayout(self, atoms)
            return try self.moduleCode(
                atoms, layout, imports: try self.imports(atoms), exports: try self.exports(atoms))
        }
    }

    func moduleCode(
        _ atoms: AtomTable, _ layout: CodeLayout, imports: [Import], exports: [Function]
    ) throws(BeamFileError) -> ModuleCode {
        var isExported = Array(repeating: false, count: layout.functions.count)
        for export in exports {
            guard let function = layout.function(at: export.label) else {
                throw BeamFileError(
                    .invalidReference(.label, export.label), chunk: .exports, offset: self.chunk(.exports)?.offset ?? 0)
            }
            isExported[function] = true
        }
        var reader = CodeReader(self, atoms, layout, try ReferenceTexts(self, atoms, imports, layout))
        var functions: [CompiledFunction] = []
        functions.reserveCapacity(layout.functions.count)
        var tailCalls: [[Int]] = []
        tailCalls.reserveCapacity(layout.functions.count)
        for (number, function) in layout.functions.enumerated() {
            let code = try reader.read(function: number)
            functions.append(
                CompiledFunction(
                    name: function.name, arity: function.arity, isExported: isExported[number],
                    generatedFor: GeneratedName.origin(of: function.name), digest: code.digest,
                    localCalls: code.localCalls, remoteCalls: code.remoteCalls, returningCalls: code.returningCalls,
                    funs: code.funs,
                    receives: code.receives, hasLocalReceiveLoop: false, isOnLoad: function.isOnLoad))
            tailCalls.append(code.tailCalls)
        }
        if functions.contains(where: \.receives) {
            let cycles = TailCallCycles(tailCalls)
            let candidates = functions.indices.filter { functions[$0].receives && cycles.contains($0) }
            // What is called before the `receive` does not lead from it to the next one.
            for number in candidates {
                let code = try FunctionCode(self, atoms, body: layout.functions[number].body)
                tailCalls[number] = code.tailCallsBehindReceive.compactMap { layout.function(at: $0) }
            }
            let loops = candidates.isEmpty ? cycles : TailCallCycles(tailCalls)
            for number in candidates { functions[number].hasLocalReceiveLoop = loops.contains(number) }
        }
        return ModuleCode(functions: functions, imports: imports, recordsDigest: try reader.readRecords())
    }
}
