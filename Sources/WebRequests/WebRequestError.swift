/// Why there is no whole answer to a request; its description is one clause.
package enum WebRequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is no URL that can be asked.
    case notAnAddress
    case noConnection(detail: String)
    /// The answer was not there whole in this time.
    case timedOut(Duration)
    /// The connection was closed before the answer was whole.
    case brokenOff
    /// What answered does not speak HTTP.
    case notHTTP(detail: String)
    /// More bytes than are read.
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .notAnAddress: "it is not a URL that begins with `http://` or `https://` and has a host"
        case .noConnection(let detail): "no connection came about (\(detail))"
        case .timedOut(let time): "it did not answer within \(time.components.seconds) s"
        case .brokenOff: "the connection was closed before the answer was whole"
        case .notHTTP(let detail): "what answered does not speak HTTP (\(detail))"
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        }
    }
}
