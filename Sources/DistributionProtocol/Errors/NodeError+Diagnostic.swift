package import Diagnostics

extension NodeError {
    /// The stable name of this kind of failure.
    package var id: Diagnostic.ID {
        switch self.code {
        case .hostNotFound: Self.hostNotFound
        case .epmdUnreachable: Self.epmdUnreachable
        case .notEpmd: Self.notEpmd
        case .unknownToEpmd: Self.unknownName
        case .portUnreachable: Self.portUnreachable
        case .timedOut: Self.noAnswer
        case .closed: Self.closedInHandshake
        case .wrongCookie: Self.wrongCookie
        case .otherNode: Self.otherNode
        case .alreadyConnected, .connectingToUs, .notAllowed, .refused: Self.refused
        case .tooOld: Self.tooOld
        case .notANode: Self.notANode
        case .speaksTLS: Self.speaksTLS
        case .tls(.unknownAuthority): Self.tlsUnknownAuthority
        case .tls(.notValidNow): Self.tlsNotValidNow
        case .tls(.otherName): Self.tlsOtherName
        case .tls(.refusedByNode): Self.tlsRefused
        case .tls(.noCommonLanguage): Self.tlsNotSpoken
        case .tls(.failed): Self.tlsFailed
        case .missingCapabilities: Self.missingCapabilities
        case .frameTooLarge: Self.messageTooLarge
        case .malformed: Self.malformedMessage
        case .silent: Self.silent
        case .lost: Self.connectionLost
        case .closedByUs: Self.connectionClosed
        case .cancelled: Self.cancelled
        }
    }

    /// The failure as a finding.
    package var diagnostic: Diagnostic {
        Diagnostic(self.id, .error, self.description, help: self.help)
    }

    package static let hostNotFound = Diagnostic.ID("node/host-not-found")
    package static let epmdUnreachable = Diagnostic.ID("node/epmd-unreachable")
    package static let notEpmd = Diagnostic.ID("node/not-epmd")
    package static let unknownName = Diagnostic.ID("node/unknown-name")
    package static let portUnreachable = Diagnostic.ID("node/port-unreachable")
    package static let noAnswer = Diagnostic.ID("node/no-answer")
    package static let closedInHandshake = Diagnostic.ID("node/closed-in-handshake")
    package static let wrongCookie = Diagnostic.ID("node/wrong-cookie")
    package static let otherNode = Diagnostic.ID("node/other-node")
    package static let refused = Diagnostic.ID("node/refused")
    package static let tooOld = Diagnostic.ID("node/too-old")
    package static let notANode = Diagnostic.ID("node/not-a-node")
    package static let speaksTLS = Diagnostic.ID("node/speaks-tls")
    package static let tlsUnknownAuthority = Diagnostic.ID("node/tls-unknown-authority")
    package static let tlsNotValidNow = Diagnostic.ID("node/tls-not-valid-now")
    package static let tlsOtherName = Diagnostic.ID("node/tls-other-name")
    package static let tlsRefused = Diagnostic.ID("node/tls-refused")
    package static let tlsNotSpoken = Diagnostic.ID("node/tls-not-spoken")
    package static let tlsFailed = Diagnostic.ID("node/tls-failed")
    package static let missingCapabilities = Diagnostic.ID("node/missing-capabilities")
    package static let messageTooLarge = Diagnostic.ID("node/message-too-large")
    package static let malformedMessage = Diagnostic.ID("node/malformed-message")
    package static let silent = Diagnostic.ID("node/silent")
    package static let connectionLost = Diagnostic.ID("node/connection-lost")
    package static let connectionClosed = Diagnostic.ID("node/connection-closed")
    package static let cancelled = Diagnostic.ID("node/cancelled")

    /// Every finding that a failed connection can be.
    package static let ids: [Diagnostic.ID] = [
        Self.hostNotFound, Self.epmdUnreachable, Self.notEpmd, Self.unknownName, Self.portUnreachable, Self.noAnswer,
        Self.closedInHandshake, Self.wrongCookie, Self.otherNode, Self.refused, Self.tooOld, Self.notANode,
        Self.speaksTLS, Self.tlsUnknownAuthority, Self.tlsNotValidNow,
        Self.tlsOtherName, Self.tlsRefused, Self.tlsNotSpoken, Self.tlsFailed, Self.missingCapabilities,
        Self.messageTooLarge, Self.malformedMessage, Self.silent,
        Self.connectionLost, Self.connectionClosed, Self.cancelled,
    ]
}

extension InvalidNodeName {
    package static let id = Diagnostic.ID("node/invalid-name")

    /// The bad name as a finding.
    package var diagnostic: Diagnostic {
        Diagnostic(Self.id, .error, self.description, help: ["a node name is `name@host`, as `erlang:node()` gives it"])
    }
}

extension InvalidCookie {
    package static let id = Diagnostic.ID("node/invalid-cookie")

    /// The bad cookie as a finding; `file` is where it was read from.
    package func diagnostic(file: String?) -> Diagnostic {
        Diagnostic(
            Self.id, .error, self.description, at: file.map { .file($0) } ?? .none,
            help: ["a cookie is one line of visible ASCII characters"])
    }
}
