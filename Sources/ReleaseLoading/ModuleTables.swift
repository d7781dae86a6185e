import BeamFiles
import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseModel
import SystemPackage

/// What a cross reference reads of a module: which functions it has and which it calls.
struct ModuleTables: Sendable {
    let module: Atom
    let exports: Set<ModuleFacts.FunctionName>
    /// Without the emulator's own functions; empty if only exports were asked for.
    let imports: [ModuleFacts.ImportedFunction]

    /// Why a file gave no tables.
    enum Failure: Error {
        /// The host does not let us read it.
        case unreadable(HostFileError)
        case failed(CrossReferenceError)
    }

    /// What to read.
    enum Extent {
        /// All, for a module of an application.
        case everything(builtIns: BuiltInFunctions)
        /// What a module of the search path offers.
        case exports
    }

    /// Reads one file as `beam_lib:chunks/2` does for xref: its attributes must be there, stripped files fail.
    init(_ path: FilePath, _ extent: Extent, target: OTPRelease, _ files: HostFileSystem) throws(Failure) {
        let bytes: [UInt8]
        do {
            bytes = try files.readFile(path, limit: LoadingLimits.beamFile)
        } catch {
            throw .unreadable(error)
        }
        var inflated = bytes
        do {
            let file = try BeamFile(parsing: bytes)
            inflated = file.bytes
            guard let attributes = file.chunk(.attributes), attributes.size > 0 else {
                throw BeamFileError(.missingChunk(.attributes), offset: bytes.count)
            }
            let atoms = try file.atoms
            self.exports = Self.exports(try file.exports(atoms), try file.attributes)
            switch extent {
            case .exports:
                self.imports = []
            case .everything(let builtIns):
                self.imports = try file.imports(atoms).compactMap { call in
                    let function = ModuleFacts.FunctionName(call.function, call.arity)
                    guard !builtIns.contains(call.module, function) else { return nil }
                    return ModuleFacts.ImportedFunction(call)
                }
            }
            self.module = file.module
        } catch let error as BeamFileError {
            throw .failed(Self.failure(error, inflated, path.string, extent, target))
        } catch {
            throw .unreadable(HostFileError(.read, path, .changedWhileRead))
        }
    }

    /// The functions that can be called: of a module with the attribute `abstract` (parameterized modules, gone since
    /// OTP 16) most take a parameter less than they say.
    private static func exports(
        _ functions: [BeamFile.Function], _ attributes: [BeamFile.Attribute]
    ) -> Set<ModuleFacts.FunctionName> {
        let isAbstract = attributes.contains { $0.name == "abstract" && $0.values.contains(.atom("true")) }
        return Set(
            functions.map { function in
                let isStatic =
                    ["new", "instance"].contains(function.name)
                    || (function.name == "module_info" && function.arity <= 1)
                return ModuleFacts.FunctionName(
                    function.name, isAbstract && !isStatic ? function.arity - 1 : function.arity)
            })
    }

    // MARK: - As beam_lib says it

    private static func failure(
        _ error: BeamFileError, _ bytes: [UInt8], _ path: String, _ extent: Extent, _ target: OTPRelease
    ) -> CrossReferenceError {
        let finding = self.isStripped(error) ? Self.stripped(path) : error.diagnostic(path: path)
        var wanted = [ChunkName.attributes, .exports]
        if case .everything = extent { wanted.append(.imports) }
        return BeamLibScan(bytes, path, target).failure(wanted, finding)
            ?? .unreadableModule(
                finding, [.atom("invalid_chunk"), .string(path), .string((error.chunk ?? .exports).description)])
    }

    private static func isStripped(_ error: BeamFileError) -> Bool { error.code == .missingChunk(.attributes) }

    private static func stripped(_ path: String) -> Diagnostic {
        Diagnostic(
            .crossReferenceStripped, .error, "`\(path)` has no attributes", at: .file(path),
            explanation: "The cross reference of OTP reads the attributes of every module; `beam_lib:strip` and "
                + "`strip_beams` remove them.",
            help: ["check the release before its modules are stripped"])
    }
}

/// Walks through the chunks of a damaged file the way `beam_lib` does, for the error it answers.
private struct BeamLibScan {
    let bytes: [UInt8]
    let path: String
    let target: OTPRelease

    init(_ bytes: [UInt8], _ path: String, _ target: OTPRelease) {
        self.bytes = bytes
        self.path = path
        self.target = target
    }

    /// Nil if `beam_lib` finds all wanted chunks. It looks no further than it must.
    func failure(_ names: [ChunkName], _ finding: Diagnostic) -> CrossReferenceError? {
        func error(_ kind: String, _ more: Term...) -> CrossReferenceError {
            // Until OTP 27 the name of the file is an atom here, unlike in other errors.
            let name: Term = self.target >= OTPRelease(28) ? .string(self.path) : .atom(Atom(self.path))
            return .unreadableModule(finding, [.atom(kind), name] + more)
        }
        var wanted = names
        var hasModule = false
        guard self.bytes.count >= 12, self.bytes.starts(with: "FOR1".utf8),
            self.bytes[8..<12].elementsEqual("BEAM".utf8)
        else { return error("not_a_beam_file") }
        var position = 12
        while !wanted.isEmpty || !hasModule {
            let rest = self.bytes.count - position
            guard rest > 0 else {
                return error("missing_chunk", .string(hasModule ? wanted.first?.description ?? "Atom" : "Atom"))
            }
            guard rest >= 8 else { return error("invalid_beam_file", .integer(position)) }
            let name = ChunkName(code: self.number(at: position))
            let size = Int(self.number(at: position + 4))
            let isModule = name == .atoms || name == .latin1Atoms
            if isModule || wanted.contains(name) {
                guard size <= rest - 8 else {
                    return error(
                        "chunk_too_big", .string(name.description), .integer(size), .integer(rest - 8))
                }
                hasModule = hasModule || isModule
                wanted.removeAll { $0 == name }
            }
            position += 8 + (size + 3) / 4 * 4
        }
        return nil
    }

    private func number(at position: Int) -> UInt32 {
        self.bytes[position..<(position + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
