/// Why there is no usable connection with a node.
///
/// Its description is one clear sentence; ``help`` is the way out. Neither ever has a cookie or a digest in it.
package struct NodeError: Error, Hashable, Sendable {
    /// What the other end was to send next when it went wrong.
    package enum Stage: Hashable, Sendable, CaseIterable {
        /// The answer to our name.
        case status
        case challenge
        /// The proof that the node knows the cookie.
        case acknowledgement
    }

    /// What took too long.
    package enum Phase: Hashable, Sendable {
        case epmd
        /// Setting up the TCP connection to the node.
        case connect
        /// Agreeing on TLS.
        case tls
        case handshake(Stage)
        /// The handshake went well, but the node did not answer the first call.
        case firstAnswer
    }

    /// Which message could not be read.
    package enum Message: Hashable, Sendable {
        case handshake(Stage)
        /// A frame of the connected phase.
        case control
    }

    /// How the cookies turned out to differ.
    package enum CookieMismatch: Hashable, Sendable {
        /// The node closed the connection when it had seen our digest.
        case nodeRefusedOurs
        /// The node took our digest, but its own does not match our cookie.
        case nodeHasAnother
    }

    package enum Code: Error, Hashable, Sendable {
        /// The host name cannot be resolved.
        case hostNotFound(host: String, detail: String)
        /// Nothing takes connections on EPMD's port.
        case epmdUnreachable(host: String, port: Int, detail: String)
        /// What listens on EPMD's port is something else; the first bytes it sent.
        case notEpmd(received: [UInt8])
        /// EPMD knows no node of that name; `known` are those it knows, nil when it did not say.
        case unknownToEpmd(host: String, known: [String]?)
        /// Nothing takes connections on the node's port.
        case portUnreachable(host: String, port: Int, detail: String)
        case timedOut(Phase)
        /// The other end closed the connection in the middle of the handshake.
        case closed(Stage)
        case wrongCookie(CookieMismatch)
        /// Another node than the one we asked for answers on this port.
        case otherNode(answered: String)
        /// Status `alive`: the node believes that our name is connected already.
        case alreadyConnected
        /// Status `nok`: the node is connecting to our name itself.
        case connectingToUs
        /// Status `not_allowed`.
        case notAllowed
        /// A status that no known version sends.
        case refused(status: String)
        /// The node speaks a version of the protocol before 6 (OTP 22 or older).
        case tooOld(version: Int)
        /// What answers speaks something else; the first bytes it sent.
        case notANode(received: [UInt8])
        /// What answers speaks TLS.
        case speaksTLS
        /// TLS was wanted and did not come about, or was ended by the node.
        case tls(TLSFailure)
        /// `DFLAG_…` names that we cannot do without and the node does not announce.
        case missingCapabilities([String])
        case frameTooLarge(length: Int, limit: Int)
        /// The node sent what we cannot read: offset of the first unreadable byte, and the first bytes of the message.
        case malformed(Message, offset: Int, bytes: [UInt8])
        /// The node sent nothing, not even a tick, for this many seconds.
        case silent(seconds: Int)
        /// The connection broke or was closed by the node after it was up.
        case lost(detail: String)
        /// We closed the connection: its closure had ended.
        case closedByUs
        /// The caller was cancelled while connecting.
        case cancelled
    }

    package var code: Code
    /// The node we wanted.
    package var node: NodeName

    package init(_ code: Code, node: NodeName) {
        self.code = code
        self.node = node
    }
}
