import ByteParsing

/// Where in the source the instructions come from (`Line`).
package struct LineTable: Hashable, Sendable {
    package struct Location: Hashable, Sendable {
        /// Number in ``LineTable/fileNames`` from 1 on; 0 is the module's own source, whose name is not written.
        package let file: Int
        package let line: Int
    }

    package let flags: UInt32
    /// The number of `line` instructions in the code.
    package let instructionCount: Int
    /// In the order of their numbers; the first has number 1. A `line` instruction with number 0 has no location.
    package let locations: [Location]
    /// Files named by `-file` attributes and included code.
    package let fileNames: [String]

    /// The name of the file of a location, or nil for the module's own source.
    package func fileName(of location: Location) -> String? {
        location.file == 0 ? nil : self.fileNames[location.file - 1]
    }
}

extension BeamFile {
    /// Nil when line numbers were left out.
    package var lines: LineTable? {
        get throws(BeamFileError) {
            try self.read(.lines) { cursor throws(BeamFileError) in
                let start = cursor.offset
                let version = try cursor.number()
                guard version == 0 else { throw BeamFileError(.unknownVersion(version), offset: start) }
                let flags = try cursor.integer(UInt32.self)
                let instructionCount = try cursor.number()
                let locationCount = try cursor.number()
                let fileCount = try cursor.number()
                // A location takes at least one byte, a file name the two of its length.
                guard locationCount <= cursor.remaining, fileCount <= cursor.remaining / 2 else {
                    throw BeamFileError(.invalidCount(max(locationCount, fileCount)), offset: start)
                }
                let locations = try Self.locations(&cursor, count: locationCount, fileCount: fileCount)
                var fileNames: [String] = []
                for _ in 0..<fileCount {
                    let bytes = try cursor.bytes(count: Int(try cursor.integer(UInt16.self)))
                    fileNames.append(String(decoding: bytes, as: UTF8.self))
                }
                return LineTable(
                    flags: flags, instructionCount: instructionCount, locations: locations, fileNames: fileNames)
            }
        }
    }

    /// A number is the line of the next location, an atom operand the file of all that follow.
    private static func locations(
        _ cursor: inout ByteCursor, count: Int, fileCount: Int
    ) throws(BeamFileError) -> [LineTable.Location] {
        var locations: [LineTable.Location] = []
        locations.reserveCapacity(count)
        var file = 0
        while locations.count < count {
            let start = cursor.offset
            let number = try cursor.compactNumber()
            guard let value = number.value, value >= 0 else { throw BeamFileError(.invalidNumber, offset: start) }
            switch number.tag {
            case .integer: locations.append(LineTable.Location(file: file, line: value))
            case .atom where value <= fileCount: file = value
            case .atom, .unsigned, .xRegister, .yRegister, .label, .character, .extended:
                throw BeamFileError(.invalidNumber, offset: start)
            }
        }
        return locations
    }
}
