import BeamFiles
import Diagnostics
import ErlangTerms

/// What a BEAM file says of itself.
struct ModuleListing {
    private let beam: BeamFile
    private let facts: BeamFacts

    init(_ beam: BeamFile) throws(BeamFileError) {
        self.beam = beam
        self.facts = try beam.facts
    }

    private var digest: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: self.facts.digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private var exports: [String] { self.facts.exports.map { "\($0.name)/\($0.arity)" }.sorted() }

    var text: String {
        var lines = [
            "module      \(self.facts.module)",
            "md5         \(self.digest)",
            "version     \(self.facts.version.map(TermPrinter.line).joined(separator: ", "))",
        ]
        if !self.facts.behaviours.isEmpty {
            lines.append("behaviours  \(self.facts.behaviours.map(\.name).joined(separator: ", "))")
        }
        if let function = self.facts.onLoadFunction { lines.append("on_load     \(function)/0") }
        lines.append("exports     \(self.exports.joined(separator: ", "))")
        lines.append("chunks")
        for chunk in self.beam.chunks { lines.append("  \(chunk.name)  \(chunk.size) bytes at \(chunk.offset)") }
        return lines.joined(separator: "\n") + "\n"
    }

    var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("module", .string(self.facts.module.name)),
            ("md5", .string(self.digest)),
            ("version", .array(self.facts.version.map { .string(TermPrinter.line($0)) })),
            ("behaviours", .array(self.facts.behaviours.map { .string($0.name) })),
            ("onLoad", .optional(self.facts.onLoadFunction?.name)),
            ("exports", .array(self.exports.map { .string($0) })),
            (
                "chunks",
                .array(
                    self.beam.chunks.map {
                        .object([
                            ("name", .string("\($0.name)")), ("offset", .integer($0.offset)),
                            ("size", .integer($0.size)),
                        ])
                    })
            ),
        ])
    }
}
