package import ErlangTerms

extension BeamFile {
    /// What the language extensions in use are (`Meta`, OTP 25 and later): pairs such as `{enabled_features, […]}`.
    package var metadata: [Term] {
        get throws(BeamFileError) {
            guard let term = try self.term(.metadata) else { return [] }
            guard let elements = term.listElements else { throw self.unexpected(.metadata, "a list") }
            return elements
        }
    }
}
