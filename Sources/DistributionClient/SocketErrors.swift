import DistributionProtocol
import Glibc
import NIOCore
import NIOPosix

/// Says what NIO's errors mean, without their types and numbers where that is possible.
enum SocketErrors {
    /// Why no connection to a host and port came about.
    enum ConnectFailure: Hashable {
        case hostNotFound(detail: String)
        case unreachable(detail: String)
        case timedOut
    }

    static func connectFailure(_ error: any Error) -> ConnectFailure {
        switch error {
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first {
                if case .connectTimeout = failure.error as? ChannelError { return .timedOut }
                return .unreachable(detail: self.detail(failure.error))
            }
            if error.dnsAError != nil || error.dnsAAAAError != nil {
                return .hostNotFound(detail: "no address is known for it")
            }
            return .unreachable(detail: "no address answered")
        case ChannelError.connectTimeout: return .timedOut
        case is SocketAddressError: return .hostNotFound(detail: "no address is known for it")
        default: return .unreachable(detail: self.detail(error))
        }
    }

    /// A few words, for parentheses.
    static func detail(_ error: any Error) -> String {
        guard let error = error as? IOError else { return String(describing: error) }
        return switch error.errnoCode {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case EPIPE: "connection closed"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "network unreachable"
        case ETIMEDOUT: "timed out"
        case EACCES, EPERM: "not permitted"
        case EADDRNOTAVAIL: "address not available"
        default: error.description
        }
    }
}
