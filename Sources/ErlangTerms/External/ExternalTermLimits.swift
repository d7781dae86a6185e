/// What decoding one external term may cost. Each is checked before memory is spent.
package struct ExternalTermLimits: Hashable, Sendable {
    /// The largest input.
    package var inputBytes: Int
    /// The largest size a compressed term may inflate to.
    package var inflatedBytes: Int
    /// How deep tuples, lists, maps and closures may nest. A list that continues in its tail is one level.
    ///
    /// Decoding itself needs no stack, but comparing, printing and releasing a term do: a comparison takes up to
    /// 3.3 KB a level in debug builds. The deepest term in OTP's own files has 268 levels (debug information of a
    /// module with a list literal of 256 bytes).
    package var depth: Int
    /// The number of terms in the result, list elements that were written as strings included.
    package var nodes: Int

    package init(
        inputBytes: Int = 256 << 20, inflatedBytes: Int = 256 << 20, depth: Int = 512, nodes: Int = 8 << 20
    ) {
        self.inputBytes = inputBytes
        self.inflatedBytes = inflatedBytes
        self.depth = depth
        self.nodes = nodes
    }

    package static let `default` = ExternalTermLimits()
}
