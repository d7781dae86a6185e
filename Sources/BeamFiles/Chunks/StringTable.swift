extension BeamFile {
    /// The bytes that constant parts of bit strings are taken from (`StrT`).
    package var strings: ArraySlice<UInt8> {
        get throws(BeamFileError) {
            guard let chunk = self.chunk(.strings) else { throw self.missing(.strings) }
            return self.data(of: chunk)
        }
    }
}
