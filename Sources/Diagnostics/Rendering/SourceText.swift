/// Bytes of a source file as characters that can be shown.
enum SourceText {
    /// The scalars of bytes that are mostly UTF-8; U+FFFD for each byte that is not.
    static func scalars(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): scalars.append(Unicode.UTF8.decode(encoded))
            case .error(let length):
                scalars.append(contentsOf: repeatElement("\u{fffd}", count: length))
            case .emptyInput: return scalars
            }
        }
    }

    /// Text that is safe to show: controls, and characters that turn or hide text, become visible.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { self.replacement(for: $0) != nil }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(self.replacement(for: scalar) ?? scalar) }
        return String(result)
    }

    /// A picture of a character that must not reach a terminal: an escape sequence in a file could change what the
    /// reader sees of the finding about it.
    static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7f: "\u{2421}"
        case 0x80..<0xa0, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: "\u{fffd}"
        default: nil
        }
    }

    /// Columns of a terminal that a character takes: 0 for marks on the character before, 2 for wide ones.
    static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return self.wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Unicode's East Asian Width W and F (UAX #11), neighbours joined.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x231a...0x231b, 0x23e9...0x23ec, 0x25fd...0x25fe, 0x2614...0x2615, 0x2648...0x2653,
        0x26a1...0x26a1, 0x26bd...0x26be, 0x26ce...0x26ce, 0x2705...0x2705, 0x270a...0x270b, 0x2728...0x2728,
        0x274c...0x274c, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797, 0x2e80...0x303e, 0x3041...0x4dbf,
        0x4e00...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff01...0xff60,
        0xffe0...0xffe6, 0x16fe0...0x18cff, 0x1b000...0x1b2ff, 0x1f004...0x1f004, 0x1f0cf...0x1f0cf, 0x1f18e...0x1f18e,
        0x1f191...0x1f19a, 0x1f200...0x1f320, 0x1f32d...0x1f64f, 0x1f680...0x1f6ff, 0x1f7e0...0x1f7eb,
        0x1f90c...0x1f9ff, 0x1fa70...0x1faff, 0x20000...0x3fffd,
    ]
}
