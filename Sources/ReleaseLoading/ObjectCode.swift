import BeamFiles

/// The bytes of two BEAM files that are to be of the same module.
package enum ObjectCode {
    /// Whether a node that loads either does the same: they have the same code and the same attributes. Paths, times and
    /// what is there for debuggers may differ. False for what is no BEAM file.
    package static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        do throws(BeamFileError) {
            return try BeamFile(parsing: one).holdsSameCode(as: try BeamFile(parsing: other))
        } catch {
            return false
        }
    }
}
