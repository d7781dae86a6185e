import ByteParsing

/// What the compiler knows of the types of values (`Type`, OTP 25 and later). The entries differ between versions and
/// are kept as they are.
package struct TypeTable: Hashable, Sendable {
    package let version: Int
    package let count: Int
    /// Where the entries lie in the file.
    package let entries: Range<Int>
}

extension BeamFile {
    /// Nil in files of older compilers.
    package var types: TypeTable? {
        get throws(BeamFileError) {
            try self.read(.types) { cursor throws(BeamFileError) in
                let version = try cursor.number()
                let count = try cursor.number()
                let start = cursor.offset
                try cursor.advance(count: cursor.remaining)
                return TypeTable(version: version, count: count, entries: start..<cursor.offset)
            }
        }
    }
}
