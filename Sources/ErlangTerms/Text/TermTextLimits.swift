/// How much a text of terms may demand of us before it is refused.
///
/// A text file comes from a repository, an archive or a template: it may be damaged or made to hurt. Each number is
/// far above what a release has ever needed.
package struct TermTextLimits: Hashable, Sendable {
    /// Bytes of a file. Every element of a list becomes a node of its own, so memory is about fifty times this.
    package var bytes: Int
    /// Brackets inside brackets. Code that walks terms recurses once a level.
    package var depth: Int
    /// Digits of one number. Conversion to binary takes time with the square of this.
    package var digits: Int
    /// Bits that one segment of a binary may ask for (`<<0:N>>` costs N bits of memory for a few bytes of text).
    package var segmentBits: Int
    /// Errors after which reading stops, since what follows is rarely news; also the most warnings reported.
    package var findings: Int

    package init(
        bytes: Int = 64 << 20, depth: Int = 1_000, digits: Int = 10_000, segmentBits: Int = 64 << 20,
        findings: Int = 20
    ) {
        self.bytes = bytes
        self.depth = depth
        self.digits = digits
        self.segmentBits = segmentBits
        self.findings = findings
    }

    package static let `default` = TermTextLimits()
}
