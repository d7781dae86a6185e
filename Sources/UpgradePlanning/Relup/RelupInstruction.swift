package import ErlangTerms

/// One instruction of a relup that somebody made, as `release_handler` reads it.
package enum RelupInstruction: Hashable, Sendable {
    case known(LowLevelInstruction)
    /// What no release handler evaluates: an instruction of an appup, one that does not exist, or wrong operands.
    case refused(TranslationProblem)

    /// Reads one instruction (`relup(4)`).
    package init(_ term: Term) {
        do throws(TranslationProblem.Kind) {
            switch try InstructionSyntax.parse(term) {
            case .low(.reboot), .low(.restart), .high: throw .badInstruction(term)
            case .low(let instruction): self = .known(instruction)
            }
        } catch {
            self = .refused(TranslationProblem(error, nil, []))
        }
    }

    /// The instruction, if it is one.
    package var instruction: LowLevelInstruction? {
        switch self {
        case .known(let instruction): instruction
        case .refused: nil
        }
    }
}
