package import ErlangTerms

extension BeamFile {
    /// The documentation (`Docs`): `{docs_v1, …}` as EEP 48 has it, nil when there is none.
    package var documentation: Term? {
        get throws(BeamFileError) { try self.term(.documentation) }
    }
}
