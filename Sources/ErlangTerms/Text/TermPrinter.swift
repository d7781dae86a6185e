/// Writes terms as text that OTP 25 to 29 and ``TermText`` read back as the same terms.
///
/// The form is that of `io:format("~tp")` with `+pc unicode`: lists of printable characters as strings, binaries of text
/// as text, lines of 80 columns. Keys of maps are always in term order, `maybe` and `else` always in quotes, so the text
/// depends on the term alone. Process identifiers, ports, references, closures and native records are written as Erlang
/// writes them, which nothing can read back; so are atoms with U+FFFE or U+FFFF, which exist only in the external format.
package enum TermPrinter {
    /// The term on one line, as `~0tp` writes it.
    package static func line(_ term: Term) -> String { String(decoding: self.lineBytes(term), as: UTF8.self) }

    /// ``line(_:)`` as UTF-8.
    package static func lineBytes(_ term: Term) -> [UInt8] {
        var writer = FlatTermWriter(recordsNodes: false)
        writer.write(term)
        return writer.bytes
    }

    /// The term with line breaks and indentation where it does not fit in `width` columns. Ends without a newline.
    package static func pretty(_ term: Term, width: Int = 80) -> String {
        var output: [UInt8] = []
        self.append(term, width: width, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// A file for `file:consult/1`: the coding comment, then each term with a dot and a newline.
    package static func file(_ terms: [Term]) -> [UInt8] {
        var output = Array("%% coding: utf-8\n".utf8)
        for term in terms {
            self.append(term, width: 80, to: &output)
            output.append(contentsOf: ".\n".utf8)
        }
        return output
    }

    private static func append(_ term: Term, width: Int, to output: inout [UInt8]) {
        var writer = FlatTermWriter(recordsNodes: true)
        writer.write(term)
        TermLayout.append(writer, width: width, to: &output)
    }
}
