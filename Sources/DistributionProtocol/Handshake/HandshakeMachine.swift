import ByteParsing
import ErlangTerms

/// Our side of the distribution handshake, version 6, as the end that connected.
///
/// ```
/// initial ──name──▶ nameSent ──status ok──▶ accepted ──challenge/reply──▶ replied ──acknowledgement──▶ finished
/// ```
/// The node proves itself last: nothing but our digest is sent to one that does not know the cookie.
package struct HandshakeMachine: ~Copyable {
    package enum Action: Hashable, Sendable {
        /// Send these bytes, length included.
        case send([UInt8])
        /// The handshake is over: frames now have four-byte lengths.
        case establish(Peer)
        /// The handshake is over: close the connection.
        case fail(NodeError.Code)
    }

    private enum State {
        case initial
        case nameSent
        case accepted(name: Atom, creation: UInt32)
        case replied(Peer)
        case finished
    }

    private let target: NodeName
    private let cookie: Cookie
    private let identity: ClientIdentity
    private let width: FrameAssembler.LengthWidth
    private var state: State

    /// - Parameter width: of the lengths of the handshake: two, but four over TLS (`inet_tls_dist`).
    package init(
        target: NodeName, cookie: Cookie, identity: ClientIdentity, width: FrameAssembler.LengthWidth = .two
    ) {
        self.target = target
        self.cookie = cookie
        self.identity = identity
        self.width = width
        self.state = .initial
    }

    /// What the machine is waiting for.
    package var stage: NodeError.Stage {
        switch self.state {
        case .initial, .nameSent: .status
        case .accepted: .challenge
        case .replied, .finished: .acknowledgement
        }
    }

    /// The TCP connection is up.
    package mutating func connected() -> [Action] {
        switch self.state {
        case .initial:
            self.state = .nameSent
            let message: ClientHandshakeMessage
            switch self.identity.naming {
            case .own(let name):
                message = .name(name.atom.name, flags: .announced, creation: self.identity.creation)
            case .givenByNode(let host):
                message = .name(host, flags: [.announced, .nameMe], creation: self.identity.creation)
            }
            return [.send(message.encoded(self.width))]
        case .nameSent, .accepted, .replied, .finished: return []
        }
    }

    /// One message of the node, without its length.
    package mutating func messageReceived(_ bytes: [UInt8]) -> [Action] {
        var cursor = ByteCursor(bytes.span)
        let message: HandshakeMessage
        do throws(HandshakeMessageError) {
            message = try HandshakeMessage(decoding: &cursor)
        } catch {
            return self.unreadable(bytes, offset: error.offset)
        }
        switch (self.state, message) {
        case (.finished, _), (.initial, _): return []
        case (.nameSent, .status(let status)): return self.statusReceived(status)
        case (.nameSent, .oldChallenge(let version)), (.accepted, .oldChallenge(let version)):
            return self.fail(.tooOld(version: Int(version)))
        case (.accepted(let name, let creation), .challenge(let challenge)):
            return self.challengeReceived(challenge, name: name, creation: creation)
        case (.replied(let peer), .acknowledgement(let digest)):
            guard self.cookie.isDigest(digest, of: self.identity.challenge) else {
                return self.fail(.wrongCookie(.nodeHasAnother))
            }
            self.state = .finished
            return [.establish(peer)]
        case (.nameSent, .challenge), (.nameSent, .acknowledgement), (.accepted, .status),
            (.accepted, .acknowledgement), (.replied, .status), (.replied, .challenge), (.replied, .oldChallenge):
            return self.unreadable(bytes, offset: 0)
        }
    }

    /// The node closed the connection.
    package mutating func connectionClosed() -> [Action] {
        switch self.state {
        case .finished: return []
        case .replied: return self.fail(.wrongCookie(.nodeRefusedOurs))
        case .initial, .nameSent, .accepted: return self.fail(.closed(self.stage))
        }
    }

    /// The connection broke.
    package mutating func connectionLost(detail: String) -> [Action] {
        switch self.state {
        case .finished: return []
        case .initial, .nameSent, .accepted, .replied: return self.fail(.lost(detail: detail))
        }
    }

    /// The time for connecting is up.
    package mutating func timedOut() -> [Action] {
        switch self.state {
        case .finished: return []
        case .initial, .nameSent, .accepted, .replied: return self.fail(.timedOut(.handshake(self.stage)))
        }
    }

    private mutating func statusReceived(_ status: HandshakeStatus) -> [Action] {
        switch status {
        case .ok, .okSimultaneous:
            guard case .own(let name) = self.identity.naming else {
                return self.fail(.refused(status: "ok, but no name for us"))
            }
            self.state = .accepted(name: name.atom, creation: self.identity.creation)
            return []
        case .named(let text, let creation):
            guard case .givenByNode = self.identity.naming, let name = try? NodeName(validating: text) else {
                return self.fail(.refused(status: "named:\(text)"))
            }
            self.state = .accepted(name: name.atom, creation: creation)
            return []
        case .alive:
            return [.send(ClientHandshakeMessage.takeOver(false).encoded(self.width))] + self.fail(.alreadyConnected)
        case .notOK: return self.fail(.connectingToUs)
        case .notAllowed: return self.fail(.notAllowed)
        case .other(let text): return self.fail(.refused(status: text))
        }
    }

    private mutating func challengeReceived(_ message: HandshakeChallenge, name: Atom, creation: UInt32) -> [Action] {
        guard let node = try? NodeName(validating: message.name), node == self.target else {
            return self.fail(.otherNode(answered: message.name))
        }
        let flags = message.flags.expanded
        let missing = CapabilityFlags.demanded.subtracting(flags)
        guard missing.isEmpty else { return self.fail(.missingCapabilities(missing.names)) }
        self.state = .replied(
            Peer(
                node: node, creation: message.creation, flags: flags, clientName: name, clientCreation: creation))
        let digest = self.cookie.digest(of: message.challenge)
        return [
            .send(
                ClientHandshakeMessage.challengeReply(challenge: self.identity.challenge, digest: digest).encoded(
                    self.width))
        ]
    }

    /// Something that is no message, or not the one that belongs here. A first message like that comes from no node.
    private mutating func unreadable(_ bytes: [UInt8], offset: Int) -> [Action] {
        let start = Array(bytes.prefix(16))
        switch self.state {
        case .finished: return []
        case .initial, .nameSent: return self.fail(.notANode(received: start))
        case .accepted, .replied: return self.fail(.malformed(.handshake(self.stage), offset: offset, bytes: start))
        }
    }

    private mutating func fail(_ code: NodeError.Code) -> [Action] {
        self.state = .finished
        return [.fail(code)]
    }
}
