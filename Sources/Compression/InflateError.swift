/// Why compressed bytes could not be inflated.
package struct InflateError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The result would be larger than the caller allows.
        case overLimit(declared: Int, limit: Int)
        /// The declared size is larger than any deflate stream of this length can become, or negative.
        case impossibleSize(declared: Int, compressed: Int)
        /// Not a valid stream: damaged, cut off, or with a wrong checksum.
        case corrupt
        /// The stream holds fewer bytes than declared.
        case shorterThanDeclared(declared: Int)
        /// The stream holds more bytes than declared.
        case longerThanDeclared(declared: Int)
        /// Bytes after the end of the stream.
        case trailingBytes(count: Int)
        /// The inflater itself could not be set up.
        case outOfMemory
    }

    package let code: Code

    package init(_ code: Code) { self.code = code }

    /// One sentence without a period, for use inside messages.
    package var description: String {
        switch self.code {
        case .overLimit(let declared, let limit):
            "the inflated data would have \(declared) bytes, more than the limit of \(limit)"
        case .impossibleSize(let declared, let compressed):
            "\(compressed) compressed bytes cannot become the declared \(declared)"
        case .corrupt: "the compressed data is damaged or cut off"
        case .shorterThanDeclared(let declared): "the inflated data has fewer bytes than the declared \(declared)"
        case .longerThanDeclared(let declared): "the inflated data has more bytes than the declared \(declared)"
        case .trailingBytes(let count): "\(count) bytes follow the end of the compressed data"
        case .outOfMemory: "there is no memory to inflate"
        }
    }
}
