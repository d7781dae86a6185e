import BeamFiles
import Diagnostics
import ErlangTerms
import ReleaseModel

/// A file that should be a module and is not.
struct UnreadableModule: Error {
    let finding: Diagnostic
}

extension ModuleFacts {
    /// What planning needs to know of the module in a BEAM file; `path` is for findings.
    init(beam bytes: [UInt8], path: String, withCode: Bool) throws(UnreadableModule) {
        do {
            let beam = try BeamFile(parsing: bytes)
            let facts = try beam.facts(withCode: withCode)
            guard let name = ModuleName(validating: facts.module) else {
                throw UnreadableModule(finding: Self.unsafeName(facts.module, path))
            }
            if let other = Self.otherName(path, than: name) {
                throw UnreadableModule(finding: Self.wrongFileName(name, other, path))
            }
            self.init(
                name: name, digest: facts.digest, behaviours: facts.behaviours,
                exports: Set(facts.exports.map { FunctionName($0.name, $0.arity) }),
                imports: Set(
                    facts.imports.map { ImportedFunction(module: $0.module, function: $0.function, arity: $0.arity) }),
                version: facts.version, hasOnLoad: facts.onLoadFunction != nil,
                attributes: facts.attributeDigests?.mapValues(Digest.init), code: Code(facts.code))
            self.supervisor = SupervisorChildren(beam, behaviours: facts.behaviours)
            if case .functions(let code) = facts.code {
                self.supervisor?.unrepeatableCalls = SupervisorChildren.effects(of: code)
                if self.supervisor != nil { self.supervisor?.initReach = SupervisorChildren.initReach(of: beam) }
            }
            if self.exports("child_spec", 1) { self.childTemplate = ChildTemplate(beam) }
            if withCode, name.name.hasPrefix("Elixir.") { self.structs = beam.structs }
            if withCode { self.state = StateShapes(beam, behaviours: facts.behaviours) }
        } catch let error as BeamFileError {
            throw UnreadableModule(finding: error.diagnostic(path: path))
        } catch let error as UnreadableModule {
            throw error
        } catch {
            throw UnreadableModule(
                finding: Diagnostic(
                    Diagnostic.ID("beam/unreadable"), .error, "`\(path)` cannot be read", at: .file(path)))
        }
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
        case .notRead: self = .notUnderstood(reason: nil)
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
