import BeamFiles
import ErlangTerms
import ReleaseModel

extension ProcessStates {
    /// What can be said of the states without following the code.
    ///
    /// - Parameter code: nil where it was not understood.
    init(_ beam: BeamFile, _ facts: BeamFacts, _ code: ModuleCode?) {
        guard let behaviour = StateShapes.Behaviour(among: facts.behaviours) else {
            self = .absent
            return
        }
        if let code {
            self = .unread(Origin(code: Self.origin(behaviour, facts.exports, code)))
        } else {
            self = StateShapes(beam, behaviours: facts.behaviours).map { .read($0, nil) } ?? .absent
        }
    }

    /// Reads the states, unless there are none or they were read.
    mutating func readShapes(_ beam: BeamFile, behaviours: [Atom]) {
        guard case .unread(var origin) = self else { return }
        let records = beam.recordFields
        origin.records = Self.digest(of: records)
        self = StateShapes(beam, behaviours: behaviours, records: records).map { .read($0, origin) } ?? .absent
    }

    /// Looks at the definitions of records of two versions whose states nobody has read and whose code for them is the
    /// same; with debug information that is the same they are too.
    static func compareRecords(
        _ one: inout ProcessStates, of beam: BeamFile, _ other: inout ProcessStates, of otherBeam: BeamFile
    ) {
        guard case .unread(var origin) = one, case .unread(var otherOrigin) = other, origin.code == otherOrigin.code
        else { return }
        if beam.holdsSameDebugInformation(as: otherBeam) {
            let digest = beam.debugInformationDigest
            origin.records = ModuleFacts.Digest(high: digest.high, low: digest.low)
            otherOrigin.records = origin.records
        } else {
            origin.records = self.digest(of: beam.recordFields)
            otherOrigin.records = self.digest(of: otherBeam.recordFields)
        }
        one = .unread(origin)
        other = .unread(otherOrigin)
    }

    private static func digest(of records: [Atom: [Atom]]) -> ModuleFacts.Digest {
        var text = OriginText()
        for (name, fields) in records.sorted(by: { $0.key < $1.key }) {
            text.append(name.name)
            text.append(fields.count)
            for field in fields { text.append(field.name) }
        }
        return text.digest
    }

    /// A digest of the code that ``StateShapes`` are told from. What is told of two versions with one digest and the same
    /// records differs in nothing that tells their states apart; it may differ in how `code_change` converts, and in what
    /// the rest of the code mentions, which matter where the states differ.
    private static func origin(
        _ behaviour: StateShapes.Behaviour, _ exports: [BeamFile.Function], _ code: ModuleCode
    ) -> ModuleFacts.Digest {
        var text = OriginText()
        text.append(behaviour.rawValue)
        // In the order in which they are followed: the steps that one takes are missing for the next.
        var callbacks = StateCallback.all(behaviour, exports).map { ModuleFacts.FunctionName($0.name, $0.arity) }
        if behaviour == .machine { callbacks.append(ModuleFacts.FunctionName("callback_mode", 0)) }
        var open: [Int] = []
        for callback in callbacks {
            text.append(callback)
            if let number = code.functions.firstIndex(where: { $0.name == callback.name && $0.arity == callback.arity })
            {
                open.append(number)
            }
        }
        let handOvers = Set(code.imports.indices.filter { SymbolicExecution.isHandOver(code.imports[$0]) })
        for (number, function) in code.functions.enumerated() where !handOvers.isDisjoint(with: function.remoteCalls) {
            text.append(ModuleFacts.FunctionName(function.name, function.arity))
            open.append(number)
        }
        var isReached = Array(repeating: false, count: code.functions.count)
        for number in open { isReached[number] = true }
        while let number = open.popLast() {
            for callee in code.functions[number].localCalls where !isReached[callee] {
                isReached[callee] = true
                open.append(callee)
            }
        }
        let reached = code.functions.indices.lazy.filter { isReached[$0] }.map { number in
            (ModuleFacts.FunctionName(code.functions[number].name, code.functions[number].arity), number)
        }.sorted { $0.0 < $1.0 }
        text.append(reached.count)
        for (name, number) in reached {
            text.append(name)
            text.append(code.functions[number].digest)
        }
        return text.digest
    }
}

/// What a digest is made of; no two lists of parts give the same bytes.
private struct OriginText {
    private var bytes: [UInt8] = []

    var digest: ModuleFacts.Digest {
        let digest = CodeDigest(of: self.bytes)
        return ModuleFacts.Digest(high: digest.high, low: digest.low)
    }

    mutating func append(_ number: Int) { self.append(UInt64(truncatingIfNeeded: number)) }

    mutating func append(_ text: String) {
        self.append(text.utf8.count)
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ function: ModuleFacts.FunctionName) {
        self.append(function.name.name)
        self.append(function.arity)
    }

    mutating func append(_ digest: CodeDigest) {
        self.append(digest.high)
        self.append(digest.low)
    }

    private mutating func append(_ word: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            self.bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }
}
