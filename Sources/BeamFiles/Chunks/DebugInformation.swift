package import ErlangTerms

/// The debug information of a module (`Dbgi`, or `Abst` before OTP 20), decoded only on demand: it is the largest chunk.
package struct DebugInformation: Hashable, Sendable {
    package let chunk: BeamFile.Chunk
    /// Compiled with a key (`debug_info_key`): the rest is of no use without it.
    package let isEncrypted: Bool
}

extension BeamFile {
    /// Nil when there is none, because it was stripped or never written.
    package var debugInformation: DebugInformation? {
        guard let chunk = self.chunk(.debugInformation) ?? self.chunk(.abstractCode), chunk.size > 0 else { return nil }
        // An encrypted chunk starts with a zero byte, an external term with 131.
        return DebugInformation(chunk: chunk, isEncrypted: self.bytes[chunk.offset] == 0)
    }

    /// `{debug_info_v1, Backend, Data}`, or `{raw_abstract_v1, Forms}` in files before OTP 20.
    package var debugInformationTerm: Term? {
        get throws(BeamFileError) {
            guard let information = self.debugInformation else { return nil }
            guard !information.isEncrypted else {
                throw BeamFileError(.encrypted, chunk: information.chunk.name, offset: information.chunk.offset)
            }
            return try self.term(information.chunk.name)
        }
    }
}
