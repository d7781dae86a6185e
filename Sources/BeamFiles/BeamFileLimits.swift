package import ErlangTerms

/// What reading one BEAM file may cost. Each is checked before memory is spent.
package struct BeamFileLimits: Hashable, Sendable {
    /// The largest file, and what a compressed one may inflate to.
    package var fileBytes: Int
    /// The most chunks. OTP writes up to 18.
    package var chunks: Int
    /// What the literals may inflate to.
    package var literalBytes: Int
    /// What the code may take with everything it refers to spelt out, for the digests of functions. That of the
    /// largest modules takes a few megabytes.
    package var resolvedCodeBytes: Int
    /// For each of the terms in the file.
    package var terms: ExternalTermLimits

    package init(
        fileBytes: Int = 256 << 20, chunks: Int = 256, literalBytes: Int = 32 << 20,
        resolvedCodeBytes: Int = 256 << 20, terms: ExternalTermLimits = .default
    ) {
        self.fileBytes = fileBytes
        self.chunks = chunks
        self.literalBytes = literalBytes
        self.resolvedCodeBytes = resolvedCodeBytes
        self.terms = terms
    }

    package static let `default` = BeamFileLimits()
}
