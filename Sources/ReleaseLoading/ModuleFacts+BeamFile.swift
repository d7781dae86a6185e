import BeamFiles
import Diagnostics
import ErlangTerms
import ReleaseModel

/// A file that should be a module and is not.
struct UnreadableModule: Error {
    let finding: Diagnostic
}

/// A BEAM file that was opened, and its digest, which decides how much of it is wanted.
struct OpenedModule {
    /// As in ``ModuleFacts/digest``.
    let digest: [UInt8]
    private let beam: BeamFile
    private let path: String

    /// - Parameter path: for findings, and to tell whether the file has the name of its module.
    init(_ bytes: [UInt8], path: String) throws(UnreadableModule) {
        do throws(BeamFileError) {
            self.beam = try BeamFile(parsing: bytes)
            self.digest = try self.beam.digest
        } catch {
            throw UnreadableModule(finding: error.diagnostic(path: path))
        }
        self.path = path
    }

    /// What planning needs to know of the module, with its states unread.
    func facts(withCode: Bool) throws(UnreadableModule) -> ModuleFacts {
        let facts: BeamFacts
        do throws(BeamFileError) {
            facts = try self.beam.facts(withCode: withCode, digest: self.digest)
        } catch {
            throw UnreadableModule(finding: error.diagnostic(path: self.path))
        }
        guard let name = ModuleName(validating: facts.module) else {
            throw UnreadableModule(finding: Self.unsafeName(facts.module, self.path))
        }
        if let other = Self.otherName(self.path, than: name) {
            throw UnreadableModule(finding: Self.wrongFileName(name, other, self.path))
        }
        var module = ModuleFacts(name, facts)
        module.supervisor = SupervisorChildren(self.beam, behaviours: facts.behaviours)
        if case .functions(let code) = facts.code {
            module.supervisor?.unrepeatableCalls = SupervisorChildren.effects(of: code)
            if module.supervisor != nil { module.supervisor?.initReach = SupervisorChildren.initReach(of: self.beam) }
            module.waits = CallbackWaits(self.beam, code, exports: module.exports)
        }
        if module.exports("start", 2), module.exports("stop", 1) {
            module.start = ApplicationStart(facts.code, self.beam)
        }
        if module.exports("child_spec", 1) { module.childTemplate = ChildTemplate(self.beam) }
        if withCode, name.name.hasPrefix("Elixir.") { module.structs = self.beam.structs }
        if case .functions(let code) = facts.code {
            module.endlessWaits = Set(code.endlessWaits.map(ModuleFacts.ImportedFunction.init))
        }
        if withCode {
            module.states = ProcessStates(self.beam, facts, Self.functions(of: facts))
            module.keptFuns = KeptFun.all(self.beam, behaviours: facts.behaviours)
        }
        return module
    }

    /// Reads the states of the module's processes.
    func readStates(into facts: inout ModuleFacts) {
        facts.states.readShapes(self.beam, behaviours: facts.behaviours)
    }

    /// Finds out whether the states of two versions' processes come from the same records, where they come from the same
    /// code.
    func compareRecords(
        of facts: inout ModuleFacts, with other: OpenedModule, _ otherFacts: inout ModuleFacts
    ) {
        ProcessStates.compareRecords(&facts.states, of: self.beam, &otherFacts.states, of: other.beam)
    }

    /// As ``BeamFile/holdsSameModule(as:)``.
    func holdsSameModule(as other: OpenedModule) -> Bool { self.beam.holdsSameModule(as: other.beam) }

    private static func functions(of facts: BeamFacts) -> ModuleCode? {
        if case .functions(let code) = facts.code { code } else { nil }
    }

    /// What the module would have to be called for its file; nil where it is.
    private static func otherName(_ path: String, than name: ModuleName) -> String? {
        let file = path.split(separator: "/").last ?? ""
        guard file.hasSuffix(".beam"), !file.utf8.dropLast(5).elementsEqual(name.name.utf8) else { return nil }
        return String(file.dropLast(5))
    }

    private static func wrongFileName(_ name: ModuleName, _ other: String, _ path: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("beam/wrong-file-name"), .error, "`\(other).beam` holds module `\(name)`", at: .file(path),
            explanation:
                "The code server looks for a module in the file of its name, and refuses one with another name.",
            help: ["compile `\(other)` again", "or call the file `\(name).beam`"], module: name.name)
    }

    private static func unsafeName(_ name: Atom, _ path: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("beam/unsafe-name"), .error,
            "module `\(TermPrinter.line(.atom(name)))` cannot be a file name",
            at: .file(path), explanation: "A module is loaded from the file of its name.",
            help: ["rename the module"])
    }
}

extension ModuleFacts {
    /// What planning needs to know of the module in a BEAM file, with its states where the code is read; `path` is for
    /// findings.
    init(beam bytes: [UInt8], path: String, withCode: Bool) throws(UnreadableModule) {
        let module = try OpenedModule(bytes, path: path)
        self = try module.facts(withCode: withCode)
        module.readStates(into: &self)
    }

    fileprivate init(_ name: ModuleName, _ facts: BeamFacts) {
        self.init(
            name: name, digest: facts.digest, behaviours: facts.behaviours,
            exports: Set(facts.exports.map { FunctionName($0.name, $0.arity) }),
            imports: Set(facts.imports.map(ImportedFunction.init)),
            version: facts.version, hasOnLoad: facts.onLoadFunction != nil,
            attributes: facts.attributeDigests?.mapValues(Digest.init), code: Code(facts.code))
    }
}

extension ApplicationStart {
    /// - Parameter code: where it was not read, the file's is: callback modules are few and small.
    fileprivate init?(_ code: BeamFacts.Code, _ beam: BeamFile) {
        let module: ModuleCode? =
            switch code {
            case .functions(let code): code
            case .notRead: try? beam.moduleCode
            case .notUnderstood: nil
            }
        guard let calls = module?.calls(reachedFrom: "start", 2) else { return nil }
        self.init(calls: calls)
    }
}

extension ModuleFacts.ImportedFunction {
    /// An entry of a module's table of imports.
    init(_ function: BeamFile.Import) {
        self.init(module: function.module, function: function.function, arity: function.arity)
    }
}

extension ModuleFacts.Digest {
    fileprivate init(_ digest: CodeDigest) { self.init(high: digest.high, low: digest.low) }
}

extension ModuleFacts.Code {
    fileprivate init(_ code: BeamFacts.Code) {
        switch code {
        case .functions(let code):
            self = .functions(
                code.functions.map(ModuleFacts.Function.init),
                records: code.recordsDigest.map(ModuleFacts.Digest.init))
        case .notUnderstood(let error): self = .notUnderstood(reason: error.description)
        case .notRead: self = .notRead
        }
    }
}

extension ModuleFacts.Function {
    fileprivate init(_ function: CompiledFunction) {
        self.init(
            ModuleFacts.FunctionName(function.name, function.arity), digest: ModuleFacts.Digest(function.digest),
            generatedFor: function.generatedFor.map { ModuleFacts.FunctionName($0.name, $0.arity) },
            hasLocalReceiveLoop: function.hasLocalReceiveLoop, makesFuns: !function.funs.isEmpty)
    }
}
