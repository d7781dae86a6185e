import BeamFiles
import ErlangTerms

/// What a file says, in the terms in which `beam_lib` says it.
enum BeamTerms {
    static func sorted(_ terms: [Term]) -> Term {
        .list(terms.sorted { TermOrder.compare($0, $1) == .less })
    }

    static func index(_ beam: BeamFile) -> Term {
        .list(
            beam.chunks.map {
                .tuple(.string($0.name.description), .integer($0.offset), .integer($0.size))
            })
    }

    static func exports(_ beam: BeamFile) throws -> Term {
        self.sorted(try beam.exports.map { .tuple(.atom($0.name), .integer($0.arity)) })
    }

    static func locals(_ beam: BeamFile) throws -> Term {
        self.sorted(try beam.locals.map { .tuple(.atom($0.name), .integer($0.arity)) })
    }

    static func imports(_ beam: BeamFile) throws -> Term {
        self.sorted(try beam.imports.map { .tuple(.atom($0.module), .atom($0.function), .integer($0.arity)) })
    }

    static func attributes(_ beam: BeamFile) throws -> Term {
        .list(try beam.attributes.map { .tuple(.atom($0.name), .list($0.values)) })
    }
}
