/// The four bytes a chunk is called by.
package struct ChunkName: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes as a big-endian number.
    package let code: UInt32

    package init(code: UInt32) { self.code = code }

    private init(known text: StaticString) {
        self.code = text.description.utf8.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Nil unless the text has four characters of one byte.
    package init?(_ text: some StringProtocol) {
        let scalars = text.unicodeScalars
        guard scalars.count == 4, scalars.allSatisfy({ $0.value <= 0xff }) else { return nil }
        self.code = scalars.reduce(0) { $0 << 8 | $1.value }
    }

    /// The four bytes as Latin-1.
    package var description: String {
        var scalars = String.UnicodeScalarView()
        for shift: UInt32 in [24, 16, 8, 0] {
            scalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: self.code >> shift)))
        }
        return String(scalars)
    }

    /// Abstract code, before OTP 20.
    package static let abstractCode = ChunkName(known: "Abst")
    package static let atoms = ChunkName(known: "AtU8")
    package static let attributes = ChunkName(known: "Attr")
    package static let code = ChunkName(known: "Code")
    package static let compileInformation = ChunkName(known: "CInf")
    package static let debugInformation = ChunkName(known: "Dbgi")
    /// What a debugger needs at run time, OTP 28 and later.
    package static let debugBreakpoints = ChunkName(known: "DbgB")
    package static let documentation = ChunkName(known: "Docs")
    /// Elixir's information for its compiler's checks.
    package static let elixirChecker = ChunkName(known: "ExCk")
    package static let exports = ChunkName(known: "ExpT")
    package static let imports = ChunkName(known: "ImpT")
    package static let lambdas = ChunkName(known: "FunT")
    package static let latin1Atoms = ChunkName(known: "Atom")
    package static let lines = ChunkName(known: "Line")
    package static let literals = ChunkName(known: "LitT")
    package static let locals = ChunkName(known: "LocT")
    package static let metadata = ChunkName(known: "Meta")
    /// Definitions of native records, OTP 29 and later.
    package static let records = ChunkName(known: "Recs")
    package static let strings = ChunkName(known: "StrT")
    package static let types = ChunkName(known: "Type")
}
