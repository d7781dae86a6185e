import Compression
package import Diagnostics

extension Diagnostic.ID {
    /// The file is something else than a compiled module.
    package static let beamNotAModule = Self("beam/not-a-module")
    /// The file or a chunk is cut off or inconsistent.
    package static let beamDamaged = Self("beam/damaged")
    /// A chunk is missing that every module has.
    package static let beamMissingChunk = Self("beam/missing-chunk")
    /// The file would cost more than the limits allow.
    package static let beamOverLimit = Self("beam/over-limit")
    /// The file was written by a newer OTP than is known.
    package static let beamTooNew = Self("beam/too-new")
    /// The debug information needs a key.
    package static let beamEncrypted = Self("beam/encrypted")
}

extension BeamFileError {
    /// The finding about the file at `path`.
    package func diagnostic(path: String, module: String? = nil) -> Diagnostic {
        let (id, explanation, help) = self.kind
        return Diagnostic(
            id, .error, "`\(path)`: \(self.reason)",
            at: .binary(
                Diagnostic.BinaryPlace(
                    path: path, module: module, chunk: self.chunk?.description, offset: self.offset)),
            explanation: explanation, help: [help], module: module)
    }

    private static let overLimit = (
        Diagnostic.ID.beamOverLimit, explanation: "Files like this are refused before they take memory.",
        help: "look where the file comes from"
    )

    private var kind: (Diagnostic.ID, explanation: String, help: String) {
        switch self.code {
        case .notBeamFile:
            (
                .beamNotAModule, "The code server could not load this file.",
                "compile the module again, or take the file out of the application's `ebin` folder"
            )
        case .missingChunk:
            (
                .beamMissingChunk, "Without it OTP can neither load the module nor compute its MD5.",
                "compile the module again with a stock compiler"
            )
        case .tooManyChunks, .fileTooLarge, .codeTooLarge:
            Self.overLimit
        case .compression(let error) where error.isOverLimit, .literals(let error) where error.isOverLimit:
            Self.overLimit
        case .unknownInstruction, .unknownVersion:
            (
                .beamTooNew, "A compiler newer than OTP 29 wrote it, or the chunk is damaged.",
                "compile with OTP 25 to 29, or use a newer relift"
            )
        case .encrypted:
            (
                .beamEncrypted, "Only `beam_lib` with the right key can read it.",
                "compile without `encrypt_debug_info` where the debug information is needed"
            )
        case .compression, .truncated, .trailingBytes, .invalidCount, .invalidAtomIndex, .invalidAtom, .invalidArity,
            .invalidReference, .invalidNumber, .invalidLiteral, .literals, .term, .unexpectedTerm:
            (
                .beamDamaged, "The file was cut off or changed after the compiler wrote it.",
                "compile the module again, and compare the file with the one in the build folder"
            )
        }
    }
}

extension InflateError {
    fileprivate var isOverLimit: Bool {
        if case .overLimit = self.code { true } else { false }
    }
}
